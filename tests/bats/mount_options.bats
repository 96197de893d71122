#!/usr/bin/env bats
# mount_options.bats - every option of the specification as the kernel shows it in mountinfo: flags, propagation, the
# recursive ones on a bind with a mount below.

load helpers

add_mount ()
{
  # shellcheck disable=SC2016 # jq's variable
  config '.mounts += [$m]' --argjson m "$1"
}

# Of the line of mountinfo for TARGET in $output: the mount's flags, its propagation, or the file system's options.
flags_of () { awk -v t="$1" '$5 == t { r = $6 } END { print r }' <<<"$output"; }
super_of () { awk -v t="$1" '$5 == t { r = $NF } END { print r }' <<<"$output"; }
propagation_of ()
{
  awk -v t="$1" '$5 == t { r = ""; for (i = 7; $i != "-"; i++) { sub (":.*", "", $i); r = r $i " " } } END { print r }' <<<"$output"
}

# A tmpfs with a tmpfs below, with options OPTIONS.
tree ()
{
  mkdir -p "$WORK/src"
  mount -t tmpfs tmpfs "$WORK/src"
  mkdir "$WORK/src/below"
  mount -t tmpfs tmpfs "$WORK/src/below"
  [ $# -eq 0 ] || mount -o "remount,bind,$1" "$WORK/src/below"
  [ $# -eq 0 ] || mount -o "remount,bind,$1" "$WORK/src"
}

remove_tree ()
{
  umount "$WORK/src/below" "$WORK/src"
}

@test "options of one mount" {
  local i=0 options want
  local -a wanted=()
  while read -r options want; do
    add_mount "{\"destination\":\"/m$i\",\"type\":\"tmpfs\",\"source\":\"tmpfs\",\"options\":[\"${options//,/\",\"}\"]}"
    wanted+=("$options $want")
    i=$((i + 1))
  done <<'END'
ro ro,relatime
ro,rw rw,relatime
nosuid rw,nosuid,relatime
nosuid,suid rw,relatime
nodev rw,nodev,relatime
nodev,dev rw,relatime
noexec rw,noexec,relatime
noexec,exec rw,relatime
noatime rw,noatime
noatime,atime rw,relatime
noatime,relatime rw,relatime
relatime,noatime rw,noatime
nodiratime rw,nodiratime,relatime
nodiratime,diratime rw,relatime
strictatime rw
strictatime,nostrictatime rw,relatime
norelatime rw,relatime
nosymfollow rw,relatime,nosymfollow
nosymfollow,symfollow rw,relatime
nosuid,noexec,nodev,ro,defaults ro,nosuid,nodev,noexec,relatime
async,loud,nolazytime,noiversion,nomand rw,relatime
END
  run_in cat /proc/self/mountinfo
  assert_success
  for ((i = 0; i < ${#wanted[@]}; i++)); do
    assert_equal "${wanted[i]}" "${wanted[i]% *} $(flags_of "/m$i")"
  done
}

@test "options of the file system" {
  local name i=0
  for name in sync dirsync lazytime mand sync,async lazytime,nolazytime iversion silent; do
    add_mount "{\"destination\":\"/s$i\",\"type\":\"tmpfs\",\"source\":\"tmpfs\",\"options\":[\"${name//,/\",\"}\"]}"
    i=$((i + 1))
  done
  run_in cat /proc/self/mountinfo
  assert_success
  [[ $(super_of /s0), =~ ,sync, ]]
  [[ $(super_of /s1), =~ ,dirsync, ]]
  [[ $(super_of /s2), =~ ,lazytime, ]]
  [[ ! $(super_of /s4), =~ ,sync, ]]
  [[ ! $(super_of /s5), =~ ,lazytime, ]]
}

@test "recursive options reach the mounts below; the others do not" {
  require_kernel 5.12
  tree
  local i=0 options want below
  local -a wanted=()
  while read -r options want below; do
    add_mount "{\"destination\":\"/m$i\",\"source\":\"$WORK/src\",\"options\":[\"rbind\",\"${options//,/\",\"}\"]}"
    wanted+=("$options $want $below")
    i=$((i + 1))
  done <<'END'
ro ro,relatime rw,relatime
rro ro,relatime ro,relatime
rro,rw rw,relatime ro,relatime
rnosuid rw,nosuid,relatime rw,nosuid,relatime
rnodev rw,nodev,relatime rw,nodev,relatime
rnoexec rw,noexec,relatime rw,noexec,relatime
rnodiratime rw,nodiratime,relatime rw,nodiratime,relatime
rnoatime rw,noatime rw,noatime
rstrictatime rw rw
rrelatime rw,relatime rw,relatime
noatime,rstrictatime rw,noatime rw
rnosymfollow rw,relatime,nosymfollow rw,relatime,nosymfollow
rnosuid,rnodev,rnoexec,rro ro,nosuid,nodev,noexec,relatime ro,nosuid,nodev,noexec,relatime
END
  run_in cat /proc/self/mountinfo
  remove_tree
  assert_success
  for ((i = 0; i < ${#wanted[@]}; i++)); do
    case ${wanted[i]%% *} in rro,rw | noatime,rstrictatime) continue ;; esac # which one wins is not specified
    assert_equal "${wanted[i]}" "${wanted[i]%% *} $(flags_of "/m$i") $(flags_of "/m$i/below")"
  done
}

@test "recursive options take flags away again" {
  require_kernel 5.12
  tree ro,nosuid,nodev,noexec,noatime,nodiratime
  local i=0 options want
  local -a wanted=()
  while read -r options want; do
    add_mount "{\"destination\":\"/m$i\",\"source\":\"$WORK/src\",\"options\":[\"rbind\",\"${options//,/\",\"}\"]}"
    wanted+=("$options $want")
    i=$((i + 1))
  done <<'END'
rrw rw,nosuid,nodev,noexec,noatime,nodiratime
rsuid ro,nodev,noexec,noatime,nodiratime
rdev ro,nosuid,noexec,noatime,nodiratime
rexec ro,nosuid,nodev,noatime,nodiratime
ratime ro,nosuid,nodev,noexec,nodiratime,relatime
rrelatime ro,nosuid,nodev,noexec,nodiratime,relatime
rdiratime ro,nosuid,nodev,noexec,noatime
rrw,rsuid,rdev,rexec,rdiratime,rstrictatime rw
END
  run_in cat /proc/self/mountinfo
  remove_tree
  assert_success
  for ((i = 0; i < ${#wanted[@]}; i++)); do
    assert_equal "${wanted[i]} ${wanted[i]#* }" "${wanted[i]% *} $(flags_of "/m$i") $(flags_of "/m$i/below")"
  done
}

@test "propagation: of one mount, and of those below" {
  tree
  mount --make-rshared "$WORK/src"
  local i=0 options want
  local -a wanted=()
  while read -r options want; do
    add_mount "{\"destination\":\"/m$i\",\"source\":\"$WORK/src\",\"options\":[\"rbind\",\"${options//,/\",\"}\"]}"
    wanted+=("$options $want")
    i=$((i + 1))
  done <<'END'
private |master
rprivate |
slave master|master
rslave master|master
rprivate,shared shared|
rprivate,rshared shared|shared
rprivate,unbindable unbindable|
rprivate,runbindable unbindable|unbindable
rshared shared,master|shared,master
rslave,private |master
END
  run_in cat /proc/self/mountinfo
  remove_tree
  assert_success
  local got
  for ((i = 0; i < ${#wanted[@]}; i++)); do
    got="$(propagation_of "/m$i")|$(propagation_of "/m$i/below")"
    got=${got// |/|}
    got=${got% }
    assert_equal "${wanted[i]}" "${wanted[i]% *} ${got// /,}"
  done
}

@test "nothing propagates by default: neither what the host mounts later nor what the container does" {
  tree
  mount --make-rshared "$WORK/src"
  config '.process.capabilities = ({bounding: ["CAP_SYS_ADMIN"]} | .effective = .bounding | .permitted = .bounding)'
  mkdir "$WORK/src/late" "$WORK/src/early"
  add_mount "{\"destination\":\"/vol\",\"source\":\"$WORK/src\",\"options\":[\"rbind\",\"rprivate\"]}"
  start_container
  mount -t tmpfs tmpfs "$WORK/src/late"
  touch "$WORK/src/late/seen"
  in_container sh -c 'ls /vol/late; mount -t tmpfs tmpfs /vol/early && touch /vol/early/mine'
  local host
  host=$(ls "$WORK/src/early")
  umount "$WORK/src/late"
  remove_tree
  assert_success
  assert_output ""
  assert_equal "" "$host"
}

@test "a later mount option does not undo a locked flag of the source in a user namespace" {
  tree nosuid,nodev,noexec,ro
  config '.linux.namespaces += [{type: "user"}]
    | .linux.uidMappings = [{containerID: 0, hostID: 0, size: 65536}] | .linux.gidMappings = .linux.uidMappings'
  add_mount "{\"destination\":\"/m\",\"source\":\"$WORK/src\",\"options\":[\"rbind\",\"nosuid\"]}"
  run_in cat /proc/self/mountinfo
  local flags
  flags=$(flags_of /m)
  add_mount "{\"destination\":\"/n\",\"source\":\"$WORK/src\",\"options\":[\"rbind\",\"rw\",\"exec\"]}"
  run_in sh -c 'touch /n/x && echo WRITTEN'
  remove_tree
  assert_equal ro,nosuid,nodev,noexec,relatime "$flags"
  refute_contains WRITTEN
}

@test "devpts and mqueue work" {
  run_in sh -c 'stat -c "%a %t:%T" /dev/pts/ptmx; exec 3<>/dev/ptmx && stat -c "%a %u:%g" /dev/pts/0
    touch /dev/mqueue/q && grep -c QSIZE /dev/mqueue/q; stat -c %a /dev/mqueue'
  assert_success
  assert_output "666 5:2
620 0:5
1
1777"
}

@test "devpts: a gid that the user namespace does not have" {
  config '.linux.namespaces += [{type: "user"}]
    | .linux.uidMappings = [{containerID: 0, hostID: 0, size: 1}] | .linux.gidMappings = .linux.uidMappings'
  run_in sh -c 'exec 3<>/dev/ptmx && ls -A /dev/pts'
  assert_success
  assert_output "0
ptmx"
}

@test "v1: names of joint controllers are links, and the hierarchies are the container's own" {
  require_v1
  local joint
  joint=$(find /sys/fs/cgroup -maxdepth 1 -type l -printf '%f\n' | head -n 1)
  [ -n "$joint" ] || skip "needs controllers that are mounted together"
  run_in readlink "/sys/fs/cgroup/$joint"
  assert_success
  assert_output "$(readlink "/sys/fs/cgroup/$joint")"
}
