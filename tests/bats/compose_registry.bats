#!/usr/bin/env bats
# compose_registry.bats - images from and to a registry on a loopback of the test's own, and images that are built, without any other
# network.
# shellcheck disable=SC2154 # of bats' run

load compose_helpers

setup ()
{
  require_root
  setup_files
  DATA=$(mktemp -d /dev/shm/pc.XXXXXX)
  export PERRY_COMPOSE_DATA=$DATA
  image=$WORK/layout
  make_image
}

teardown ()
{
  [ -z "${NET-}" ] || kill -9 "$NET" 2>/dev/null || true
  teardown_compose
  rm -rf --one-file-system "${DATA:?}"
}

# $WORK/layout:v1: busybox.
make_image ()
{
  umoci init --layout "$image" >/dev/null
  umoci new --image "$image:v1"
  umoci unpack --image "$image:v1" "$WORK/b" >/dev/null 2>&1
  make_rootfs "$WORK/b/rootfs"
  umoci repack --image "$image:v1" "$WORK/b" >/dev/null 2>&1
  umoci config --image "$image:v1" --config.cmd /bin/sh >/dev/null
}

# A network namespace with nothing but lo, and the registry in it. All of it ends with unshare, which only SIGKILL ends.
start_registry ()
{
  require_program docker-registry
  printf 'version: 0.1\nstorage: { filesystem: { rootdirectory: %s/registry } }\nhttp: { addr: "127.0.0.1:5000" }\n' "$WORK" >"$WORK/registry.yml"
  unshare --net --pid --fork --kill-child sh -c "ip link set lo up; exec docker-registry serve $WORK/registry.yml" \
    >"$WORK/registry.log" 2>&1 3>&- &
  NET=$!
  wait_for 30 curl_inside
  inside skopeo copy -q --dest-tls-verify=false "oci:$image:v1" docker://127.0.0.1:5000/team/app:v1
}

inside () { nsenter --net="/proc/$NET/ns/net" timeout --foreground -k 5 60 "$@" </dev/null 3>&-; }
curl_inside () { inside curl -s --max-time 2 http://127.0.0.1:5000/v2/ >/dev/null 2>&1; }
perry_inside () { inside "$COMPOSE" "$@"; }
remote_digest () { inside skopeo inspect --tls-verify=false "docker://$1" | jq -r .Digest; }

@test "image pull: the registry's digest; again, only the manifest is asked for; of a newer one what is new" {
  local app=127.0.0.1:5000/team/app:v1 old gets layer
  start_registry
  run perry_inside image pull "$app"
  assert_success
  old=$(compose image inspect "$app" | jq -r '.[0].Id')
  assert_equal "$(remote_digest "$app")" "$(compose image inspect "$app" | jq -r '.[0].Digest')"
  gets=$(grep -c 'GET /v2/team/app/blobs' "$WORK/registry.log")
  [ "$gets" -gt 0 ] || fail "the registry does not log what it is asked"
  perry_inside image pull -q "$app"
  assert_equal "$gets" "$(grep -c 'GET /v2/team/app/blobs' "$WORK/registry.log")"
  umoci config --image "$image:v1" --author somebody >/dev/null
  inside skopeo copy -q --dest-tls-verify=false "oci:$image:v1" "docker://$app"
  perry_inside image pull -q "$app"
  [ "$old" != "$(compose image inspect "$app" | jq -r '.[0].Id')" ] || fail 'still the old one'
  assert_equal "$(remote_digest "$app")" "$(compose image inspect "$app" | jq -r '.[0].Digest')"
  layer=$(skopeo inspect "oci:$image:v1" | jq -r '.Layers[0]')
  assert_equal 1 "$(grep -c "GET /v2/team/app/blobs/$layer HTTP.* 200" "$WORK/registry.log")"
  run perry_inside image pull "127.0.0.1:5000/team/app@$(remote_digest "$app")"
  assert_success
  run_compose image check --blobs
  assert_success
  # nothing is known of a repository whose name another one begins with
  inside skopeo copy -q --dest-tls-verify=false "oci:$image:v1" docker://127.0.0.1:5000/team/ap:v1
  perry_inside image pull -q 127.0.0.1:5000/team/ap:v1
  assert_equal 1 "$(grep -c 'GET /v2/team/ap/manifests/v1 HTTP.* 200' "$WORK/registry.log")"
}

@test "image pull: what is wrong, and the exit status" {
  start_registry
  run perry_inside image pull -q 127.0.0.1:5000/team/none:1
  assert_failure 14
  assert_one_line
  assert_contains 'the registry has no such image or tag'
  run perry_inside image pull -q 127.0.0.1:5001/a:1
  assert_failure 15
  assert_contains "nobody answers at the registry's address"
  run perry_inside image pull -q --platform linux/vax 127.0.0.1:5000/team/app:v1
  assert_failure 14
  assert_contains 'not for linux/vax'
  run perry_inside image pull -q --platform plan9/mips 127.0.0.1:5000/team/app:v1
  assert_failure 10
  run perry_inside --json image pull -q 127.0.0.1:5000/team/none:1
  assert_equal image-not-found "$(jq -r .type <<<"$output")"
  run compose image ls -q
  assert_output ''
}

@test "pull, push: by the compose file; policies; what cannot be had" {
  start_registry
  compose_file <<'YAML'
services:
  a: { image: "127.0.0.1:5000/team/app:v1" }
  b: { image: "127.0.0.1:5000/team/app:v1", depends_on: [a] }
  c: { image: "127.0.0.1:5000/team/none:1", profiles: [broken] }
  d: { image: "127.0.0.1:5000/team/copy:2", build: ., pull_policy: build }
YAML
  run perry_inside pull
  assert_success
  assert_contains 'Image 127.0.0.1:5000/team/copy:2  Skipped'
  assert_equal 1 "$(compose image ls -q | wc -l)"
  run perry_inside pull --policy missing
  assert_contains 'Image 127.0.0.1:5000/team/app:v1  Skipped'
  run perry_inside --profile broken pull -q
  assert_failure 14
  assert_contains 'service c'
  run perry_inside --profile broken pull -q --ignore-pull-failures
  assert_success
  compose image tag 127.0.0.1:5000/team/app:v1 127.0.0.1:5000/team/copy:2
  run perry_inside push
  assert_success
  assert_equal "$(remote_digest 127.0.0.1:5000/team/app:v1)" "$(remote_digest 127.0.0.1:5000/team/copy:2)"
  compose image prune -f --blobs
  run perry_inside push -q
  assert_failure 29
  assert_contains 'blobs were pruned'
}

@test "build: on an image of the store, without any network; arguments, health check, an inline file" {
  require_program buildah
  compose image load -q --tag localhost/base:1 -i "$image"
  mkdir app
  cat >app/Dockerfile <<'FILE'
FROM localhost/base:1 AS first
ARG WORD=none
RUN echo $WORD >/made
FROM first
HEALTHCHECK --interval=5s CMD true
COPY file /file
FILE
  echo content >app/file
  compose_file <<'YAML'
services:
  a: { build: { context: app, args: { WORD: hello }, tags: ["localhost/also:1"], labels: { l: "1" } } }
  b: { image: "localhost/b:1", build: { dockerfile_inline: "FROM localhost/base:1\nRUN echo b >/b\n" } }
YAML
  run unshare --net timeout 120 "$COMPOSE" build </dev/null
  assert_success
  run_compose image inspect demo-a
  assert_success
  assert_equal '["CMD-SHELL","true"]' "$(jq -c '.[0].Config.Healthcheck.Test' <<<"$output")"
  assert_equal 1 "$(jq -r '.[0].Config.Labels.l' <<<"$output")"
  assert_equal "docker.io/library/demo-a:latest localhost/also:1" "$(jq -r '.[0].RepoTags | join(" ")' <<<"$output")"
  assert_equal hello "$(cat "$DATA"/images/layers/*/diff/made)"
  run compose image inspect localhost/b:1
  assert_success
  echo 'RUN false' >>app/Dockerfile
  run unshare --net timeout 120 "$COMPOSE" build a </dev/null
  assert_failure
  assert_contains 'service a: build'
  run compose build -q b --build-arg =x
  assert_failure 1
  run compose image prune -f --build-cache
  assert_success
  [ ! -e "$DATA/build" ] || fail 'the cache is still there'
}

@test "build: what cannot be honoured is named" {
  require_program buildah
  compose_file <<'YAML'
services:
  a: { build: { context: ., privileged: true } }
YAML
  run_compose build
  assert_failure 25
  assert_contains build.privileged
}
