#!/usr/bin/env bats
# The session keyring: the container's own, or with --no-new-keyring the caller's.
load helpers

setup ()
{
  setup_bundle
  into_rootfs session_keyring
  "$(helper session_keyring)" >/dev/null || skip "needs a kernel with keys"
}

@test "a keyring with the container's name, and the same for exec" {
  local first
  start_container
  in_container session_keyring
  assert_success
  assert_match "^[0-9]+ _ses\\.$ID\$"
  first=$output
  in_container session_keyring
  assert_output "$first"
}

@test "the first process has it, whatever its user" {
  config '.process.user = {uid: 1000, gid: 1000}'
  run_in session_keyring
  assert_success
  assert_match " _ses\\.$ID\$"
}

@test "--no-new-keyring: the caller's" {
  args session_keyring
  run_perry run --no-new-keyring --bundle "$BUNDLE" "$ID"
  assert_output "$("$(helper session_keyring)")"
}

@test "in a user namespace" {
  config '.linux.namespaces += [{type: "user"}] | .linux.uidMappings = [{containerID: 0, hostID: 100000, size: 65536}]
    | .linux.gidMappings = .linux.uidMappings'
  chown -R 100000:100000 "$ROOTFS"
  chmod a+x "$BUNDLE" "$WORK" "${WORK%/*}" "$BATS_RUN_TMPDIR"
  start_container
  in_container session_keyring
  assert_success
  assert_match "^[0-9]+ _ses\\.$ID\$"
}
