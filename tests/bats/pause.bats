#!/usr/bin/env bats
# pause.bats - pause and resume, and what other commands make of a paused container.
load helpers

count ()
{
  wc -c <"$ROOTFS/ticks"
}

ticking ()
{
  args sh -c 'while :; do printf . >>/ticks; sleep 0.02; done'
  start_container
  wait_for 5 test -s "$ROOTFS/ticks"
}

grows ()
{
  [ "$(count)" -gt "$1" ]
}

@test "nothing runs while it is paused" {
  ticking
  perry pause "$ID"
  is_status "$ID" paused
  local before
  before=$(count)
  sleep 0.3
  assert_equal "$before" "$(count)"
  perry resume "$ID"
  is_status "$ID" running
  wait_for 5 grows "$before"
}

@test "a created container can be paused, and is created again after that" {
  create_container
  perry pause "$ID"
  is_status "$ID" paused
  perry resume "$ID"
  is_status "$ID" created
  perry start "$ID"
  is_status "$ID" running
}

@test "twice, never, and stopped" {
  start_container
  run_perry resume "$ID"
  assert_failure 1
  assert_contains "container not paused"
  perry pause "$ID"
  run_perry pause "$ID"
  assert_failure 1
  assert_contains "container not running"
  perry resume "$ID"
  perry kill "$ID" KILL
  wait_status "$ID" stopped
  run_perry pause "$ID"
  assert_failure 1
}

@test "SIGKILL ends a paused container" {
  ticking
  perry pause "$ID"
  perry kill "$ID" KILL
  wait_status "$ID" stopped
}

@test "delete refuses a paused container, delete --force ends it" {
  ticking
  perry pause "$ID"
  run_perry delete "$ID"
  assert_failure 1
  assert_contains paused
  SECONDS=0
  perry delete --force "$ID"
  [ "$SECONDS" -le 2 ]
}

@test "delete --force ends a container that has frozen a cgroup below its own" {
  require_v1
  ticking
  local dir
  dir=$(cgroup_of "$(pid_of "$ID")" freezer)
  mkdir "$dir/below"
  pid_of "$ID" >"$dir/below/cgroup.procs"
  echo FROZEN >"$dir/below/freezer.state"
  SECONDS=0
  perry delete --force "$ID"
  [ "$SECONDS" -le 2 ]
  [ ! -e "$dir" ]
}

@test "exec does not enter a paused container, unless it is told to" {
  ticking
  perry pause "$ID"
  in_container true
  assert_failure 255
  assert_contains paused
  background "$PERRY" --root "$STATE_ROOT" exec --ignore-paused "$ID" touch /entered
  sleep 0.2
  [ ! -e "$ROOTFS/entered" ]
  perry resume "$ID"
  wait_for 5 test -e "$ROOTFS/entered"
}

@test "limits of a paused container can be changed" {
  ticking
  perry pause "$ID"
  perry update --pids-limit 50 "$ID"
  perry resume "$ID"
}
