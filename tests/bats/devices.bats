#!/usr/bin/env bats
# devices.bats - linux.devices, the standard devices and links of /dev.

load helpers

add_device ()
{
  # shellcheck disable=SC2016 # jq's variable
  config '.linux.devices += [$d]' --argjson d "$1"
}

@test "the standard devices and links" {
  run_in sh -c 'cd /dev; for d in null zero full random urandom tty; do stat -c "%n %F %t:%T %a %u:%g" $d; done
    for l in fd stdin stdout stderr ptmx; do echo $l $(readlink $l); done
    ls console 2>/dev/null; head -c 3 zero | wc -c; echo x >null; ! echo x 2>/dev/null >full; echo through >/dev/stdout'
  assert_success
  assert_output "null character special file 1:3 666 0:0
zero character special file 1:5 666 0:0
full character special file 1:7 666 0:0
random character special file 1:8 666 0:0
urandom character special file 1:9 666 0:0
tty character special file 5:0 666 0:0
fd /proc/self/fd
stdin /proc/self/fd/0
stdout /proc/self/fd/1
stderr /proc/self/fd/2
ptmx pts/ptmx
3
through"
}

@test "devices of config.json anywhere, with their modes whatever the umask" {
  add_device '{"path":"/dev/mine","type":"c","major":1,"minor":5,"fileMode":438,"uid":7,"gid":8}'
  add_device '{"path":"/deep/er/blk","type":"b","major":7,"minor":3,"fileMode":384}'
  add_device '{"path":"/dev/dir/pipe","type":"p","fileMode":511}'
  add_device '{"path":"/dev/plain","type":"u","major":1,"minor":3}'
  args sh -c 'stat -c "%n %F %t:%T %a %u:%g" /dev/mine /deep/er/blk /dev/dir/pipe /dev/plain'
  umask 077
  run perry run --bundle "$BUNDLE" "$ID"
  assert_success
  assert_output "/dev/mine character special file 1:5 666 7:8
/deep/er/blk block special file 7:3 600 0:0
/dev/dir/pipe fifo 0:0 777 0:0
/dev/plain character special file 1:3 666 0:0"
}

@test "a device of config.json replaces a standard one of the same path" {
  add_device '{"path":"/dev/zero","type":"c","major":1,"minor":3,"fileMode":384}'
  run_in stat -c "%t:%T %a" /dev/zero
  assert_success
  assert_output "1:3 600"
}

@test "the same device that is there already is taken, another is refused" {
  config 'del(.mounts[] | select(.destination | startswith("/dev")))'
  mkdir -p "$ROOTFS/dev"
  mknod -m 666 "$ROOTFS/dev/null" c 1 3
  run_in stat -c %t:%T /dev/null
  assert_success
  assert_output 1:3
  rm "$ROOTFS/dev/null"
  mknod -m 666 "$ROOTFS/dev/null" c 1 5
  run_in true
  assert_failure
  assert_contains "device /dev/null: a character device (1:5) is there"
}

@test "a file, FIFO, directory or link in the place of a device is refused" {
  config 'del(.mounts[] | select(.destination | startswith("/dev")))'
  local kind
  for kind in file fifo dir link; do
    rm -rf "$ROOTFS/dev"
    mkdir "$ROOTFS/dev"
    case $kind in
      file) echo keep >"$ROOTFS/dev/null";;
      fifo) mkfifo "$ROOTFS/dev/null";;
      dir) mkdir "$ROOTFS/dev/null";;
      link) ln -s zero "$ROOTFS/dev/null";;
    esac
    run_in true
    assert_failure
    assert_contains "device /dev/null"
    assert_one_line
  done
}

@test "in a user namespace the host's devices are bound" {
  config '.linux.namespaces += [{type: "user"}]
    | .linux.uidMappings = [{containerID: 0, hostID: 0, size: 65536}] | .linux.gidMappings = .linux.uidMappings'
  add_device '{"path":"/dev/tty1x","type":"p"}'
  run_in sh -c 'stat -c "%n %t:%T" /dev/null /dev/zero; head -c 2 /dev/zero | wc -c; stat -c %F /dev/tty1x
    grep -c " /dev/[nzfrut][a-z]* " /proc/self/mountinfo'
  assert_success
  assert_output "/dev/null 1:3
/dev/zero 1:5
2
fifo
6"
}

@test "where device nodes do not work the host's are bound" {
  config '(.mounts[] | select(.destination == "/dev").options) += ["nodev"]'
  run_in sh -c 'head -c 4 /dev/zero | wc -c'
  assert_success
  assert_output 4
}

@test "a bind on /dev is left as it is" {
  mkdir "$WORK/dev"
  mknod -m 666 "$WORK/dev/null" c 1 3
  config '.mounts = [.mounts[] | select(.destination == "/proc")]
    | .mounts += [{"destination":"/dev","source":$d,"options":["bind"]}]' --arg d "$WORK/dev"
  run_in ls /dev
  assert_success
  assert_output null
}

@test "/dev/core leads to the host's kcore if there is one" {
  run_in readlink /dev/core
  if [ -e /proc/kcore ]; then
    assert_output /proc/kcore
  else
    assert_output ""
  fi
}

@test "standard streams that are the host's null device become the container's" {
  args sh -c 'stat -L -c "%t:%T %d" /proc/self/fd/0 /dev/null >&2'
  perry run --bundle "$BUNDLE" "$ID" </dev/null >/dev/null 2>"$WORK/err"
  run cat "$WORK/err"
  assert_equal "${lines[0]}" "${lines[1]}"
  assert_match "^1:3 "
}
