#!/usr/bin/env bats
# compose_up_failures.bats - goal G24: `up` where one of ten services fails, at each step there is, and `up` interrupted at any
# moment; goal G25: a dependency that ends or never becomes healthy never holds `up` up.
load compose_helpers

INTERRUPTS=${PERRY_INTERRUPTS:-10}

# ten FILE-PART: nine good services in three levels, and `bad`, in the middle, made of the lines of standard input.
ten ()
{
  {
    echo 'services:'
    for i in 1 2 3 4 5 6 7 8 9; do
      printf '  s%d:\n    image: localhost/busybox\n    init: true\n    command: [sleep, "1000"]\n' "$i"
      [ "$i" -le 3 ] || printf '    depends_on: [s%d]\n' $((i - 3))
      [ "$i" -lt 7 ] || printf '    stop_grace_period: 1s\n'
    done
    echo '  bad:'
    sed 's/^/    /'
    printf '    depends_on: {s4: {condition: service_started}}\n'
  } | compose_file
}

# fails_and_is_undone STATUS TEXT: `up` ends with that status, says TEXT and `bad` in its last line, and nothing is left of it.
fails_and_is_undone ()
{
  local last
  run_compose up -d
  last=${lines[-1]}
  [ "$status" = "$1" ] || fail "status $status, not $1: $output" || return 1
  [[ $last == *bad* && $last == *"$2"* ]] || fail "the last line is: $last" || return 1
  run_compose ps -a -q
  assert_output ''
}

last_line_has ()
{
  [[ ${lines[-1]} == *"$1"* ]] || fail "the last line is: ${lines[-1]}"
}

@test "up: an image that is not there" {
  ten <<'X'
image: localhost/none
pull_policy: never
X
  fails_and_is_undone 14 'localhost/none'
}

@test "up: a command that is not there" {
  ten <<'X'
image: localhost/busybox
command: [/no/such/program]
X
  fails_and_is_undone 21 '/no/such/program'
}

@test "up: a user that is not there" {
  ten <<'X'
image: localhost/busybox
user: nobodyknows
command: [sleep, "1000"]
X
  run_compose up -d
  assert_failure
  last_line_has nobodyknows
  run_compose ps -a -q
  assert_output ''
}

@test "up: a bind whose source is not there" {
  ten <<'X'
image: localhost/busybox
command: [sleep, "1000"]
volumes: [{type: bind, source: ./none, target: /x, bind: {create_host_path: false}}]
X
  run_compose up -d
  assert_failure
  last_line_has none
  run_compose ps -a -q
  assert_output ''
}

@test "up: a host port that is taken, before anything is started" {
  ten <<'X'
image: localhost/busybox
command: [sleep, "1000"]
ports: ["127.0.0.1:8123:80"]
X
  host_background busybox nc -l -p 8123 127.0.0.1
  wait_for 30 host sh -c 'busybox netstat -ltn | grep -q 8123'
  run_compose up -d
  assert_equal 17 "$status"
  last_line_has 8123
  refute_contains 'Container demo-s1-1  Start'
  run_compose ps -a -q
  assert_output ''
  host kill "$HOST_PID"
}

@test "up: a process that ends at once, with --wait" {
  ten <<'X'
image: localhost/busybox
command: [sh, -c, "echo this is why >&2; exit 9"]
healthcheck: {test: [CMD, "false"], interval: 1s, retries: 9}
X
  run_compose up -d --wait
  assert_failure
  last_line_has bad
  assert_contains 'this is why'
  run_compose ps -a -q
  assert_output ''
}

@test "up: post_start that fails" {
  ten <<'X'
image: localhost/busybox
init: true
command: [sleep, "1000"]
post_start: [{command: [sh, -c, "echo hook says no >&2; exit 4"]}]
X
  fails_and_is_undone 21 'hook says no'
}

@test "up --on-failure halt keeps what there is, and down clears it" {
  ten <<'X'
image: localhost/busybox
command: [/no/such/program]
X
  run_compose up -d --on-failure halt
  assert_failure
  run_compose ps -q
  [ "${#lines[@]}" -gt 0 ] || fail 'nothing is kept'
}

@test "up --on-failure continue starts what does not depend on the failure" {
  ten <<'X'
image: localhost/busybox
command: [/no/such/program]
X
  run_compose up -d --on-failure continue
  assert_failure
  run_compose ps -q
  assert_equal 9 "${#lines[@]}"
}

@test "up: ^C at any moment: what was made is undone, status 130" {
  local i pid status
  ten <<'X'
image: localhost/busybox
init: true
command: [sleep, "1000"]
X
  for ((i = 0; i < INTERRUPTS; i++)); do
    host sh -c "exec timeout -s INT 0.$(printf %03d $((i * 400 / INTERRUPTS + 1))) \"\$@\"" sh "$COMPOSE" up -d >"$WORK/out" 2>&1 && status=0 || status=$?
    [ $status = 124 ] || [ $status = 130 ] || [ $status = 0 ] || fail "trial $i: status $status: $(cat "$WORK/out")" || return 1
    compose down >"$WORK/out" 2>&1 || fail "trial $i: down: $(cat "$WORK/out")" || return 1
    assert_clean || fail "trial $i" || return 1
  done
}

# within SECONDS COMMAND...: fails, and in that time. Less than the ten seconds that a stop allows for, or the minute of a
# start_period; several times of what it takes, because the machine may have other work.
within ()
{
  local limit=$1 begin=$SECONDS
  shift
  run_compose "$@"
  [ "$status" != 0 ] || fail "succeeds: $output" || return 1
  [ $((SECONDS - begin)) -le "$limit" ] || fail "took $((SECONDS - begin)) s" || return 1
}

@test "a dependency that ends while it is waited for" {
  compose_file <<'X'
services:
  db:
    image: localhost/busybox
    command: [sh, -c, "sleep 0.3; exit 5"]
    healthcheck: {test: [CMD, "false"], interval: 1s, retries: 100, start_period: 60s}
  web:
    image: localhost/busybox
    command: [sleep, "1000"]
    depends_on: {db: {condition: service_healthy}}
X
  within 9 up -d
  assert_equal 20 "$status"
  last_line_has db
}

@test "a dependency that never becomes healthy: its own retries are the limit" {
  compose_file <<'X'
services:
  db:
    image: localhost/busybox
    init: true
    command: [sleep, "1000"]
    healthcheck: {test: [CMD-SHELL, "echo no disk; false"], interval: 500ms, retries: 2, timeout: 1s}
  web:
    image: localhost/busybox
    command: [sleep, "1000"]
    depends_on: {db: {condition: service_healthy}}
X
  within 9 up -d
  assert_equal 19 "$status"
  last_line_has db
  last_line_has 'no disk'
}

@test "a probe that hangs is killed by its timeout, and counts" {
  compose_file <<'X'
services:
  db:
    image: localhost/busybox
    init: true
    command: [sleep, "1000"]
    healthcheck: {test: [CMD, sleep, "1000"], interval: 200ms, retries: 2, timeout: 500ms}
  web:
    image: localhost/busybox
    command: [sleep, "1000"]
    depends_on: {db: {condition: service_healthy}}
X
  within 9 up -d
  assert_equal 19 "$status"
}

@test "a dependency that should complete and fails" {
  compose_file <<'X'
services:
  init:
    image: localhost/busybox
    command: [sh, -c, "exit 3"]
  web:
    image: localhost/busybox
    command: [sleep, "1000"]
    depends_on: {init: {condition: service_completed_successfully}}
X
  within 9 up -d
  assert_equal 20 "$status"
  last_line_has "service 'init' didn't complete successfully: exit 3"
}

@test "a dependency that is not required may fail" {
  compose_file <<'X'
services:
  init:
    image: localhost/busybox
    command: [sh, -c, "exit 3"]
  web:
    image: localhost/busybox
    init: true
    command: [sleep, "1000"]
    depends_on: {init: {condition: service_completed_successfully, required: false}}
X
  up
  run_compose ps --format json web
  assert_contains '"State":"running"'
}

@test "--wait-timeout ends the waiting" {
  compose_file <<'X'
services:
  db:
    image: localhost/busybox
    init: true
    command: [sleep, "1000"]
    healthcheck: {test: [CMD, "false"], interval: 1s, retries: 1000}
X
  within 9 up -d --wait --wait-timeout 1
  assert_equal 28 "$status"
}

@test "one-shots that end with 0 count for --wait" {
  compose_file <<'X'
services:
  init:
    image: localhost/busybox
    command: ["true"]
  web:
    image: localhost/busybox
    init: true
    command: [sleep, "1000"]
X
  run_compose up -d --wait
  assert_success
}
