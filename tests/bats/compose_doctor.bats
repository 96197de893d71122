# bats file_tags=compose
# What tells about the host and the project: doctor, backend, audit, status; and the store of secrets.
# shellcheck disable=SC2016 # for inner shells
load compose_helpers

# fake NAME SCRIPT: a program in $WORK/bin
fake ()
{
  mkdir -p "$WORK/bin"
  printf '#!/bin/sh\n%s\n' "$2" >"$WORK/bin/$1"
  chmod +x "$WORK/bin/$1"
}

@test "backend: one that hangs, one that fails, one that answers" {
  fake hangs 'exec sleep 60'
  fake fails 'echo broken >&2; exit 1'
  fake works 'echo "works version 7"'
  begin=$SECONDS
  run_compose --runtime "$WORK/bin/hangs,$WORK/bin/fails,none,$WORK/bin/works" backend ls --json
  assert_success
  [ $((SECONDS - begin)) -le 20 ]
  rows=$output
  assert_equal "[false,false,false,true]" "$(jq -sc 'map(.available)' <<<"$rows")"
  assert_equal "works version 7" "$(jq -rs '.[3].version' <<<"$rows")"
  [[ $(jq -rs '.[0].reason' <<<"$rows") == *"2 s"* ]]
  [[ $(jq -rs '.[1].reason' <<<"$rows") == *broken* ]]
  assert_equal "not found" "$(jq -rs '.[2].reason' <<<"$rows")"
  # shellcheck disable=SC2030,SC2031
  PERRY_CONTAINER_BACKEND="$WORK/bin/fails,$WORK/bin/works" run_compose backend
  assert_output "$WORK/bin/works"
  run_compose --runtime none backend
  assert_failure 27
  assert_one_line
}

@test "backend ls needs no state and makes none" {
  rm -r "$DATA" "$RUN"
  run_compose backend ls
  assert_success
  run_compose doctor
  [ ! -e "$DATA" ] && [ ! -e "$RUN" ]
  mkdir -m 700 "$DATA" "$RUN"
  expect_leftovers
}

@test "doctor: what is missing, its package, and what it is for" {
  run_compose doctor --json
  assert_success
  assert_equal true "$(jq .ready <<<"$output")"
  for name in kernel cgroups overlayfs "OCI runtime" perry-monitor aardvark-dns; do
    assert_equal ok "$(jq -r --arg n "$name" '.findings[] | select(.name == $n) | .state' <<<"$output")"
  done
  # Without the tools' places there is nothing on PATH.
  run host unshare -m sh -c 'mount -t tmpfs none /usr/lib/podman; mount --bind /dev/null "$(command -v skopeo)"; exec "$0" doctor' "$COMPOSE"
  assert_failure 27
  assert_contains "install the package aardvark-dns"
  assert_contains "install the package skopeo"
}

@test "doctor: ports that are open to every address" {
  compose_file <<'EOF'
services:
  open: { image: localhost/busybox, command: [sleep, "1000"], init: true, ports: ["18070:80"] }
  local: { image: localhost/busybox, command: [sleep, "1000"], init: true, ports: ["127.0.0.1:18071:80"] }
EOF
  up
  run_compose doctor
  assert_success
  assert_contains "port 18070 of container demo-open-1 is open to every address"
  refute_contains 18071
}

@test "audit: a bad and a good service" {
  compose_file <<'EOF'
services:
  bad: { image: localhost/busybox, privileged: true, ports: ["80"] }
  good:
    image: localhost/busybox@sha256:0123456789012345678901234567890123456789012345678901234567890123
    user: "5"
    cap_drop: [ALL]
    read_only: true
    networks: [inside]
    ports: ["127.0.0.1:1:1"]
    mem_limit: 64m
    cpus: 0.5
    pids_limit: 50
  deployed: { image: localhost/busybox, deploy: { resources: { limits: { memory: 64M, cpus: "0.5", pids: 50 } } } }
networks: { inside: { internal: true } }
EOF
  run --separate-stderr compose audit --json
  assert_success
  assert_equal '{"bad":[0,7],"good":[7,7]}' "$(jq -c '.services | del(.deployed) | map_values([.score, .of])' <<<"$output")"
  assert_equal true "$(jq .services.deployed.items.limits.ok <<<"$output")"
  run_compose audit
  assert_contains "bad: 0 of 7"
  assert_contains "  - few-capabilities: privileged"
  assert_contains "  + limits"
  run_compose audit --min 3
  assert_failure 26
  rm compose.yaml
}

@test "status: a word for each service" {
  compose_file <<'EOF'
services:
  runs: { image: localhost/busybox, command: [sleep, "1000"], init: true }
  ended: { image: localhost/busybox, command: ["true"] }
  failed: { image: localhost/busybox, command: [sh, -c, "exit 3"] }
  never: { image: localhost/busybox, profiles: [x] }
EOF
  run_compose --profile x status --json
  assert_equal '["pending"]' "$(jq -c '[.nodes[]] | unique' <<<"$output")"
  up
  wait_for 30 sh -c '[ "$('"$COMPOSE"' ps -q | wc -l)" = 1 ]'
  run_compose status --json
  assert_success
  assert_equal '{"ended":"stopped","failed":"failed","runs":"running"}' "$(jq -cS .nodes <<<"$output")"
  assert_equal '["failed"]' "$(jq -c '.errors | keys' <<<"$output")"
  assert_equal false "$(jq .healthy <<<"$output")"
  compose rm -f failed >"$WORK/out" 2>&1
  rm compose.yaml
  run_compose -p demo status --json
  assert_equal true "$(jq .healthy <<<"$output")"
  compose -p demo down -v --timeout 1 >"$WORK/out" 2>&1
}

@test "secrets: made, listed, used, never shown, removed" {
  printf geheim >file
  compose secret create one file
  host sh -c 'printf other | "$0" secret create two' "$COMPOSE"
  assert_equal 600 "$(stat -c %a "$DATA/secrets/one")"
  assert_equal "one
two" "$(compose secret ls -q)"
  run_compose secret inspect one
  assert_equal 6 "$(jq '.[0].Size' <<<"$output")"
  refute_contains geheim
  run_compose secret create one file
  assert_failure 18
  assert_one_line
  compose secret create --replace one file
  compose_file <<'EOF'
services: { a: { image: localhost/busybox, command: [cat, /run/secrets/one], secrets: [one] } }
secrets: { one: { external: true } }
EOF
  run_compose run -q --rm a
  assert_contains geheim
  compose secret rm one two
  assert_equal "" "$(compose secret ls -q)"
  run_compose secret rm one
  assert_failure 13
  run_compose secret create ../x file
  assert_failure
  assert_one_line
}
