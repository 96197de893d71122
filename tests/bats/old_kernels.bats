#!/usr/bin/env bats
# old_kernels.bats - the ways that are taken on kernels without openat2 (before 5.6) and mount_setattr (5.12).

load helpers

setup ()
{
  setup_bundle
  require_root
  PERRY_REAL=$PERRY
}

# All further starts happen without the system calls $1.
without ()
{
  local program
  program=$(helper without)
  printf '#!/bin/sh\nexec %s %s %s "$@"\n' "$program" "$1" "$PERRY_REAL" >"$WORK/perry"
  chmod +x "$WORK/perry"
  PERRY=$WORK/perry
}

# All that this kernel shows of the mounts, but their numbers.
mounts ()
{
  args sh -c 'cut -d" " -f4- /proc/self/mountinfo | sed "s/\(shared\|master\):[0-9]*/\1/; s/,seclabel//"; stat -c "%n %a %F" /dev/* /proc /sys /dev/shm/.'
  run perry run --bundle "$BUNDLE" "$ID"
  assert_success
}

same_as_with ()
{
  local with
  PERRY=$PERRY_REAL
  mounts
  with=$output
  without "$1"
  mounts
  assert_equal "$with" "$output"
}

@test "the same container without openat2" {
  same_as_with openat2
}

@test "the same container without mount_setattr, flags and propagation of binds included" {
  mkdir "$WORK/src"
  mount -t tmpfs -o nosuid,nodev tmpfs "$WORK/src"
  mkdir "$ROOTFS/ro"
  config '.root.readonly = true | .linux.readonlyPaths += ["/ro"] | .linux.maskedPaths += ["/etc"]
    | (.mounts[] | select(.destination == "/dev").options) += ["ro"]
    | .mounts += [{destination: "/vol", source: $s, options: ["rbind", "rslave", "ro", "noatime"]},
                  {destination: "/vol2", source: $s, options: ["bind", "suid", "private"]}]' --arg s "$WORK/src"
  mkdir -p "$ROOTFS/vol" "$ROOTFS/vol2"
  same_as_with mount_setattr
  umount "$WORK/src"
}

@test "recursive options are refused without mount_setattr, not ignored" {
  mkdir "$WORK/src"
  config '.mounts += [{destination: "/vol", source: $s, options: ["rbind", "rro"]}]' --arg s "$WORK/src"
  without mount_setattr
  run_in true
  assert_failure
  assert_contains "Linux 5.12"
}

@test "links out of the root lead nowhere without openat2 either" {
  mkdir "$WORK/out"
  ln -s "$WORK/out" "$ROOTFS/abs"
  ln -s "../../../../../../../../../..$WORK/out" "$ROOTFS/rel"
  without openat2
  config '.mounts += [{destination: "/abs/a/b", type: "tmpfs", source: "tmpfs"}, {destination: "/rel/c", type: "tmpfs", source: "tmpfs"}]
    | .linux.devices += [{path: "/abs/dev1", type: "c", major: 1, minor: 3}]'
  run_in true
  assert_success
  assert_equal "" "$(ls -A "$WORK/out")"
}

@test "what cannot be done without is said in one line" {
  without open_tree
  run_in true
  assert_failure
  assert_one_line
  assert_contains "Linux 5.2"
}

@test "exec where a pidfd does not join namespaces (before 5.8)" {
  require_program strace
  args sleep 1000
  config '.linux.namespaces += [{"type": "user"}]
    | .linux.uidMappings = [{"containerID": 0, "hostID": 100000, "size": 65536}] | .linux.gidMappings = .linux.uidMappings'
  chown -R 100000:100000 "$ROOTFS"
  open_way "$ROOTFS"
  start_container
  local want
  want=$(perry exec "$ID" sh -c 'for n in /proc/self/ns/*; do readlink $n; done; id -u; ls /')
  run timeout 20 strace -f -o /dev/null -e trace=setns -e inject=setns:error=EINVAL:when=1 \
    "$PERRY" --root "$STATE_ROOT" exec "$ID" sh -c 'for n in /proc/self/ns/*; do readlink $n; done; id -u; ls /'
  assert_success
  assert_output "$want"
}
