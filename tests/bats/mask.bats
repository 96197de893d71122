#!/usr/bin/env bats
# mask.bats - linux.maskedPaths, linux.readonlyPaths, root.readonly.

load helpers

setup ()
{
  setup_bundle
  mkdir -p "$ROOTFS/secret/dir" "$ROOTFS/ro/below"
  echo hidden >"$ROOTFS/secret/file"
  echo hidden >"$ROOTFS/secret/dir/f"
  echo seen >"$ROOTFS/ro/f"
}

@test "a masked file reads as empty and is the null device" {
  config '.linux.maskedPaths += ["/secret/file"]'
  run_in sh -c 'cat /secret/file; stat -c %t:%T /secret/file; echo x >/secret/file'
  assert_success
  assert_output 1:3
  assert_equal hidden "$(cat "$ROOTFS/secret/file")"
}

@test "a masked directory is empty and cannot be written to" {
  config '.linux.maskedPaths += ["/secret/dir"]'
  run_in sh -c 'ls -A /secret/dir; touch /secret/dir/x'
  assert_failure
  assert_contains "Read-only file system"
  refute_contains hidden
}

@test "all masked directories are one tmpfs" {
  mkdir "$ROOTFS/secret/dir2"
  config '.linux.maskedPaths = ["/secret/dir", "/secret/dir2", "/proc/acpi"]'
  run_in stat -c %d /secret/dir /secret/dir2
  assert_success
  assert_equal "${lines[0]}" "${lines[1]}"
}

@test "paths given twice, below one another, through links and missing ones" {
  ln -s /secret/file "$ROOTFS/link"
  ln -s /nowhere "$ROOTFS/dangling"
  config '.linux.maskedPaths = ["/secret/dir", "/secret/dir", "/secret/dir/f", "/link", "/secret/file", "/missing", "/dangling",
    "/secret/file/x", "/dev/null"]'
  run_in sh -c 'ls -A /secret/dir; cat /link; grep -c " /secret/" /proc/self/mountinfo'
  assert_success
  assert_output 2
}

@test "a path that cannot be looked at is an error, not skipped" {
  ln -s loop "$ROOTFS/loop"
  config '.linux.maskedPaths = ["/loop"]'
  run_in true
  assert_failure
  assert_contains "linux.maskedPaths[0] /loop"
}

@test "a read-only path keeps its contents and its flags" {
  config '.mounts += [{"destination":"/ro/below","type":"tmpfs","source":"tmpfs","options":["nosuid","noexec"]}]
    | .linux.readonlyPaths += ["/ro", "/ro/below", "/ro/f", "/missing"]'
  run_in sh -c 'cat /ro/f; touch /ro/x; touch /ro/below/x; echo x >/ro/f; awk "\$5 == \"/ro/below\" { f = \$6 } END { print f }" /proc/self/mountinfo'
  assert_success
  assert_contains "seen"
  assert_equal 3 "$(grep -c "Read-only file system" <<<"$output")"
  assert_contains "ro,nosuid,noexec,relatime"
}

@test "sysctls are read-only by default, and not if the list is empty" {
  config '.process.capabilities = ({bounding: ["CAP_NET_ADMIN"]} | .effective = .bounding | .permitted = .bounding)'
  run_in sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward'
  assert_failure
  assert_contains "Read-only file system"
  config '.linux.readonlyPaths = []'
  run_in sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward && cat /proc/sys/net/ipv4/ip_forward'
  assert_success
  assert_output 1
}

@test "masks cannot be taken away by a user namespace below" {
  config '.linux.maskedPaths += ["/secret/file", "/secret/dir"] | .process.user = {uid: 1000, gid: 1000}'
  run_in unshare -Urm sh -c 'id -u; umount /secret/file; umount /secret/dir; cat /secret/file; ls -A /secret/dir; mount --bind /secret /mnt; cat /mnt/file'
  assert_match '^0
'
  refute_contains hidden
}

@test "a read-only root, with its mounts still writable and the working directory made" {
  config '.root.readonly = true | .process.cwd = "/made/for/it"
    | .mounts += [{"destination":"/run","type":"tmpfs","source":"tmpfs"}]'
  run_in sh -c 'pwd; touch /run/x && echo ok; touch /x'
  assert_failure
  assert_contains "/made/for/it
ok"
  assert_contains "Read-only file system"
}

@test "masks and read-only paths need a mount namespace" {
  config 'del(.linux.namespaces[] | select(.type == "mount")) | .mounts = []'
  run_in true
  assert_failure
  assert_contains "mount namespace"
}

@test "a read-only root keeps the flags of the mount that it lies on" {
  mkdir "$WORK/fs"
  mount -t tmpfs -o nosuid,nodev tmpfs "$WORK/fs"
  cp -a "$ROOTFS" "$WORK/fs/rootfs"
  config '.root = {path: $p, readonly: true}' --arg p "$WORK/fs/rootfs"
  run_in sh -c 'awk "\$5 == \"/\" { print \$6 }" /proc/self/mountinfo; touch /x'
  local plain=$output
  config '.linux.namespaces += [{type: "user"}]
    | .linux.uidMappings = [{containerID: 0, hostID: 0, size: 65536}] | .linux.gidMappings = .linux.uidMappings'
  run_in sh -c 'awk "\$5 == \"/\" { print \$6 }" /proc/self/mountinfo; touch /x'
  umount "$WORK/fs"
  assert_equal "ro,nosuid,nodev,relatime
touch: /x: Read-only file system" "$plain"
  assert_output "$plain"
}
