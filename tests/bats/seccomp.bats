#!/usr/bin/env bats
# linux.seccomp: what a filter answers, when it is loaded, its agent, its cache.
load helpers

# profile DEFAULT-ACTION [RULE-AS-JSON...]
profile ()
{
  local default=$1
  shift
  # shellcheck disable=SC2016 # jq's variables
  config --arg d "$default" '.linux.seccomp = {defaultAction: $d, syscalls: [$ARGS.positional[] | fromjson]}' --args -- "$@"
}

refuse_mkdir='{"names":["mkdir","mkdirat"],"action":"SCMP_ACT_ERRNO","errnoRet":30}'

@test "a rule's errno, and 1 without one" {
  profile SCMP_ACT_ALLOW "$refuse_mkdir" '{"names":["rmdir","unlinkat"],"action":"SCMP_ACT_ERRNO"}'
  run_in sh -c 'mkdir /tmp/x; rmdir /tmp'
  assert_contains "mkdir: can't create directory '/tmp/x': Read-only file system"
  assert_contains "rmdir: '/tmp': Operation not permitted"
}

@test "defaultErrnoRet answers what no rule names" {
  into_rootfs syscall_errno
  profile SCMP_ACT_ERRNO '{"names":["swapoff"],"action":"SCMP_ACT_ERRNO","errnoRet":77}'
  config '.linux.seccomp.defaultErrnoRet = 55 | .linux.seccomp.syscalls += [{names: [
    "access","arch_prctl","brk","close","close_range","dup2","dup3","execve","exit","exit_group","faccessat","faccessat2",
    "fcntl","fstat","futex","getrandom","ioctl","lseek","mmap","mprotect","munmap","newfstatat","openat","pread64",
    "prctl","prlimit64","read","readlink","readlinkat","recvmsg","rseq","sendmsg","sendto","recvfrom","set_robust_list","set_tid_address",
    "capset","capget","stat","write","writev"], action: "SCMP_ACT_ALLOW"}]'
  run_in syscall_errno 168 # swapoff
  assert_output 77
  run_perry run --bundle "$BUNDLE" "$ID-2"
  args syscall_errno 167 # swapon
  run_perry run --bundle "$BUNDLE" "$ID-3"
  assert_output 55
}

@test "a system call newer than the profile does not exist" {
  into_rootfs syscall_errno
  profile SCMP_ACT_KILL_PROCESS '{"names":["read"],"action":"SCMP_ACT_ALLOW"}'
  config '.linux.seccomp.syscalls[0].names = [
    "access","arch_prctl","brk","close","close_range","dup2","dup3","execve","exit","exit_group","faccessat","faccessat2",
    "fcntl","fstat","futex","getrandom","ioctl","lseek","mmap","mprotect","munmap","newfstatat","openat","pread64",
    "prctl","prlimit64","read","readlink","readlinkat","recvmsg","rseq","sendmsg","sendto","recvfrom","set_robust_list","set_tid_address",
    "capset","capget","stat","write","writev"]'
  run_in syscall_errno 2000
  assert_success
  assert_output 38
  args syscall_errno 167
  run_perry run --bundle "$BUNDLE" "$ID-2"
  assert_equal 159 "$status"
}

@test "conditions on the same argument are alternatives" {
  profile SCMP_ACT_ALLOW '{"names":["kill"],"action":"SCMP_ACT_ERRNO","args":[
    {"index":1,"value":10,"op":"SCMP_CMP_EQ"},{"index":1,"value":12,"op":"SCMP_CMP_EQ"}]}'
  run_in sh -c 'trap "" USR1 USR2 HUP; for s in USR1 USR2 HUP; do kill -$s $$ 2>/dev/null && echo $s; done'
  assert_output HUP
}

@test "names that libseccomp does not know are passed over" {
  profile SCMP_ACT_ALLOW '{"names":["no_such_call","mkdir","mkdirat"],"action":"SCMP_ACT_ERRNO"}'
  run_in mkdir /tmp/x
  assert_failure 1
  assert_contains "Operation not permitted"
}

@test "every architecture of the specification may be listed" {
  profile SCMP_ACT_ALLOW "$refuse_mkdir"
  config '.linux.seccomp.architectures = ["X86", "X86_64", "X32", "ARM", "AARCH64", "MIPS", "MIPS64", "MIPS64N32", "MIPSEL",
    "MIPSEL64", "MIPSEL64N32", "PPC", "PPC64", "PPC64LE", "S390", "S390X", "PARISC", "PARISC64", "RISCV64", "LOONGARCH64", "M68K",
    "SH", "SHEB"] | .linux.seccomp.architectures |= map("SCMP_ARCH_" + .)'
  run_in mkdir /tmp/x
  assert_failure 1
  assert_contains "Read-only file system"
}

@test "all operators of conditions" {
  local op value two want
  while read -r op value two want; do
    profile SCMP_ACT_ALLOW '{"names":["kill"],"action":"SCMP_ACT_ERRNO","args":[
      {"index":1,"value":'"$value"',"valueTwo":'"$two"',"op":"SCMP_CMP_'"$op"'"}]}'
    run_in sh -c 'trap "" HUP INT USR1 USR2; for s in 1 2 10 12; do kill -$s $$ 2>/dev/null && echo -n "$s "; done; echo'
    assert_equal "$op $want" "$op $(xargs <<<"$output")"
  done <<'END'
EQ 2 0 1 10 12
NE 2 0 2
LT 10 0 10 12
LE 10 0 12
GT 2 0 1 2
GE 2 0 1
MASKED_EQ 8 8 1 2
END
}

@test "trap, trace without a tracer, kill of a thread, log" {
  local action want
  while read -r action want; do
    profile SCMP_ACT_ALLOW '{"names":["mkdir","mkdirat"],"action":"SCMP_ACT_'"$action"'"}'
    run_in sh -c 'mkdir /tmp/'"$action"' 2>/dev/null; echo $?'
    assert_equal "$action $want" "$action ${lines[-1]}"
  done <<'END'
TRAP 159
KILL 159
KILL_THREAD 159
KILL_PROCESS 159
TRACE 1
LOG 0
ALLOW 0
END
}

@test "kill: the process dies of SIGSYS" {
  profile SCMP_ACT_ALLOW '{"names":["mkdir","mkdirat"],"action":"SCMP_ACT_KILL_PROCESS"}'
  run_in mkdir /tmp/x
  assert_equal 159 "$status"
}

@test "the filter is loaded with and without noNewPrivileges, for any user, and for exec" {
  local nnp uid
  profile SCMP_ACT_ALLOW "$refuse_mkdir"
  for nnp in true false; do
    for uid in 0 1000; do
      config --argjson n $nnp --argjson u $uid '.process.noNewPrivileges = $n | .process.user = {uid: $u, gid: $u}'
      args sleep 1000
      start_container "$ID-$nnp-$uid"
      run_perry exec "$ID-$nnp-$uid" grep -hE '^(NoNewPrivs|Seccomp|Seccomp_filters):' /proc/1/status /proc/self/status
      assert_output "$(for i in 1 2; do printf 'NoNewPrivs:\t%d\nSeccomp:\t2\nSeccomp_filters:\t1\n' $((${#nnp} == 4)); done)"
    done
  done
}

@test "an absent flags member asks for SPEC_ALLOW, an empty one for nothing" {
  [ -z "${ASAN_OPTIONS-}" ] || skip "LeakSanitizer does not work under strace"
  require_program strace
  local flags
  profile SCMP_ACT_ALLOW "$refuse_mkdir"
  args true
  for flags in null '[]' '["SECCOMP_FILTER_FLAG_LOG"]'; do
    config --argjson f "$flags" '.linux.seccomp.flags = $f'
    strace -f -o "$WORK/trace" -e trace=seccomp "$PERRY" --root "$STATE_ROOT" run --bundle "$BUNDLE" "$ID" 3>&-
    grep SET_MODE_FILTER "$WORK/trace" | grep -v NULL | sed 's/.*SET_MODE_FILTER, \([^,]*\),.*/\1/' >>"$WORK/flags"
  done
  assert_equal "SECCOMP_FILTER_FLAG_SPEC_ALLOW 0 SECCOMP_FILTER_FLAG_LOG" "$(paste -sd' ' "$WORK/flags")"
}

@test "an agent gets the listener, and answers" {
  into_rootfs syscall_errno
  background "$(helper seccomp_agent)" "$WORK/agent" 99 >"$WORK/agent.log"
  wait_for 5 test -S "$WORK/agent"
  profile SCMP_ACT_ALLOW '{"names":["swapoff"],"action":"SCMP_ACT_NOTIFY"}'
  config --arg p "$WORK/agent" '.linux.seccomp.listenerPath = $p | .linux.seccomp.listenerMetadata = "meta data"'
  run_in syscall_errno 168
  assert_output 99
  run cat "$WORK/agent.log"
  assert_contains '"fds":["seccompFd"]'
  assert_contains '"metadata":"meta data"'
  assert_contains "\"id\":\"$ID\""
  assert_contains "notify 168"
}

@test "a filter may ask the agent about what the runtime's own messages take" {
  local nnp
  profile SCMP_ACT_ALLOW '{"names":["sendmsg","recvmsg","sendto","recvfrom","close","mkdir","mkdirat"],"action":"SCMP_ACT_NOTIFY"}'
  for nnp in true false; do
    background "$(helper seccomp_agent)" "$WORK/agent-$nnp" >"$WORK/agent-$nnp.log"
    wait_for 5 test -S "$WORK/agent-$nnp"
    config --arg p "$WORK/agent-$nnp" --argjson n $nnp '.linux.seccomp.listenerPath = $p | .process.noNewPrivileges = $n'
    args mkdir "/tmp/$nnp"
    PERRY_TIMEOUT=15 run_perry run --bundle "$BUNDLE" "$ID-$nnp"
    assert_success
    grep -q notify "$WORK/agent-$nnp.log"
  done
}

@test "a program that cannot be executed is reported, even if the filter refuses sendmsg" {
  printf '\177ELF' >"$ROOTFS/bin/damaged"
  chmod 755 "$ROOTFS/bin/damaged"
  config '.process.args = ["damaged"] |
    .linux.seccomp = {defaultAction: "SCMP_ACT_ALLOW", syscalls: [{names: ["sendmsg"], action: "SCMP_ACT_ERRNO"}]}'
  create_container
  run_perry start "$ID"
  assert_failure 1
  assert_contains "exec format error"
}

@test "exec's filter has the agent too" {
  into_rootfs syscall_errno
  background "$(helper seccomp_agent)" "$WORK/agent" >"$WORK/agent.log"
  wait_for 5 test -S "$WORK/agent"
  profile SCMP_ACT_ALLOW '{"names":["swapoff"],"action":"SCMP_ACT_NOTIFY"}'
  config --arg p "$WORK/agent" '.linux.seccomp.listenerPath = $p'
  start_container
  run jq -r .state.status <(sed -n 's/^state //p' "$WORK/agent.log")
  assert_match '^(creating|created|running)$'
  background "$(helper seccomp_agent)" "$WORK/agent2" 77 >"$WORK/agent2.log"
  wait_for 5 test -S "$WORK/agent2"
  mv "$WORK/agent2" "$WORK/agent"
  in_container syscall_errno 168
  assert_output 77
  run jq -c '[.state.status, .state.pid == $p, .pid == $p]' --argjson p "$(pid_of "$ID")" <(sed -n 's/^state //p' "$WORK/agent2.log")
  assert_output '["running",true,false]'
}

@test "no agent: refused, and no container" {
  profile SCMP_ACT_ALLOW '{"names":["swapoff"],"action":"SCMP_ACT_NOTIFY"}'
  config --arg p "$WORK/nobody" '.linux.seccomp.listenerPath = $p'
  run_in true
  assert_failure 1
  assert_contains listenerPath
}

@test "bad profiles are refused before anything is made" {
  local bad
  for bad in '.defaultAction = "SCMP_ACT_MAYBE"' '.architectures = ["SCMP_ARCH_VAX"]' '.flags = ["NO_FLAG"]' \
    '.syscalls[0].action = "ALLOW"' '.syscalls[0].args = [{index: 6, value: 1, op: "SCMP_CMP_EQ"}]' \
    '.syscalls[0].args = [{index: 0, value: 1, op: "SCMP_CMP_IS"}]' '.syscalls[0].action = "SCMP_ACT_NOTIFY"' \
    '.syscalls[0] = {names: ["mkdir"], action: "SCMP_ACT_ALLOW", errnoRet: 1}' '.listenerMetadata = "x"' \
    '.defaultAction = "SCMP_ACT_NOTIFY"' '.listenerPath = "relative" | .syscalls[0].action = "SCMP_ACT_NOTIFY"' \
    '.syscalls = [range (5000) | {names: ["mkdir"], action: "SCMP_ACT_ERRNO", args: [{index: 0, value: ., op: "SCMP_CMP_EQ"}]}]'; do
    profile SCMP_ACT_ERRNO '{"names":["mkdir"],"action":"SCMP_ACT_ALLOW"}'
    config ".linux.seccomp |= ($bad)"
    run_in true
    assert_failure 1
    assert_one_line
    assert_contains linux.seccomp
  done
}

@test "a cached filter is used only for the profile that it was made from" {
  local cache=$STATE_ROOT/.cache/seccomp first
  profile SCMP_ACT_ALLOW "$refuse_mkdir"
  run_in mkdir /tmp/x
  assert_contains "Read-only"
  first=$(ls "$cache")
  profile SCMP_ACT_ALLOW '{"names":["rmdir"],"action":"SCMP_ACT_ERRNO"}'
  run_in mkdir /tmp/y
  assert_success
  assert_equal 2 "$(ls "$cache" | wc -l)"
  # The harmless one under the other's name.
  cp "$cache/$(ls "$cache" | grep -v "$first")" "$cache/$first"
  profile SCMP_ACT_ALLOW "$refuse_mkdir"
  run_in mkdir /tmp/x
  assert_contains "Read-only"
  # Cut off; a link to elsewhere.
  truncate -s 30 "$cache/$first"
  run_in mkdir /tmp/x
  assert_contains "Read-only"
  mv "$cache/$first" "$WORK/stolen"
  ln -s "$WORK/stolen" "$cache/$first"
  run_in mkdir /tmp/x
  assert_contains "Read-only"
}
