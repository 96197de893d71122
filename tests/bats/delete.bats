#!/usr/bin/env bats
# delete.bats - what may be deleted when, and that nothing is left of it.
load helpers
# shellcheck disable=SC2016 # jq's variables, and shells' in the container

gone ()
{
  [ ! -e "$STATE_ROOT/$ID" ] && census_empty "$TAG" "$WORK"
}

@test "a created container is killed and deleted" {
  create_container
  run_perry delete "$ID"
  assert_success
  assert_output ""
  gone
}

@test "a running or paused container is refused without --force" {
  start_container
  run_perry delete "$ID"
  assert_failure 1
  assert_contains "cannot delete container $ID that is not stopped: running"
  assert_one_line
  assert_equal running "$(status_of "$ID")"
  perry pause "$ID"
  run_perry delete "$ID"
  assert_failure 1
  assert_contains "paused"
  run_perry delete --force "$ID"
  assert_success
  gone
}

@test "--force on running, stopped and missing containers" {
  start_container
  run_perry delete --force "$ID"
  assert_success
  gone
  args true
  start_container
  wait_status "$ID" stopped
  run_perry delete -f "$ID"
  assert_success
  gone
  run_perry delete --force "$ID"
  assert_success
  assert_output ""
  run_perry delete "$ID"
  assert_failure 1
  assert_contains "container does not exist"
}

@test "processes left in a shared pid namespace" {
  config '.linux.namespaces |= map(select(.type != "pid"))'
  args sh -c 'sleep 1000 & sleep 1000 & touch /ready; sleep 1000'
  start_container
  wait_for 5 test -e "$ROOTFS/ready"
  kill -KILL "$(pid_of "$ID")"
  wait_status "$ID" stopped
  run_perry delete "$ID"
  assert_success
  gone
}

@test "fifty nested cgroups" {
  require_v1
  start_container
  dir=$(cgroup_of "$(pid_of "$ID")" pids)
  path=$dir
  for i in $(seq 25); do path=$path/n$i; mkdir "$path" "$dir/m$i"; done
  begin=$(date +%s%N)
  run_perry delete --force "$ID"
  assert_success
  [ $(($(date +%s%N) - begin)) -lt 2000000000 ]
  [ ! -e "$dir" ]
  gone
}

@test "a state file cut off, garbage, missing, a directory of nothing" {
  for damage in 'truncate -s 20' 'truncate -s 0' 'cp /bin/busybox' 'rm'; do
    args true
    start_container
    wait_status "$ID" stopped
    [ "$damage" = 'cp /bin/busybox' ] && damage="cp $ROOTFS/bin/busybox"
    # A whole file is kept, so that the cgroup can be removed afterwards.
    cp "$STATE_ROOT/$ID/state.json" "$WORK/state.json"
    $damage "$STATE_ROOT/$ID/state.json"
    run_perry state "$ID"
    assert_failure 1
    assert_one_line
    run_perry list
    assert_success
    run_perry delete "$ID"
    assert_failure 1
    cp "$WORK/state.json" "$STATE_ROOT/$ID/state.json"
    run_perry delete "$ID"
    assert_success
  done
  mkdir -m 0700 "$STATE_ROOT/$ID"
  run_perry state "$ID"
  assert_failure 1
  assert_contains "delete --force"
  run_perry delete --force "$ID"
  assert_success
  [ ! -e "$STATE_ROOT/$ID" ]
  mkdir -m 0700 "$STATE_ROOT/$ID"
  echo '{"id":' >"$STATE_ROOT/$ID/state.json"
  run_perry delete --force "$ID"
  assert_success
  [ ! -e "$STATE_ROOT/$ID" ]
}

@test "a container whose creator was killed" {
  printf '#!/bin/sh\necho $$ >%s\nexec sleep 100\n' "$WORK/at-hook" >"$WORK/hook"
  chmod +x "$WORK/hook"
  config --arg hook "$WORK/hook" '.hooks.createRuntime = [{"path": $hook}]'
  "$PERRY" --root "$STATE_ROOT" create "$ID" >/dev/null 2>&1 3>&- &
  creator=$!
  wait_for 5 test -s "$WORK/at-hook"
  assert_equal creating "$(status_of "$ID")"
  run_perry delete "$ID"
  assert_failure 1
  assert_contains "is being created by process $creator"
  run_perry start "$ID"
  assert_failure 1
  kill -KILL $creator
  wait $creator || true
  wait_status "$ID" stopped
  run_perry delete --force "$ID"
  assert_success
  [ ! -e "$STATE_ROOT/$ID" ]
  kill -KILL "$(cat "$WORK/at-hook")"
}

@test "delete --force while it is being created" {
  printf '#!/bin/sh\ntouch %s\nexec sleep 3\n' "$WORK/at-hook" >"$WORK/hook"
  chmod +x "$WORK/hook"
  config --arg hook "$WORK/hook" '.hooks.createRuntime = [{"path": $hook}]'
  "$PERRY" --root "$STATE_ROOT" create "$ID" >/dev/null 2>&1 3>&- &
  creator=$!
  wait_for 5 test -e "$WORK/at-hook"
  run_perry delete --force "$ID"
  assert_success
  if wait $creator; then fail "create succeeded"; fi
  gone
}

@test "many deletes at once" {
  start_container
  pids=()
  for i in 1 2 3 4 5; do
    perry delete --force "$ID" >"$WORK/out$i" 2>&1 &
    pids+=($!)
  done
  for pid in "${pids[@]}"; do wait "$pid"; done
  gone
}

@test "--force of a container whose creator hangs in a hook" {
  config '.hooks.createRuntime = [{"path": "/bin/sleep", "args": ["sleep", "300"]}]'
  background perry create --bundle "$BUNDLE" "$ID"
  wait_for 5 test -s "$STATE_ROOT/$ID/state.json"
  wait_for 5 pgrep -f "sleep 300"
  run_perry delete --force "$ID"
  assert_success
  [ ! -e "$STATE_ROOT/$ID" ]
  pkill -f "^sleep 300" || true
}
