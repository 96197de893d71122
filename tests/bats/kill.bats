#!/usr/bin/env bats
# kill.bats - signals: their names, to whom they go, and when there is nobody left.
load helpers

# A program that writes the signals it gets to /got.
trap_signals ()
{
  # shellcheck disable=SC2016 # the container's shell
  args sh -c 'for s in HUP INT TERM USR1 RTMIN+3 37; do trap "echo $s >>/got" $s 2>/dev/null; done
              touch /ready; while :; do sleep 0.02; done'
  start_container
  wait_for 5 test -e "$ROOTFS/ready"
}

got ()
{
  grep -qx "$1" "$ROOTFS/got"
}

@test "names and numbers" {
  trap_signals
  for s in HUP sighup 1; do
    rm -f "$ROOTFS/got"
    run_perry kill "$ID" "$s"
    assert_success
    wait_for 5 got HUP
  done
  run_perry kill "$ID"
  assert_success
  wait_for 5 got TERM
  run_perry kill "$ID" 0
  assert_success
}

@test "wrong signals" {
  start_container
  for s in SIGFOO 999 0x9 '' 65 -1; do
    run_perry kill "$ID" "$s"
    assert_failure 1
    assert_output_has "unknown signal \"$s\""
  done
  assert_equal running "$(status_of "$ID")"
}

assert_output_has () { assert_contains "$1"; assert_one_line; }

@test "created and paused containers can be killed" {
  create_container
  run_perry kill "$ID" KILL
  assert_success
  wait_status "$ID" stopped
  perry delete "$ID"
  start_container
  perry pause "$ID"
  assert_equal paused "$(status_of "$ID")"
  run_perry kill "$ID" KILL
  assert_success
  wait_status "$ID" stopped
}

@test "a stopped container" {
  args true
  start_container
  wait_status "$ID" stopped
  run_perry kill "$ID" KILL
  assert_failure 1
  assert_output_has "container not running"
  run_perry kill --all "$ID" KILL
  assert_success
  run_perry kill -a "$ID"
  assert_success
}

@test "a container that is not there" {
  run_perry kill "$ID" KILL
  assert_failure 1
  assert_output_has "container does not exist"
}

@test "--all reaches every process" {
  args sh -c 'sh -c "trap \"touch /child\" USR1; touch /ready; while :; do sleep 0.02; done" & trap "" USR1; wait'
  start_container
  wait_for 5 test -e "$ROOTFS/ready"
  run_perry kill --all "$ID" USR1
  assert_success
  wait_for 5 test -e "$ROOTFS/child"
}

@test "SIGKILL in a shared pid namespace kills all, also when the first process is gone" {
  config '.linux.namespaces |= map(select(.type != "pid"))'
  args sh -c 'sleep 1000 & sleep 1001 & echo $$ >/pid; wait'
  start_container
  wait_for 5 test -s "$ROOTFS/pid"
  pids=$(perry ps --format json "$ID" | jq length)
  [ "$pids" -ge 3 ]
  kill -KILL "$(pid_of "$ID")"
  wait_status "$ID" stopped
  run_perry kill "$ID" KILL
  assert_success
  empty () { [ "$(perry ps --format json "$ID")" = null ]; }
  wait_for 5 empty
  run_perry kill "$ID" KILL
  assert_failure 1
  assert_contains "container not running"
}

@test "a pid that belongs to somebody else now is never signalled" {
  start_container
  perry kill "$ID" KILL
  wait_status "$ID" stopped
  background sleep 1000
  jq --argjson pid "$!" '.init_process_pid = $pid' "$STATE_ROOT/$ID/state.json" >"$WORK/state.json"
  cat "$WORK/state.json" >"$STATE_ROOT/$ID/state.json"
  assert_equal stopped "$(status_of "$ID")"
  run_perry kill "$ID" KILL
  assert_failure 1
  run_perry delete --force "$ID"
  assert_success
  kill -0 "${BACKGROUND[0]}"
}

@test "a state file of another boot" {
  start_container
  pid=$(pid_of "$ID")
  cp "$STATE_ROOT/$ID/state.json" "$WORK/"
  jq '.boot_id = "00000000-0000-0000-0000-000000000000"' "$WORK/state.json" >"$STATE_ROOT/$ID/state.json"
  assert_equal stopped "$(status_of "$ID")"
  run_perry kill "$ID" KILL
  assert_failure 1
  kill -0 "$pid"
  cp "$WORK/state.json" "$STATE_ROOT/$ID/"
  assert_equal running "$(status_of "$ID")"
}
