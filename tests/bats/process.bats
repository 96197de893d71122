#!/usr/bin/env bats
# What a process is: limits, priorities, ids, mask, environment of signals; for the first process and for exec.
load helpers

@test "rlimits, for run and exec" {
  config '.process.rlimits = [{type: "RLIMIT_NOFILE", soft: 100, hard: 200}, {type: "RLIMIT_CORE", soft: 0, hard: 0}]'
  start_container
  in_container sh -c 'ulimit -Sn; ulimit -Hn; ulimit -c'
  assert_output "$(printf '100\n200\n0')"
  run grep 'Max open files' "/proc/$(pid_of "$ID")/limits"
  assert_match '100 +200'
}

@test "rlimits: what cannot be is refused and named" {
  local bad
  for bad in '[{type: "RLIMIT_FOO", soft: 1, hard: 1}]' '[{type: "RLIMIT_NOFILE", soft: 2, hard: 1}]' \
    '[{type: "RLIMIT_NOFILE", soft: 1, hard: 1}, {type: "RLIMIT_NOFILE", soft: 1, hard: 1}]'; do
    config ".process.rlimits = $bad"
    run_in true
    assert_failure 1
    assert_one_line
    assert_contains rlimits
  done
}

@test "the caller's limits are handed on unchanged when config.json has none" {
  ulimit -Sn 333
  run_in sh -c 'ulimit -Sn'
  assert_output 333
}

@test "oomScoreAdj: raised, and left alone when it is not set" {
  local own
  own=$(cat /proc/self/oom_score_adj)
  run_in cat /proc/self/oom_score_adj
  assert_output "$own"
  config --argjson n $((own + 100)) '.process.oomScoreAdj = $n'
  run_in cat /proc/self/oom_score_adj
  assert_output $((own + 100))
  config '.process.oomScoreAdj = 5000'
  run_in true
  assert_failure 1
  assert_one_line
  assert_contains oomScoreAdj
}

@test "noNewPrivileges: as config.json says, true or false" {
  run_in grep NoNewPrivs /proc/self/status
  assert_output "$(printf 'NoNewPrivs:\t1')"
  config '.process.noNewPrivileges = false'
  run_in grep NoNewPrivs /proc/self/status
  assert_output "$(printf 'NoNewPrivs:\t0')"
  config '.process.noNewPrivileges = "yes"'
  run_in true
  assert_failure 1
  assert_contains noNewPrivileges
}

@test "sysctl of the container's own namespaces" {
  config '.linux.sysctl = {"kernel.msgmax": "8000", "net.ipv4.ip_forward": "1"}'
  run_in cat /proc/sys/kernel/msgmax /proc/sys/net/ipv4/ip_forward
  assert_output "$(printf '8000\n1')"
}

@test "sysctl of the host's is refused" {
  local key before
  before=$(cat /proc/sys/kernel/core_pattern)
  for key in kernel.core_pattern net/../kernel/core_pattern 'kernel.msgmax/../core_pattern' vm.swappiness; do
    config --arg k "$key" '.linux.sysctl = {($k): "x"}'
    run_in true
    assert_failure 1
    assert_one_line
  done
  assert_equal "$before" "$(cat /proc/sys/kernel/core_pattern)"
}

@test "personality LINUX32, for run and exec" {
  [ "$(uname -m)" = x86_64 ] || skip "needs x86_64"
  config '.linux.personality = {domain: "LINUX32"}'
  start_container
  in_container uname -m
  assert_output i686
  config '.linux.personality = {domain: "LINUX64"}'
  run_perry run --bundle "$BUNDLE" "$ID-2"
  assert_failure 1
  assert_contains personality
}

@test "umask: 0022, or config.json's" {
  run_in sh -c umask
  assert_output 0022
  config '.process.user.umask = 63'
  run_in sh -c umask
  assert_output 0077
}

@test "ids and supplementary groups" {
  config '.process.user = {uid: 1000, gid: 1001, additionalGids: [5, 2000]}'
  run_in sh -c 'id -u; id -g; grep ^Groups /proc/self/status'
  assert_output "$(printf '1000\n1001\nGroups:\t5 2000 ')"
}

@test "ids that mean 'no change' to the kernel, or no number, are refused" {
  local user
  for user in '{uid: 4294967295, gid: 0}' '{uid: 0, gid: 4294967295}' '{uid: -1}' '{uid: 4294967296}' '{uid: "0"}' '{uid: 1.5}' \
    '{additionalGids: [4294967295]}'; do
    config ".process.user = $user"
    run_in id -u
    assert_failure 1
    assert_one_line
    assert_contains process.user
  done
}

# scheduling ID: policy and nice value of a container's process (proc(5): fields 41 and 19).
scheduling ()
{
  cut -d' ' -f19,41 "/proc/$(pid_of "$1")/stat"
}

@test "scheduler" {
  config '.process.scheduler = {policy: "SCHED_BATCH", nice: 7}'
  start_container
  assert_equal "7 3" "$(scheduling "$ID")"
  config '.process.scheduler = {policy: "SCHED_IDLE"}'
  start_container "$ID-2"
  assert_equal "0 5" "$(scheduling "$ID-2")"
}

@test "scheduler: what is not for the policy is refused" {
  local bad
  for bad in '{policy: "SCHED_FOO"}' '{policy: "SCHED_OTHER", priority: 5}' '{policy: "SCHED_FIFO", nice: 5, priority: 1}' \
    '{policy: "SCHED_BATCH", nice: 20}' '{policy: "SCHED_OTHER", runtime: 5}'; do
    config ".process.scheduler = $bad"
    run_in true
    assert_failure 1
    assert_one_line
    assert_contains process.scheduler
  done
}

@test "ioPriority" {
  config '.process.ioPriority = {class: "IOPRIO_CLASS_BE", priority: 3}'
  run_in sh -c 'ionice -p $$'
  assert_output "best-effort: prio 3"
  config '.process.ioPriority = {class: "IOPRIO_CLASS_IDLE", priority: 0}'
  run_in sh -c 'ionice -p $$'
  assert_contains idle
  config '.process.ioPriority = {class: "IOPRIO_CLASS_BE", priority: 8}'
  run_in true
  assert_failure 1
  assert_contains process.ioPriority
}

@test "memoryPolicy" {
  [ -e /proc/self/numa_maps ] || skip "needs CONFIG_NUMA"
  config '.linux.memoryPolicy = {mode: "MPOL_BIND", nodes: "0"}'
  run_in cat /proc/self/numa_maps
  assert_contains " bind:0 "
  config '.linux.memoryPolicy = {mode: "MPOL_BIND", nodes: "900"}'
  run_in true
  assert_failure 1
  assert_contains linux.memoryPolicy
}

@test "the caller's processor affinity is not the container's" {
  require_program taskset
  [ "$(nproc --all)" -gt 1 ] || skip "needs two processors"
  args grep Cpus_allowed_list /proc/self/status
  run taskset -c 0 "$PERRY" --root "$STATE_ROOT" run --bundle "$BUNDLE" "$ID"
  refute_contains "$(printf 'Cpus_allowed_list:\t0\n')x"
  assert_match '^Cpus_allowed_list:.0[-,]'
}

@test "execCPUAffinity.final is exec's" {
  config '.process.execCPUAffinity = {initial: "0", final: "0"}'
  start_container
  in_container grep Cpus_allowed_list /proc/self/status
  assert_output "$(printf 'Cpus_allowed_list:\t0')"
}

@test "signals: nothing ignored, nothing blocked" {
  args grep -E '^Sig(Blk|Ign)' /proc/self/status
  run env bash -c 'trap "" PIPE USR1; "$@"' - "$PERRY" --root "$STATE_ROOT" run --bundle "$BUNDLE" "$ID"
  assert_output "$(printf 'SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000')"
}

@test "a session of its own" {
  run_in sh -c 'cut -d" " -f1,5,6 /proc/1/stat'
  assert_output "1 1 1"
}

@test "AppArmor and SELinux labels are refused where the kernel has none" {
  [ ! -e /sys/module/apparmor ] && [ ! -e /sys/fs/selinux ] || skip "this kernel has one"
  config '.process.apparmorProfile = "some-profile"'
  run_in true
  assert_failure 1
  assert_one_line
  assert_contains apparmor
  config 'del (.process.apparmorProfile) | .process.selinuxLabel = "system_u:system_r:container_t:s0"'
  run_in true
  assert_failure 1
  assert_one_line
  assert_contains "selinux label is specified in config, but selinux is disabled or not supported"
}

@test "intelRdt without resctrl is refused" {
  mountpoint -q /sys/fs/resctrl && skip "resctrl is mounted"
  config '.linux.intelRdt = {closID: "x", l3CacheSchema: "L3:0=f"}'
  run_in true
  assert_failure 1
  assert_contains "no resctrl file system is mounted"
}

@test "exec --additional-gids, --no-new-privs, --apparmor, --process-label" {
  config '.process.noNewPrivileges = false'
  start_container
  run_perry exec -g 5 -g 2000 "$ID" grep ^Groups /proc/self/status
  assert_output "$(printf 'Groups:\t5 2000 ')"
  run_perry exec -g -5 "$ID" true
  assert_failure 255
  run_perry exec --no-new-privs "$ID" grep NoNewPrivs /proc/self/status
  assert_output "$(printf 'NoNewPrivs:\t1')"
  run_perry exec "$ID" grep NoNewPrivs /proc/self/status
  assert_output "$(printf 'NoNewPrivs:\t0')"
  [ ! -e /sys/module/apparmor ] && [ ! -e /sys/fs/selinux ] || return 0
  run_perry exec --apparmor some-profile "$ID" true
  assert_failure 255
  assert_contains apparmor
  run_perry exec --process-label a:b:c:s0 "$ID" true
  assert_failure 255
  assert_contains "selinux is disabled"
}
