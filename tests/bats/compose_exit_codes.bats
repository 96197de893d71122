# bats file_tags=compose
# What fails says so: with its own exit status (the table of perry-compose(1)), and in one line that names the place and what to do.
# shellcheck disable=SC2016,SC2154 # for inner shells; of bats' run
bats_require_minimum_version 1.5.0
load compose_helpers

# fails STATUS PATTERN ARGUMENTS...: the program's exit status, and its standard error, which is one line that matches
fails ()
{
  local want=$1 pattern=$2
  shift 2
  run --separate-stderr compose --progress quiet "$@"
  COUNT=$((COUNT + 1))
  [ "$status" = "$want" ] || fail "$*: want status $want, got $status: $stderr" || return 1
  [ "$(wc -l <<<"$stderr")" = 1 ] || fail "$*: want one line: $stderr" || return 1
  [[ $stderr =~ $pattern ]] || fail "$*: want $pattern: $stderr" || return 1
  run --separate-stderr compose --progress quiet --json "$@"
  [ "$status" = "$want" ] || fail "--json $*: want status $want, got $status: $stderr" || return 1
  jq -e '.message and .code and .type' <<<"$stderr" >/dev/null || fail "--json $*: $stderr"
}

# with_file STATUS PATTERN ARGUMENTS... <<EOF: the same with this compose file
with_file ()
{
  cat >compose.yaml
  fails "$@" || return 1
  rm compose.yaml
}

one_service ()
{
  printf 'services: { web: { image: localhost/busybox, command: [sleep, "1000"], init: true, stop_grace_period: 0s%s } }\n' "${1:+, $1}"
}

@test "exit status: compose files" {
  COUNT=0
  fails 10 'no compose.yaml.*-f' config
  fails 10 'nothing.yaml' -f nothing.yaml config
  with_file 10 'compose.yaml:3:' config <<'EOF'
services:
  a: [
EOF
  with_file 10 'compose.yaml:2:.*image' config <<'EOF'
services:
  a: { image: [x] }
EOF
  with_file 10 'compose.yaml:2:.*imagge.*image' config <<'EOF'
services:
  a: { imagge: x }
EOF
  with_file 10 'compose.yaml:1:.*ports' config <<<"$(one_service 'ports: ["x:y"]')"
  with_file 10 "network 'back'" config <<<"$(one_service 'networks: [back]')"
  with_file 10 "volume 'data'" config <<<"$(one_service 'volumes: ["data:/d"]')"
  with_file 10 "secret 's'" config <<<"$(one_service 'secrets: [s]')"
  with_file 10 "depends_on.*'db'|'db'.*depends_on|db" config <<<"$(one_service 'depends_on: [db]')"
  with_file 10 'HOST.*must be set' config <<<"$(one_service 'hostname: "${HOST_NAME:?must be set}"')"
  with_file 10 'anchor|alias|x' config <<<'services: *x'
  with_file 10 'more than once|twice|duplicate' config <<<"$(printf 'services: { a: { image: x } }\nservices: { b: { image: y } }')"
  with_file 11 'a.*b|b.*a' config <<'EOF'
services:
  a: { image: x, depends_on: [b] }
  b: { image: x, depends_on: [a] }
EOF
  with_file 12 'nowhere.env' config <<<"$(one_service 'env_file: nowhere.env')"
  echo '=x' >bad.env
  with_file 12 'bad.env:1' config <<<"$(one_service 'env_file: bad.env')"
  mkfifo pipe.env
  with_file 12 'pipe.env' config <<<"$(one_service 'env_file: pipe.env')"
  fails 12 'no.env' --env-file no.env config
  with_file 26 'policy' --policy isolated config <<<"$(one_service 'ports: ["80"]')"
  with_file 25 'web' --enforcement strict up -d <<<"$(one_service 'security_opt: ["apparmor=none-such"]')"
  [ "$COUNT" -ge 18 ]
}

@test "exit status: what is not there" {
  COUNT=0
  one_service >compose.yaml
  fails 13 'nobody' up nobody
  fails 13 'nobody' logs nobody
  fails 13 'nobody' exec nobody true
  fails 13 'web' exec web true
  fails 13 'demo' start
  fails 13 'web' port web
  fails 13 'web' cp web:/etc/passwd .
  fails 13 'none-such' container start none-such
  fails 13 'none-such' volume rm none-such
  fails 13 'none-such' network rm none-such
  fails 14 'none-such' image rm none-such
  fails 14 'none-such' image inspect none-such
  fails 13 'none-such' secret rm none-such
  fails 1 '--tail' logs --tail many
  fails 27 'none-such' --runtime none-such up -d
  one_service 'networks: [out]' >compose.yaml
  echo 'networks: { out: { external: true } }' >>compose.yaml
  fails 13 "out" up -d
  one_service 'volumes: ["v:/v"]' >compose.yaml
  echo 'volumes: { v: { external: true } }' >>compose.yaml
  fails 13 "'?v'?" up -d
  printf 'services: { web: { image: localhost/none-such, pull_policy: never } }' >compose.yaml
  fails 14 'none-such.*never' up -d
  printf 'services: { web: { image: 127.0.0.1:9/none-such } }' >compose.yaml
  fails 15 '127.0.0.1:9/none-such' up -d
  [ "$COUNT" -ge 18 ]
}

@test "exit status: what cannot be started" {
  COUNT=0
  one_service 'entrypoint: [/none/such], init: false' | sed 's/init: true, //' >compose.yaml
  fails 21 '/none/such' up -d
  one_service 'user: nobody-such' >compose.yaml
  fails 10 'nobody-such' up -d
  one_service 'volumes: [{ type: bind, source: /none/such, target: /x, bind: { create_host_path: false } }]' >compose.yaml
  fails 23 '/none/such' up -d
  one_service 'container_name: taken' >compose.yaml
  compose container create --name taken --network none localhost/busybox >"$WORK/out"
  fails 18 'taken' up -d
  compose container rm taken >"$WORK/out"
  host_background python3 -c 'import socket, time; s = socket.create_server (("127.0.0.1", 18060)); print (1, flush=True); time.sleep (60)'
  wait_for 30 grep -q 1 "$WORK/background.log"
  one_service 'ports: ["127.0.0.1:18060:80"]' >compose.yaml
  fails 17 '18060' up -d
  host kill "$HOST_PID"
  cat >compose.yaml <<'EOF'
services:
  db:
    image: localhost/busybox
    command: [sleep, "1000"]
    init: true
    stop_grace_period: 0s
    healthcheck: { test: ["CMD", "false"], interval: 100ms, retries: 2 }
  web: { image: localhost/busybox, command: ["true"], depends_on: { db: { condition: service_healthy } } }
EOF
  fails 19 'db' up -d
  cat >compose.yaml <<'EOF'
services:
  job: { image: localhost/busybox, command: ["false"] }
  web: { image: localhost/busybox, command: ["true"], depends_on: { job: { condition: service_completed_successfully } } }
EOF
  fails 20 'job.*1' up -d
  cat >compose.yaml <<'EOF'
services:
  slow:
    image: localhost/busybox
    command: [sleep, "1000"]
    init: true
    stop_grace_period: 0s
    healthcheck: { test: ["CMD", "false"], interval: 100ms, start_period: 100s, retries: 2 }
EOF
  fails 28 'slow' up -d --wait --wait-timeout 1
  compose down --timeout 0 >"$WORK/out" 2>&1
  [ "$COUNT" -ge 8 ]
  rm compose.yaml
}

@test "exit status: states that do not allow it" {
  one_service >compose.yaml
  up
  COUNT=0
  fails 29 'running' container rm demo-web-1
  fails 29 'web' image rm localhost/busybox
  compose pause >"$WORK/out" 2>&1
  fails 29 'paused' exec web true
  compose unpause >"$WORK/out" 2>&1
  fails 1 'signal' kill -s NOSUCH
  compose stop >"$WORK/out" 2>&1
  fails 29 'exited' exec web true
  fails 29 'exited' container kill demo-web-1
  [ "$COUNT" -eq 6 ]
}

@test "exit status: the command's own by run and exec" {
  one_service >compose.yaml
  up
  run compose exec web sh -c 'exit 41'
  assert_failure 41
  run compose run -q --rm web sh -c 'exit 42'
  assert_failure 42
  run compose exec web none-such
  [ "$status" -ne 0 ]
}

@test "exit status: damaged images, and a full disk" {
  COUNT=0
  echo nonsense >no.tar
  fails 16 'no.tar' image load -i no.tar
  fails 1 'missing.tar' image load -i missing.tar
  mkdir oci
  host skopeo copy --quiet "docker-archive:$("$TOP/contrib/images/make" busybox)" oci:oci:x
  layer=$(jq -r .layers[0].digest oci/blobs/sha256/"$(jq -r .manifests[0].digest oci/index.json | cut -d: -f2)" | cut -d: -f2)
  printf x | dd of=oci/blobs/sha256/"$layer" bs=1 seek=100 conv=notrunc status=none
  fails 16 "${layer:0:12}" image load -i oci
  mkdir "$WORK/small"
  # shellcheck disable=SC2016 # for the inner shell
  run --separate-stderr host unshare -m sh -c 'mount -t tmpfs -o size=256k none "$1" && exec "$0" --data-dir "$1/data" image load -i "$2"' \
    "$COMPOSE" "$WORK/small" "$("$TOP/contrib/images/make" busybox)"
  [ "$status" = 24 ] || fail "full disk: $status $stderr"
  [ "$(wc -l <<<"$stderr")" = 1 ] || fail "$stderr"
}

@test "exit status: an interrupt, and two at once" {
  cat >compose.yaml <<'EOF'
services:
  slow:
    image: localhost/busybox
    command: [sleep, "1000"]
    init: true
    stop_grace_period: 0s
    healthcheck: { test: ["CMD", "false"], interval: 100ms, start_period: 100s, retries: 2 }
EOF
  run host sh -c '"$0" --progress quiet up -d --wait & until grep -qs running "$1"/containers/*/status.json; do sleep 0.05; done
    kill -INT $!; wait $!' "$COMPOSE" "$DATA"
  assert_failure 130
  one_service >compose.yaml
  run host sh -c '"$0" up -d 2>a.log & "$0" up -d 2>b.log; r=$?; wait $! && exit $r' "$COMPOSE"
  assert_success
  assert_equal 1 "$(compose ps -q | wc -l)"
}

@test "exec: 127 for what is not there, 126 for what is no program, otherwise the command's own" {
  compose_file <<'X'
services: {web: {image: localhost/busybox, init: true, command: [sleep, "1000"]}}
X
  up
  run_compose exec -T web nosuch
  assert_equal 127 "$status"
  run_compose exec -T web /etc
  assert_equal 126 "$status"
  run_compose exec -T web sh -c 'exit 255'
  assert_equal 255 "$status"
}
