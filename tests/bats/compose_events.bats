#!/usr/bin/env bats
# compose_events.bats - what `events` tells of containers that their monitors start again, check and see end.
load compose_helpers

# actions SERVICE: what has happened to it, in order, blanks between; `exitCode` behind a die, the reason behind others
actions ()
{
  compose events --until 0s --json "$1" \
    | jq -r '.action + (if .action == "die" then ":" + .attributes.exitCode else if .attributes.reason then ":" + .attributes.reason else "" end end)' \
    | xargs
}

has_ended ()
{
  [ "$(status_of_service "$1" | jq -r .state)" = exited ]
}

# says SERVICE ACTIONS
says ()
{
  [ "$(actions "$1")" = "$2" ]
}

@test "events: ends and starts by the restart policy, and by commands" {
  compose_file <<'X'
x-service: &service {image: localhost/busybox, network_mode: none, init: true}
services:
  crash: {<<: *service, init: false, command: [sh, -c, "exit 3"], restart: "on-failure:2"}
  web: {<<: *service, command: sleep 1000}
  oom: {<<: *service, init: false, command: [sh, -c, 'x=x; while :; do x=$$x$$x; done'], mem_limit: 16m, memswap_limit: 16m}
X
  up
  compose restart web
  compose kill web
  wait_for 20 has_ended crash
  wait_for 20 has_ended oom
  wait_for 5 has_ended web
  assert_equal 'create start die:3 start die:3 start die:3' "$(actions crash)"
  assert_equal 'create start die:143 stop start restart kill die:137' "$(actions web)"
  assert_equal 'create start oom die:137 container-died:oom-killed' "$(actions oom)"
  run_compose events --until 0s crash
  assert_match 'container die [0-9a-f]{12} \(service=crash, exitCode=3\)$'
}

@test "events: health" {
  compose_file <<'X'
services:
  web:
    image: localhost/busybox
    network_mode: none
    init: true
    command: sleep 1000
    healthcheck: {test: [CMD, test, -e, /tmp/good], interval: 100ms, retries: 2}
X
  up
  wait_for 20 says web 'create start health_status: unhealthy'
  service_exec web touch /tmp/good
  wait_for 20 says web 'create start health_status: unhealthy health_status: healthy'
}

@test "events: a container whose monitor was killed" {
  compose_file <<'X'
services:
  web: {image: localhost/busybox, network_mode: none, init: true, command: sleep 1000}
  tty: {image: localhost/busybox, network_mode: none, tty: true, command: sh}
X
  up
  host kill -9 "$(status_of_service web | jq .monitorPid)" "$(status_of_service tty | jq .monitorPid)"
  wait_for 10 sh -c "[ \"\$('$COMPOSE' ps -a --format json tty | jq -r .State)\" = dead ]"
  compose stop -t 1 web
  assert_equal 'create start container-died:monitor-died' "$(actions web)"
  compose up -d
  assert_equal 'create start container-died:monitor-died start' "$(actions tty)"
}

@test "events: what was before is kept once, and followed over the change" {
  compose_file <<'X'
services:
  web: {image: localhost/busybox, network_mode: none, init: true, command: sleep 1000}
X
  up
  local log=$DATA/projects/demo/log.jsonl
  host_background "$COMPOSE" events --since 1h --json
  wait_for 10 grep -q start "$WORK/background.log"
  yes '{"ts":"2020-01-01T00:00:00Z","kind":"filler","service":"no"}' | head -c $((9 << 20)) >>"$log" || true
  compose pause web
  compose unpause web
  [ "$(wc -c <"$log")" -lt 1000 ]
  [ "$(wc -c <"$log.1")" -gt $((9 << 20)) ]
  assert_equal 'create start pause unpause' "$(actions web)"
  wait_for 10 sh -c "grep -q unpause '$WORK/background.log'"
  assert_equal 'create start pause unpause' "$(jq -r 'select(.service == "web") | .action' "$WORK/background.log" | xargs)"
  compose down -t 0
  wait_for 10 sh -c "! kill -0 ${BACKGROUND[-1]} 2>/dev/null"
}

@test "events: from now on, unless --since or a time that is over says otherwise" {
  compose_file <<'X'
services:
  web: {image: localhost/busybox, network_mode: none, init: true, command: sleep 1000}
X
  up
  host_background "$COMPOSE" events --json
  wait_for 10 enter sh -c "grep -qs inotify /proc/$HOST_PID/fdinfo/*"
  compose pause web
  compose unpause web
  wait_for 10 grep -q unpause "$WORK/background.log"
  assert_equal 'pause unpause' "$(jq -r .action "$WORK/background.log" | xargs)"
  assert_equal 'create start pause unpause' "$(compose events --follow=false --json | jq -r .action | xargs)"
  assert_equal 'create start pause unpause' "$(compose events --until 0s --json | jq -r .action | xargs)"
  host_background "$COMPOSE" events --since 1h --json
  wait_for 10 grep -q unpause "$WORK/background.log"
  assert_equal 'create start pause unpause' "$(jq -r .action "$WORK/background.log" | xargs)"
}
