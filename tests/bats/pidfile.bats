#!/usr/bin/env bats
# pidfile.bats - --pid-file and --pidfd-socket.
load helpers

@test "the pid, and nothing else" {
  for command in create 'run --detach'; do
    # shellcheck disable=SC2086 # two words
    perry $command --pid-file "$WORK/pid" "$ID" </dev/null >/dev/null 2>&1
    assert_equal "$(pid_of "$ID")" "$(cat "$WORK/pid")"
    assert_equal 0 "$(wc -l <"$WORK/pid")"
    perry delete --force "$ID"
  done
}

@test "exec" {
  start_container
  perry exec --detach --pid-file "$WORK/pid" "$ID" sleep 1000 </dev/null >/dev/null 2>&1
  assert_equal "sleep 1000 " "$(tr '\0' ' ' <"/proc/$(cat "$WORK/pid")/cmdline")"
}

@test "a relative path is the caller's" {
  cd "$WORK"
  perry create --bundle "$BUNDLE" --pid-file here "$ID" </dev/null >/dev/null 2>&1
  [ -s "$WORK/here" ]
}

@test "a link is replaced, a directory refused, and then nothing is left" {
  echo precious >"$WORK/target"
  ln -s target "$WORK/link"
  create_container "$ID" --pid-file "$WORK/link"
  assert_equal precious "$(cat "$WORK/target")"
  [ ! -L "$WORK/link" ]
  perry delete "$ID"
  mkdir "$WORK/dir"
  for file in "$WORK/dir" "$WORK/none/pid" ''; do
    [ -n "$file" ] || continue
    run_perry create --pid-file "$file" "$ID"
    assert_failure 1
    assert_contains "--pid-file $file"
    assert_one_line
    [ ! -e "$STATE_ROOT/$ID" ]
  done
  assert_equal "" "$(ls -A "$WORK/dir")"
}

@test "a full disk" {
  require_root
  mkdir "$WORK/full"
  mount -t tmpfs -o size=4k,nr_inodes=2 none "$WORK/full"
  : >"$WORK/full/last" || true
  run_perry create --pid-file "$WORK/full/pid" "$ID"
  umount "$WORK/full"
  assert_failure 1
  assert_contains "--pid-file"
  [ ! -e "$STATE_ROOT/$ID" ]
}

@test "a pidfd" {
  background "$(helper fd_recv)" "$WORK/sock" >"$WORK/got"
  wait_for 5 test -S "$WORK/sock"
  create_container "$ID" --pidfd-socket "$WORK/sock"
  wait_for 5 test -s "$WORK/got"
  cat "$WORK/got"
  grep -q standard "$WORK/got"
}
