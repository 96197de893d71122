#!/usr/bin/env bats
# events.bats - one line of JSON for each event, in the form that runc gave them.
load helpers

lines_of_type ()
{
  grep -c "\"type\":\"$1\"" "$WORK/events" || true
}

has_lines ()
{
  [ "$(lines_of_type "$1")" -ge "$2" ]
}

stream ()
{
  background "$PERRY" --root "$STATE_ROOT" events --interval "$1" "$ID" >"$WORK/events"
}

ended ()
{
  ! kill -0 "$1" 2>/dev/null
}

@test "--stats prints one sample" {
  require_controller memory
  config '.linux.resources += {memory: {limit: 33554432}, pids: {limit: 20}}'
  start_container
  run_perry events --stats "$ID"
  assert_success
  assert_one_line
  jq -e --arg id "$ID" '.type == "stats" and .id == $id' <<<"$output"
  jq -e '.data.memory.usage.limit == 33554432 and .data.memory.usage.usage > 0' <<<"$output"
  jq -e '.data.memory.raw | length > 10 and all (type == "number")' <<<"$output"
  jq -e '.data.pids == {"current": 1, "limit": 20}' <<<"$output"
  jq -e '.data.cpu.usage | has ("total") and has ("kernel") and has ("user")' <<<"$output"
  jq -e '.data.cpu.throttling | has ("periods") and has ("throttledPeriods") and has ("throttledTime")' <<<"$output"
  jq -e '.data | has ("blkio") and has ("hugetlb") and has ("network_interfaces") and .intel_rdt == {}' <<<"$output"
  [ "$(cgroup_mode)" = unified ] || jq -e '.data.cpuset.cpus | length > 0' <<<"$output"
}

@test "no limit of processes is 0" {
  start_container
  run_perry events --stats "$ID"
  jq -e '.data.pids.limit == 0' <<<"$output"
}

@test "counts of block I/O and processor time" {
  args sh -c 'i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done; touch /ready; sleep 1000'
  start_container
  wait_for 20 test -e "$ROOTFS/ready"
  run_perry events --stats "$ID"
  jq -e '.data.cpu.usage.total > 1000000' <<<"$output"
  jq -e '[.data.blkio.ioServiceBytesRecursive // [] | .[] | has ("major") and has ("minor") and has ("value")] | all' <<<"$output"
}

@test "samples at intervals, until the container is deleted" {
  start_container
  stream 100ms
  local pid=$!
  wait_for 5 has_lines stats 3
  perry delete --force "$ID"
  wait_for 5 ended "$pid"
  jq -e . "$WORK/events" >/dev/null
}

@test "an interval that is long does not outlive the container" {
  require_controller memory
  start_container
  stream 1h
  local pid=$!
  wait_for 5 has_lines stats 1
  perry delete --force "$ID"
  wait_for 5 ended "$pid"
}

@test "a process killed for want of memory is told at once" {
  require_controller memory
  config '.linux.resources += {memory: {limit: 16777216, swap: 16777216}}'
  start_container
  stream 1h
  wait_for 5 has_lines stats 1
  # shellcheck disable=SC2016 # the container's shell
  in_container sh -c 'x=0123456789abcdef; while :; do x=$x$x; done'
  assert_equal 137 "$status"
  wait_for 5 has_lines oom 1
  grep '"oom"' "$WORK/events" | head -n 1 | jq -e --arg id "$ID" '. == {type: "oom", id: $id}'
}

@test "stopped, or not there" {
  args true
  start_container
  wait_status "$ID" stopped
  run_perry events --stats "$ID"
  assert_failure 1
  assert_contains "container with id $ID is not running"
  run_perry events "$ID-absent"
  assert_failure 1
  assert_contains "does not exist"
}
