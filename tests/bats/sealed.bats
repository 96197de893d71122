#!/usr/bin/env bats
# The runtime's program file is out of the container's reach (CVE-2019-5736).
load helpers

setup ()
{
  setup_bundle
  # The attack is on a copy.
  cp "$PERRY" "$WORK/target"
  PERRY=$WORK/target
  HASH=$(sha256sum <"$PERRY")
}

@test "a process that waits for start does not run the installed file" {
  create_container
  run readlink "/proc/$(pid_of "$ID")/exe"
  assert_success
  refute_contains "$WORK/target"
  assert_match '^/(memfd:perry-runtime|target|#[0-9]+)'
}

@test "/proc/self/exe as the program, and behind #!, does not get at it" {
  run_in /proc/self/exe --version
  assert_equal "$HASH" "$(sha256sum <"$PERRY")"
  printf '#!/proc/self/exe\n' >"$ROOTFS/bin/again"
  chmod 755 "$ROOTFS/bin/again"
  args sleep 1000
  start_container "$ID-2"
  run_perry exec "$ID-2" again
  assert_equal "$HASH" "$(sha256sum <"$PERRY")"
}

@test "nobody in the container can open the program for writing while it is entered" {
  local i
  into_rootfs exe_writer
  # Without it, it would not even see what is not dumpable.
  config '.process.capabilities[] += ["CAP_SYS_PTRACE"]'
  args exe_writer
  start_container
  wait_for 5 grep -q ready "$WORK/$ID.log"
  for ((i = 0; i < ${PERRY_RACES:-200}; i++)); do
    perry exec "$ID" true
  done
  run cat "$WORK/$ID.log"
  # Otherwise it proves nothing.
  assert_contains seen
  refute_contains WRITABLE
  assert_equal "$HASH" "$(sha256sum <"$PERRY")"
}

@test "where memfds must not be executed, another way is found" {
  require_program strace
  args true
  # What vm.memfd_noexec=2 answers.
  run strace -f -o "$WORK/trace" -e trace=memfd_create,fsopen,execveat -e inject=memfd_create:error=EACCES \
    "$PERRY" --root "$STATE_ROOT" run --bundle "$BUNDLE" "$ID" 3>&-
  assert_success
  run grep execveat "$WORK/trace"
  assert_contains "= 0"
}

@test "no way to seal it: refused, and no container" {
  require_program strace
  args true
  run strace -f -o "$WORK/trace" -e trace=sendfile,fsopen -e inject=sendfile:error=EIO -e inject=fsopen:error=EPERM \
    "$PERRY" --root "$STATE_ROOT" run --bundle "$BUNDLE" "$ID" 3>&-
  assert_failure 1
  assert_one_line
  assert_contains "cannot be sealed"
}
