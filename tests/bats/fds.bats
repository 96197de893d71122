#!/usr/bin/env bats
# fds.bats - descriptors that a container keeps: --preserve-fds and LISTEN_FDS, and no others.
load helpers

# As the host sees the container's process.
fds_of ()
{
  # shellcheck disable=SC2012 # numbers
  ls "/proc/$(pid_of "$ID")/fd" | sort -n | xargs
}

variables_of ()
{
  tr '\0' '\n' <"/proc/$(pid_of "$ID")/environ" | grep ^LISTEN | xargs
}

run_detached ()
{
  "$PERRY" --root "$STATE_ROOT" run --detach "$@" "$ID" </dev/null >/dev/null 2>&1
}

@test "none but the standard ones" {
  run_detached 3<"$BUNDLE/config.json" 4<"$BUNDLE/config.json" 9</
  assert_equal "0 1 2" "$(fds_of)"
  assert_equal "" "$(variables_of)"
}

@test "--preserve-fds" {
  run_detached --preserve-fds 2 3<"$BUNDLE/config.json" 4</ 5</
  assert_equal "0 1 2 3 4" "$(fds_of)"
  assert_equal "$BUNDLE/config.json" "$(readlink "/proc/$(pid_of "$ID")/fd/3")"
}

@test "LISTEN_FDS, if it is meant for us" {
  # shellcheck disable=SC2016 # the inner shell's
  LISTEN_FDS=1 bash -c 'export LISTEN_PID=$$; exec "$@"' bash "$PERRY" --root "$STATE_ROOT" run --detach "$ID" \
    </dev/null >/dev/null 2>&1 3<"$BUNDLE/config.json" 4</
  assert_equal "0 1 2 3" "$(fds_of)"
  assert_equal "LISTEN_FDS=1 LISTEN_PID=1" "$(variables_of)"
  perry delete --force "$ID"
  LISTEN_FDS=1 LISTEN_PID=1 run_detached 3<"$BUNDLE/config.json"
  assert_equal "0 1 2" "$(fds_of)"
  assert_equal "" "$(variables_of)"
}

@test "descriptors that are not there, too many, negative" {
  for n in 1 1000000 -1 4294967297 x; do
    run_perry run --preserve-fds $n "$ID"
    assert_failure 1
    [ ! -e "$STATE_ROOT/$ID" ]
  done
}
