#!/usr/bin/env bats
# Attacks by and on processes; the numbers are those of published vulnerabilities.
load helpers

@test "a numeric user is a number, whatever the image's passwd says (CVE-2016-3697, CVE-2024-40635)" {
  printf '%s\n' '4294967296:x:0:0::/:/bin/sh' '1000:x:0:0::/:/bin/sh' 'root:x:0:0::/:/bin/sh' >"$ROOTFS/etc/passwd"
  start_container
  run_perry exec -u 1000 "$ID" id -u
  assert_output 1000
  run_perry exec -u 4294967296 "$ID" id -u
  assert_failure 255
}

@test "exec --user: what is a user, and what is not (CVE-2026-30892)" {
  local user want
  start_container
  while read -r user want; do
    run_perry exec -u "$user" "$ID" sh -c 'echo $(id -u):$(id -g)'
    assert_success
    assert_output "$want"
  done <<'END'
1 1:0
1:2 1:2
0 0:0
65534:65534 65534:65534
END
  for user in 1x ' 1' +1 0x1 -1 4294967295 4294967296 99999999999999999999 1:-1 1:4294967296; do
    run_perry exec --user="$user" "$ID" id -u
    assert_failure 255
  done
}

# attack_exec: run an attacker as process 1, and exec into its container, again and again; its findings are in $output
attack_exec ()
{
  local i
  echo HOSTSECRET >"$WORK/canary"
  into_rootfs ptrace_attacker
  args ptrace_attacker "${WORK#/}/canary"
  start_container
  wait_for 5 grep -q ready "$WORK/$ID.log"
  # The caller's descriptors are no way either.
  for i in {1..60}; do
    perry exec "$ID" true 9</ || true
  done
  run cat "$WORK/$ID.log"
  assert_contains ready
}

@test "a process that joins can be neither looked into nor traced before its program runs (CVE-2016-9962)" {
  attack_exec
  refute_contains READ
  refute_contains "ATTACHED /memfd:"
  refute_contains "ATTACHED $PERRY"
}

# With CAP_SYS_PTRACE in the host's user namespace the kernel lets anything be traced.
@test "a process that joins has nothing of the host's for one with CAP_SYS_PTRACE to see (CVE-2016-9962)" {
  config '.process.capabilities[] += ["CAP_SYS_PTRACE", "CAP_DAC_READ_SEARCH"]'
  attack_exec
  refute_contains READ
}

@test "exec is confined as the container is (CVE-2019-10144)" {
  config '.linux.seccomp = {defaultAction: "SCMP_ACT_ALLOW", syscalls: [{names: ["swapon"], action: "SCMP_ACT_ERRNO"}]}
    | .process.rlimits = [{type: "RLIMIT_NOFILE", soft: 100, hard: 100}] | .process.oomScoreAdj = 500'
  start_container
  in_container sh -c 'for p in 1 self; do
      grep -E "^(Cap...|NoNewPrivs|Seccomp|Seccomp_filters|Groups|Uid|Gid):" /proc/$p/status
      grep "open files" /proc/$p/limits; cat /proc/$p/oom_score_adj /proc/$p/cgroup; done >/tmp/all
    n=$(wc -l </tmp/all); head -n $((n / 2)) /tmp/all >/tmp/first; tail -n $((n / 2)) /tmp/all >/tmp/own; cat /tmp/own
    cmp /tmp/first /tmp/own && echo same'
  assert_contains same
  assert_contains 500
  # The namespaces are its own too.
  in_container sh -c 'for n in cgroup ipc mnt net pid uts user; do [ "$(readlink /proc/1/ns/$n)" = "$(readlink /proc/self/ns/$n)" ] || echo $n; done'
  assert_output ""
}

@test "no directory of the host's as working directory, by any descriptor (CVE-2024-21626)" {
  local n
  echo HOSTSECRET >"$WORK/canary"
  args cat "../../../../../../../../$WORK/canary"
  for n in {3..40}; do
    config --arg d "/proc/self/fd/$n" '.process.cwd = $d'
    run_perry run --bundle "$BUNDLE" "$ID-$n"
    refute_contains HOSTSECRET
    [ "$status" -ne 0 ]
  done
  config '.process.cwd = "/proc/self/fd/9"'
  run_perry run --bundle "$BUNDLE" "$ID" 9</
  refute_contains HOSTSECRET
  [ "$status" -ne 0 ]
}

@test "the same for exec --cwd" {
  local n
  echo HOSTSECRET >"$WORK/canary"
  start_container
  for n in {3..25}; do
    run_perry exec --cwd "/proc/self/fd/$n" "$ID" cat "../../../../../../../../$WORK/canary" 9</
    refute_contains HOSTSECRET
    [ "$status" -ne 0 ]
  done
}

@test "no descriptor of the caller's or the runtime's is left to the program" {
  into_rootfs fdleak
  args fdleak 3
  run_perry run --bundle "$BUNDLE" "$ID" 7</ 9<"$BUNDLE/config.json"
  assert_success
  assert_output ""
  args sleep 1000
  start_container "$ID-2"
  run_perry exec "$ID-2" fdleak 3 7</
  assert_success
  assert_output ""
}

@test "no way to type on the caller's terminal (CVE-2016-10124, CVE-2017-5226)" {
  require_program script
  into_rootfs tiocsti
  args tiocsti 'INJECTED'
  # The kernel's own switch may be off already; the session is what counts.
  run timeout 20 script -qec "'$PERRY' --root '$STATE_ROOT' run --bundle '$BUNDLE' '$ID'" /dev/null 3>&- </dev/null
  assert_contains "taken 0"
  refute_contains INJECTED
  args sh -c 'exec 3</dev/tty'
  run timeout 20 script -qec "'$PERRY' --root '$STATE_ROOT' run --bundle '$BUNDLE' '$ID-2'" /dev/null 3>&- </dev/null
  assert_contains "/dev/tty"
}
