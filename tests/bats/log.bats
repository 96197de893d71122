#!/usr/bin/env bats
# log.bats - what engines read of a failing command: the log's last line, standard error, the exit status.
load helpers

# failing COMMAND...: $status, $stderr; nothing on standard output.
failing ()
{
  run --separate-stderr perry --log "$WORK/log" --log-format json "$@"
  # shellcheck disable=SC2154 # of bats' run
  { [ "$status" -ne 0 ] && [ "$status" -ne 124 ]; } || fail "want a failure, got $status"
  assert_equal "" "$output"
  # shellcheck disable=SC2154 # of bats' run
  assert_equal 1 "${#stderr_lines[@]}"
}

@test "a create that fails late: one line of JSON in the log, the same text on standard error" {
  args nonexistent-program
  # Warnings too would be lines of the log: Podman reads all of it as one object.
  config '.process.capabilities.bounding += ["CAP_UNKNOWN"]'
  failing create --bundle "$BUNDLE" "$ID"
  assert_failure 1
  assert_equal 1 "$(wc -l <"$WORK/log")"
  jq -e '.level == "error" and (keys | join (" ")) == "level msg time"
    and (.time | test("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+(Z|[+-][0-9:]+)$"))' "$WORK/log"
  assert_equal "perry-runtime: $(jq -r .msg "$WORK/log")" "$stderr"
  # moby and Podman make 127 of these words.
  # shellcheck disable=SC2016 # the text
  [[ $stderr == *'exec: "nonexistent-program": executable file not found in $PATH' ]]
}

@test "a log is appended to, never cut" {
  echo '{"level":"info","msg":"earlier","time":"2020-01-01T00:00:00Z"}' >"$WORK/log"
  args nonexistent-program
  failing create "$ID"
  failing start "$ID"
  assert_equal "info error error" "$(jq -r .level "$WORK/log" | xargs)"
}

@test "text that needs quoting" {
  args $'a"b\\c\nd\te'
  failing create "$ID"
  jq -e --arg name $'a"b\\c' '.msg | contains($name)' "$WORK/log" || jq -e '.msg | contains("a\\\"b")' "$WORK/log"
  assert_equal 1 "$(wc -l <"$WORK/log")"
}

@test "nothing on standard error, nothing in the log when all is well" {
  perry --log "$WORK/log" --log-format json create "$ID" </dev/null >"$WORK/out" 2>&1
  assert_equal "" "$(cat "$WORK/out")"
  run --separate-stderr perry --log "$WORK/log" --log-format json start "$ID"
  assert_success
  assert_equal "" "$output$stderr"
  assert_equal 0 "$(stat -c %s "$WORK/log")"
}

@test "--debug tells the stages of the container's process, not to its standard error" {
  args sh -c 'echo own >&2'
  run --separate-stderr perry --debug --log "$WORK/log" --log-format json run "$ID"
  assert_success
  assert_equal own "$stderr"
  jq -se 'map(select(.level == "debug")) | length > 0' "$WORK/log"
  grep -q 'stage' "$WORK/log"
  jq -se 'all(.time | test("^[0-9-]+T"))' "$WORK/log"
}

@test "words that engines look for" {
  local words
  while IFS='|' read -r command code words; do
    # shellcheck disable=SC2086 # words
    failing $command
    assert_equal "$code" "$status"
    [[ $stderr == *"$words"* ]] || fail "$command: $stderr"
  done <<END
state $ID|1|does not exist
kill $ID KILL|1|does not exist
delete $ID|1|does not exist
exec $ID true|255|does not exist
END
  start_container
  failing create "$ID"
  [[ $stderr == *"already exists"* ]]
  failing delete "$ID"
  [[ $stderr == *"cannot delete container $ID that is not stopped: running"* ]]
  failing start "$ID"
  [[ $stderr == *"cannot start an already running container"* ]]
  failing resume "$ID"
  [[ $stderr == *"container not paused"* ]]
  perry kill "$ID" KILL
  wait_status "$ID" stopped
  failing kill "$ID" TERM
  [[ $stderr == *"container not running"* ]]
  failing pause "$ID"
  [[ $stderr == *"container not running"* ]]
  failing events --stats "$ID"
  [[ $stderr == *"container with id $ID is not running"* ]]
}
