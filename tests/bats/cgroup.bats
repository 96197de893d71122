#!/usr/bin/env bats
# cgroup.bats - where a container's cgroups are, what linux.resources becomes in them, and what becomes of them.
# shellcheck disable=SC2016 # the container's shell
load helpers

# value CONTROLLER V1-FILE V2-FILE: of the container
value ()
{
  local file=$2
  [ "$(cgroup_mode)" != unified ] || file=$3
  cat "$(cgroup_of "$(pid_of "$ID")" "$1")/$file"
}

limits ()
{
  config ".linux.resources += $1"
}

refused ()
{
  run_perry run --detach --bundle "$BUNDLE" "$ID"
  assert_failure 1
  assert_one_line
  assert_contains "$1"
}

exists ()
{
  local dirs=(/sys/fs/cgroup/*"$1" /sys/fs/cgroup/"$1")
  local dir
  for dir in "${dirs[@]}"; do
    [ ! -d "$dir" ] || return 0
  done
  return 1
}

# Is the hierarchy NAME of /proc/PID/cgroup to be had? One whose mount is gone lives on for a while.
is_mounted ()
{
  [ -z "$1" ] || [ -e "/sys/fs/cgroup/${1#name=}/cgroup.procs" ]
}

# --- places --------------------------------------------------------------------------------------------------------

@test "without cgroupsPath: a cgroup of the container's own in every hierarchy" {
  start_container
  local pid name line
  pid=$(pid_of "$ID")
  while IFS=: read -r _ name line; do
    is_mounted "$name" || continue
    [[ $line == *"/$ID" ]] || fail "not in a cgroup of its own: $line"
  done <"/proc/$pid/cgroup"
}

@test "an absolute cgroupsPath is below the mount" {
  config --arg p "/$ID-parent/$ID" '.linux.cgroupsPath = $p'
  start_container
  run cat "/proc/$(pid_of "$ID")/cgroup"
  assert_contains ":/$ID-parent/$ID"
  perry delete --force "$ID"
  ! exists "/$ID-parent/$ID"
  find /sys/fs/cgroup -depth -type d -name "$ID-parent" -exec rmdir {} +
}

@test "delete leaves no cgroup, not even the container's own ones below" {
  start_container
  local dir
  dir=$(cgroup_of "$(pid_of "$ID")" pids)
  mkdir -p "$dir/a/b" "$dir/c"
  perry delete --force "$ID"
  [ ! -e "$dir" ] || fail "$dir is left"
}

@test "delete with fifty nested cgroups is quick" {
  start_container
  local dir i
  dir=$(cgroup_of "$(pid_of "$ID")" freezer)
  for ((i = 0; i < 50; i++)); do
    dir+=/n
    mkdir "$dir"
  done
  SECONDS=0
  perry delete --force "$ID"
  [ "$SECONDS" -le 2 ]
}

@test "how deep the container nests its cgroups does not matter" {
  start_container
  local dir i
  dir=$(cgroup_of "$(pid_of "$ID")" freezer)
  for i in {1..150}; do
    mkdir "$dir/$i" && dir+=/$i
  done
  (ulimit -n 64 && perry delete --force "$ID") || fail "not deleted"
  ! exists "/$ID"
}

@test "a cgroup that holds processes is refused, and its processes live on" {
  local dir=/sys/fs/cgroup/pids/$ID-taken
  [ "$(cgroup_mode)" != unified ] || dir=/sys/fs/cgroup/$ID-taken
  mkdir "$dir"
  background sleep 1000
  local sleeper=$!
  echo "$sleeper" >"$dir/cgroup.procs"
  config --arg p "/$ID-taken" '.linux.cgroupsPath = $p'
  refused "container's cgroup is not empty: 1 process(es) found"
  run_perry delete --force "$ID"
  kill -0 "$sleeper"
  kill "$sleeper"
  wait_for 5 rmdir "$dir"
}

@test "a frozen cgroup is refused" {
  require_v1
  local dir=/sys/fs/cgroup/freezer/$ID-cold
  mkdir "$dir"
  echo FROZEN >"$dir/freezer.state"
  config --arg p "/$ID-cold" '.linux.cgroupsPath = $p'
  refused "container's cgroup unexpectedly frozen"
  rmdir "$dir"
}

@test "an empty cgroup is taken, and left when the container goes" {
  local dir=/sys/fs/cgroup/pids/$ID-ready
  [ "$(cgroup_mode)" != unified ] || dir=/sys/fs/cgroup/$ID-ready
  mkdir "$dir"
  config --arg p "/$ID-ready" '.linux.cgroupsPath = $p'
  start_container
  assert_equal "$dir" "$(cgroup_of "$(pid_of "$ID")" pids)"
  perry delete --force "$ID"
  rmdir "$dir"
}

@test "two containers cannot share a cgroupsPath" {
  config --arg p "/$ID-both" '.linux.cgroupsPath = $p'
  start_container
  run_perry run --detach --bundle "$BUNDLE" "$ID-2"
  assert_failure 1
  assert_contains "not empty"
  run_perry delete --force "$ID-2"
  is_status "$ID" running
}

@test "paths that lead out are refused" {
  local path
  for path in "../../$ID" "/a/../../$ID" $'a\nb'; do
    config --arg p "$path" '.linux.cgroupsPath = $p'
    refused "linux.cgroupsPath"
  done
}

# --- limits --------------------------------------------------------------------------------------------------------

@test "memory: limit, reservation, memory and swap" {
  require_controller memory
  limits '{memory: {limit: 33554432, reservation: 16777216, swap: 67108864}}'
  start_container
  assert_equal 33554432 "$(value memory memory.limit_in_bytes memory.max)"
  assert_equal 16777216 "$(value memory memory.soft_limit_in_bytes memory.low)"
  if [ "$(cgroup_mode)" = unified ]; then
    assert_equal 33554432 "$(value memory '' memory.swap.max)"
  else
    assert_equal 67108864 "$(value memory memory.memsw.limit_in_bytes '')"
  fi
}

@test "cpu: shares, quota, period, burst" {
  require_controller cpu
  limits '{cpu: {shares: 512, quota: 50000, period: 200000, burst: 1000}}'
  start_container
  if [ "$(cgroup_mode)" = unified ]; then
    assert_equal 59 "$(value cpu '' cpu.weight)"
    assert_equal "50000 200000" "$(value cpu '' cpu.max)"
  else
    assert_equal 512 "$(value cpu cpu.shares '')"
    assert_equal 50000 "$(value cpu cpu.cfs_quota_us '')"
    assert_equal 200000 "$(value cpu cpu.cfs_period_us '')"
  fi
  assert_equal 1000 "$(value cpu cpu.cfs_burst_us cpu.max.burst)"
}

@test "cpu.idle" {
  require_controller cpu
  limits '{cpu: {idle: 1}}'
  start_container
  assert_equal 1 "$(value cpu cpu.idle cpu.idle)"
}

@test "cpuset: cpus and mems, in a cgroup that has to be initialised first" {
  require_controller cpuset
  config --arg p "/$ID-deep/$ID" '.linux.cgroupsPath = $p'
  limits '{cpu: {cpus: "0", mems: "0"}}'
  start_container
  assert_equal 0 "$(value cpuset cpuset.cpus cpuset.cpus)"
  in_container grep Cpus_allowed_list /proc/self/status
  assert_match '[[:space:]]0$'
  perry delete --force "$ID"
  find /sys/fs/cgroup -depth -type d -name "$ID-deep" -exec rmdir {} +
}

@test "pids: a limit is in force, and 0 is not 'none'" {
  require_controller pids
  limits '{pids: {limit: 4}}'
  run_in sh -c 'sleep 1 & sleep 1 & sleep 1 & sleep 1 & sleep 1 & wait'
  assert_failure
  args sleep 1000
  limits '{pids: {limit: 0}}'
  start_container "$ID-0"
  ID=$ID-0 value pids pids.max pids.max >"$WORK/max"
  assert_equal 1 "$(cat "$WORK/max")"
  limits '{pids: {limit: -1}}'
  start_container "$ID-m"
  ID=$ID-m value pids pids.max pids.max >"$WORK/max"
  assert_equal max "$(cat "$WORK/max")"
}

@test "blockIO: weight and throttling" {
  require_v1
  require_controller blkio
  local disk
  disk=$(cat /sys/block/*/dev | head -n 1)
  limits "{blockIO: {weight: 100, throttleReadBpsDevice: [{major: ${disk%:*}, minor: ${disk#*:}, rate: 1048576}]}}"
  start_container
  assert_equal 100 "$(value blkio blkio.bfq.weight '')"
  assert_equal "$disk 1048576" "$(value blkio blkio.throttle.read_bps_device '')"
}

@test "hugepageLimits, in cgroup2 of a hybrid system" {
  require_hybrid
  grep -qw hugetlb /sys/fs/cgroup/unified/cgroup.controllers || skip "needs hugetlb in cgroup2"
  local handed_on
  handed_on=$(cat /sys/fs/cgroup/unified/cgroup.subtree_control)
  limits '{hugepageLimits: [{pageSize: "2MB", limit: 4194304}]}'
  start_container
  local dir
  dir=/sys/fs/cgroup/unified$(sed -n 's/^0:://p' "/proc/$(pid_of "$ID")/cgroup")
  assert_equal 4194304 "$(cat "$dir/hugetlb.2MB.max")"
  assert_equal 4194304 "$(cat "$dir/hugetlb.2MB.rsvd.max")"
  # As it was: a controller that cgroup2 hands on cannot be mounted as v1.
  perry delete --force "$ID"
  case $handed_on in
    *hugetlb*) ;;
    *) echo -hugetlb >/sys/fs/cgroup/unified/cgroup.subtree_control ;;
  esac
}

@test "limits that are wrong or cannot be had are named" {
  limits '{memory: {limit: -5}}'
  refused linux.resources.memory.limit
  limits '{memory: {limit: 1000}}'
  refused "linux.resources.memory.limit"
  limits '{memory: {limit: 33554432, swap: 1048576}}'
  refused "linux.resources.memory.swap"
  limits '{memory: {}, hugepageLimits: [{pageSize: "3MB", limit: 1}]}'
  refused linux.resources.hugepageLimits
  limits '{hugepageLimits: [], cpu: {cpus: "0-99999"}}'
  refused linux.resources.cpu.cpus
  limits '{cpu: {}, unified: {"../x": "1"}}'
  refused linux.resources.unified
}

@test "unified is for v2 only" {
  require_v1
  limits '{unified: {"memory.high": "33554432"}}'
  refused linux.resources.unified
}

@test "a controller that is not mounted is named" {
  require_v1
  ! grep -qw net_cls /proc/self/cgroup || skip "has net_cls"
  limits '{network: {classID: 1048577}}'
  refused "linux.resources.network.classID: controller 'net_cls' is not available"
}

@test "a memory limit that is too low is named as the cause" {
  require_controller memory
  limits '{memory: {limit: 4096}}'
  args true
  run_perry run --bundle "$BUNDLE" "$ID"
  assert_failure
  assert_contains "emory"
}

# --- devices -------------------------------------------------------------------------------------------------------

# Major 240 is for local use: nothing answers there, which is another error than being refused.
@test "devices: the standard ones only, unless rules say otherwise" {
  config '.process.capabilities[] += ["CAP_MKNOD"]'
  local script='for d in null zero full random urandom; do : </dev/$d && echo $d; done
    rm -f /tmp/a /tmp/b; mknod /tmp/a c 1 1; mknod /tmp/b c 240 7
    (: </tmp/a) 2>&1; (: </tmp/b) 2>&1; echo end'
  run_in sh -c "$script"
  assert_success
  assert_contains urandom
  assert_contains "/tmp/a: Operation not permitted"
  assert_contains "/tmp/b: Operation not permitted"
  limits '{devices: [{allow: false, access: "rwm"}, {allow: true, type: "c", major: 240, minor: 7, access: "r"}]}'
  run_in sh -c "$script"
  assert_contains "/tmp/a: Operation not permitted"
  assert_contains "/tmp/b: No such device or address"
}

@test "devices: an exception that v1 cannot make is refused, not forgotten" {
  require_v1
  limits '{devices: [{allow: true, type: "c", major: 1, access: "rwm"}, {allow: false, type: "c", major: 1, minor: 11, access: "w"}]}'
  refused 'linux.resources.devices[1]'
}

# --- the view from inside ------------------------------------------------------------------------------------------

@test "no process of the container can write to the host's cgroups" {
  config '.linux.namespaces |= map (select (.type != "cgroup"))'
  run_in sh -c 'for d in /sys/fs/cgroup /sys/fs/cgroup/*; do mkdir "$d/escaped" 2>/dev/null && echo "made $d/escaped"; done; echo end'
  refute_contains made
  assert_contains end
}

# --- in force ----------------------------------------------------------------------------------------------------------

@test "a relative cgroupsPath: below the runtime's cgroup or its parent, in every hierarchy, for one id the same" {
  config --arg p "$ID-rel/$ID" '.linux.cgroupsPath = $p'
  start_container
  local first name path
  first=$(cat "/proc/$(pid_of "$ID")/cgroup")
  while IFS=: read -r _ name path; do
    is_mounted "$name" || continue
    [[ $path == *"/$ID-rel/$ID" ]] || fail "elsewhere: $path"
  done <<<"$first"
  perry delete --force "$ID"
  start_container
  assert_equal "$first" "$(cat "/proc/$(pid_of "$ID")/cgroup")"
  perry delete --force "$ID"
  find /sys/fs/cgroup -depth -type d -name "$ID-rel" -exec rmdir {} +
}

@test "memory: who takes more than the limit is killed, the container's other processes are not" {
  require_controller memory
  limits '{memory: {limit: 33554432, swap: 33554432}}'
  start_container
  in_container sh -c 'head -c 209715200 /dev/zero | tail -n 1 >/dev/null; echo $?'
  refute_contains "
0"
  [ "$output" != 0 ]
  is_status "$ID" running
  run_perry events --stats "$ID"
  assert_contains '"memory"'
}

@test "cpu: the quota is in force" {
  require_controller cpu
  limits '{cpu: {quota: 5000, period: 50000}}'
  args sh -c 'while :; do :; done'
  start_container
  sleep 0.6
  run cat "$(cgroup_of "$(pid_of "$ID")" cpu)/cpu.stat"
  assert_match 'nr_throttled [1-9]'
}

@test "limits of one controller do not need another: reservation, swappiness, OOM killer off" {
  require_v1
  require_controller memory
  limits '{memory: {limit: 33554432, swappiness: 10, disableOOMKiller: true, checkBeforeUpdate: true, kernel: -1}}'
  start_container
  assert_equal 10 "$(value memory memory.swappiness '')"
  assert_contains_line () { grep -qx "$1" <<<"$output"; }
  output=$(value memory memory.oom_control '')
  assert_contains_line "oom_kill_disable 1"
}

@test "the manager disabled: no cgroup is made, and what needs one says so" {
  local before
  before=$(sed 's/^[0-9]*://' /proc/self/cgroup | sort)
  perry --cgroup-manager disabled run --detach --bundle "$BUNDLE" "$ID" </dev/null >"$WORK/log" 2>&1 || fail "$(cat "$WORK/log")"
  assert_equal "$before" "$(sed 's/^[0-9]*://' "/proc/$(pid_of "$ID")/cgroup" | sort)"
  ! exists "/$ID"
  run_perry --cgroup-manager disabled pause "$ID"
  assert_failure 1
  assert_one_line
  run_perry update --memory 33554432 "$ID"
  assert_failure 1
  assert_one_line
  run_perry exec "$ID" true
  assert_success
  run_perry kill --all "$ID" KILL
  assert_success
  wait_status "$ID" stopped
}

@test "blockIO: all four throttles, and devices wherever" {
  require_v1
  require_controller blkio
  local disk d
  disk=$(cat /sys/block/*/dev | head -n 1)
  d="[{major: ${disk%:*}, minor: ${disk#*:}, rate: 1048576}]"
  limits "{blockIO: {throttleReadBpsDevice: $d, throttleWriteBpsDevice: $d, throttleReadIOPSDevice: $d, throttleWriteIOPSDevice: $d}}"
  start_container
  for d in read_bps write_bps read_iops write_iops; do
    assert_equal "$disk 1048576" "$(value blkio "blkio.throttle.${d}_device" '')"
  done
}
