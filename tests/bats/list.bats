#!/usr/bin/env bats
# list.bats - list and ps.
load helpers

@test "nothing" {
  mkdir -m 0700 "$STATE_ROOT"
  run_perry list
  assert_success
  assert_output "ID          PID         STATUS      BUNDLE      CREATED     OWNER"
  run_perry list --format json
  assert_success
  assert_output "[]"
  run_perry list --quiet
  assert_success
  assert_output ""
}

@test "a root that is not there: an error only if it was asked for" {
  run_perry list
  assert_failure 1
  run env -u XDG_RUNTIME_DIR "$PERRY" list --quiet
  assert_success
}

@test "table, json, ids" {
  start_container "$ID-a"
  create_container "$ID-b"
  run_perry list
  assert_success
  assert_equal 3 "${#lines[@]}"
  assert_match "$ID-a +$(pid_of "$ID-a") +running +$BUNDLE +[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z +root"
  assert_match "$ID-b +[0-9]+ +created +$BUNDLE"
  run_perry list -q
  assert_output "$ID-a
$ID-b"
  assert_equal "$ID-a running root
$ID-b created root" "$(perry list -f json | jq -r '.[] | "\(.id) \(.status) \(.owner)"')"
  perry list -f json | jq -e '.[0] | has("ociVersion") and has("rootfs") and has("bundle") and (.pid > 0)'
  run_perry list --format yaml
  assert_failure 1
  assert_contains "invalid format option"
}

@test "what cannot be read does not hide the rest" {
  start_container "$ID-a"
  mkdir -m 0700 "$STATE_ROOT/$ID-half" "$STATE_ROOT/$ID-odd"
  echo '{' >"$STATE_ROOT/$ID-odd/state.json"
  perry list -q >"$WORK/out" 2>"$WORK/err"
  assert_equal "$ID-a" "$(cat "$WORK/out")"
  assert_equal 2 "$(wc -l <"$WORK/err")"
  grep -q "warning: container $ID-half" "$WORK/err"
  grep -q "warning: container $ID-odd" "$WORK/err"
}

@test "ps" {
  args sh -c 'sleep 1000 & touch /ready; wait'
  start_container
  wait_for 5 test -e "$ROOTFS/ready"
  run_perry ps --format json "$ID"
  assert_success
  assert_match '^\[[0-9]+,[0-9]+\]$'
  jq -e --argjson pid "$(pid_of "$ID")" 'index($pid)' <<<"$output"
  run_perry ps --format xml "$ID"
  assert_failure 1
  require_program ps
  run_perry ps "$ID"
  assert_success
  assert_equal 3 "${#lines[@]}"
  assert_contains "sleep 1000"
  run_perry ps "$ID" -o pid,comm -e
  assert_success
  assert_equal 3 "${#lines[@]}"
  run_perry ps "$ID" -e -o comm
  assert_failure 1
  assert_contains "PID"
  run_perry ps "$ID" --no-such-option
  assert_failure 1
  assert_equal "ps(1) failed; it says why above" "${lines[-1]##*: }"
}

@test "ps of a stopped container" {
  args true
  start_container
  wait_status "$ID" stopped
  run_perry ps -f json "$ID"
  assert_success
  assert_output null
}

@test "completions offer containers, of the root that is named" {
  start_container
  run "$PERRY" --complete -- --root "$STATE_ROOT" kill ''
  assert_output "$ID"
  run "$PERRY" --complete -- --root "$STATE_ROOT" exec --cwd / ''
  assert_output "$ID"
}
