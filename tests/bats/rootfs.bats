#!/usr/bin/env bats
# rootfs.bats - root.path, rootfsPropagation, pivot_root and its replacements, the working directory.

load helpers

@test "root.path: a link, a file, nothing are refused" {
  ln -s rootfs "$BUNDLE/link"
  config '.root.path = "link"'
  run_in true
  assert_failure
  assert_contains "invalid rootfs: not an absolute path, or a symlink"
  touch "$BUNDLE/file"
  config '.root.path = "file"'
  run_in true
  assert_failure
  assert_contains "not a directory"
  config '.root.path = "none"'
  run_in true
  assert_failure
  assert_contains "No such file or directory"
}

@test "root.path: absolute, and through links above it" {
  mkdir "$WORK/elsewhere"
  ln -s "$BUNDLE" "$WORK/elsewhere/b"
  config '.root.path = $p' --arg p "$WORK/elsewhere/b/rootfs"
  run_in ls -d /bin
  assert_success
  assert_output /bin
}

@test "nothing of the host is left in the container's mount table" {
  run_in sh -c 'cut -d" " -f5 /proc/self/mountinfo | grep -vE "^/($|proc|dev|sys)"'
  assert_failure 1
  assert_output ""
}

@test "the root has no descriptor of the host and .. stays inside" {
  run_in sh -c 'ls -l /proc/self/fd | grep -c " -> /" ; ls -d /../../../bin; cd /..; pwd'
  assert_success
  assert_contains "/../../../bin
/"
}

@test "rootfsPropagation of the new root" {
  local value want
  for value in private slave shared unbindable; do
    config '.linux.rootfsPropagation = $v' --arg v "$value"
    run_in sh -c 'while read -r _ _ _ _ path _ rest; do [ $path != / ] || echo "${rest%%-*}"; done </proc/self/mountinfo'
    assert_success
    case $value in
      shared) assert_match '^shared:' ;;
      unbindable) assert_match '^unbindable' ;;
      *) refute_contains shared ;;
    esac
  done
}

@test "a root file system on a shared mount: its own mounts do not reach the host" {
  mount --bind "$ROOTFS" "$ROOTFS"
  mount --make-shared "$ROOTFS"
  background "$(helper mount_watch)" >"$WORK/watch"
  wait_for 5 grep -q ready "$WORK/watch"
  for propagation in private slave shared; do
    config '.linux.rootfsPropagation = $v' --arg v "$propagation"
    run_in true
    assert_success
  done
  umount "$ROOTFS"
  run ! grep -F "$ROOTFS/" "$WORK/watch"
}

@test "--no-pivot" {
  args sh -c 'ls -d /bin; cut -d" " -f5 /proc/self/mountinfo | sort | head -1; ls /..'
  run perry run --no-pivot --bundle "$BUNDLE" "$ID"
  assert_success
  assert_contains "/bin
/"
  refute_contains home
}

@test "--no-pivot leaves no full proc or sysfs of the host behind" {
  args sh -c 'grep -E " - (proc|sysfs) " /proc/self/mountinfo | cut -d" " -f5 | grep -vE "^/(proc|sys)"'
  run perry run --no-pivot --bundle "$BUNDLE" "$ID"
  assert_failure 1
  assert_output ""
}

@test "--no-pivot with private propagation is refused" {
  config '.linux.rootfsPropagation = "private"'
  args true
  run perry run --no-pivot --bundle "$BUNDLE" "$ID"
  assert_failure
  assert_contains "no-pivot"
}

@test "without a mount namespace: a chroot" {
  config 'del(.linux.namespaces[] | select(.type == "mount")) | del(.linux.maskedPaths, .linux.readonlyPaths) | .mounts = []'
  run_in sh -c 'ls -d /bin /etc/../../bin; ls -A /proc'
  assert_success
  assert_output "/bin
/etc/../../bin"
  config '.root.readonly = true'
  run_in true
  assert_failure
  assert_contains "root.readonly"
}

@test "without a mount namespace: mounts are made and go again with the container" {
  config 'del(.linux.namespaces[] | select(.type == "mount")) | del(.linux.maskedPaths, .linux.readonlyPaths)
    | .mounts = [{destination: "/t", type: "tmpfs", source: "tmpfs", options: ["ro"]}] | .root.readonly = true'
  run_in sh -c 'touch /t/x; touch /x'
  assert_failure
  assert_equal 2 "$(grep -c "Read-only file system" <<<"$output")"
  run ! grep -F "$ROOTFS" /proc/self/mountinfo
}

@test "the working directory is made, inside the root" {
  ln -s /../../outside "$ROOTFS/out"
  config '.process.cwd = "/out/deeper"'
  run_in pwd
  assert_success
  [ -d "$ROOTFS/outside/deeper" ]
  [ ! -e "$BUNDLE/outside" ]
}

@test "a working directory that is a file is refused" {
  touch "$ROOTFS/file"
  config '.process.cwd = "/file"'
  run_in true
  assert_failure
  assert_contains "process.cwd"
  assert_one_line
}

@test "a root file system on a read-only mount works if nothing has to be made" {
  mkdir -p "$ROOTFS/proc" "$ROOTFS/dev" "$ROOTFS/sys" "$WORK/ro"
  mount --bind "$ROOTFS" "$WORK/ro"
  mount -o remount,bind,ro "$WORK/ro"
  config '.root.path = $p' --arg p "$WORK/ro"
  run_in echo works
  local ok=$output
  config '.mounts += [{"destination":"/not/there","type":"tmpfs","source":"tmpfs"}]'
  run_in true
  umount "$WORK/ro"
  assert_equal works "$ok"
  assert_failure
  assert_contains "/not/there"
  assert_contains "Read-only file system"
}

@test "the host's root as root file system: never mounted on without a mount namespace" {
  config '.root.path = "/" | del(.linux.namespaces[] | select(.type == "mount")) | del(.linux.maskedPaths, .linux.readonlyPaths)'
  run_in true
  assert_failure
  assert_one_line
  assert_contains root.path
  assert_equal 1 "$(cut -d' ' -f5 /proc/self/mountinfo | grep -cx /)"
}
