#!/usr/bin/env bats
# state.bats - the state document.
load helpers

@test "all members" {
  config '.annotations = {"a.b": "c/d"}'
  start_container
  run_perry state "$ID"
  assert_success
  assert_equal '  "ociVersion": "1.0.2",' "${lines[1]}"
  jq -e --arg id "$ID" --arg bundle "$BUNDLE" '.id == $id and .pid > 0 and .status == "running" and .bundle == $bundle
    and .rootfs == $bundle + "/rootfs" and (.created | test("^[0-9-]+T[0-9:.]+Z$")) and .annotations["a.b"] == "c/d"
    and .owner == ""' <<<"$output"
  assert_contains 'c/d'
}

@test "members of a stopped container" {
  args true
  start_container
  wait_status "$ID" stopped
  perry state "$ID" | jq -e '.pid == 0 and (has("annotations") | not)'
}

@test "paused comes before created and running" {
  create_container
  perry pause "$ID"
  assert_equal paused "$(status_of "$ID")"
  run_perry start "$ID"
  assert_failure 1
  assert_contains "paused"
  perry resume "$ID"
  assert_equal created "$(status_of "$ID")"
}

@test "a zombie is stopped" {
  create_container
  pid=$(pid_of "$ID")
  kill -STOP "$PPID" 2>/dev/null || true
  kill -CONT "$PPID" 2>/dev/null || true
  kill -KILL "$pid"
  wait_status "$ID" stopped
}

@test "state.json is whole at any time" {
  create_container
  for i in $(seq 20); do
    perry list -f json | jq -e --arg id "$ID" '.[0].id == $id' >/dev/null
  done
  jq -e '.init_process_pid > 0 and .init_process_start > 0 and .cgroup_paths' "$STATE_ROOT/$ID/state.json" >/dev/null || \
    jq -e '.init_process_pid > 0 and .init_process_start > 0' "$STATE_ROOT/$ID/state.json" >/dev/null
  assert_equal "" "$(find "$STATE_ROOT" -name '*.tmp')"
}
