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

@test "state.json carries runc's names and leaves no temporary file" {
  create_container
  jq -e --argjson pid "$(pid_of "$ID")" '.init_process_pid == $pid and .init_process_start > 0 and .id and .created' \
    "$STATE_ROOT/$ID/state.json"
  assert_equal "" "$(find "$STATE_ROOT" -name '*.tmp')"
}
