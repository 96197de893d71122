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
  for ((i = 0; i < ${PERRY_RACES:-200}; i++)); do
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

@test "the program of spec's configuration cannot reach cgroup v1's release agent (CVE-2022-0492)" {
  require_v1
  perry spec --bundle "$BUNDLE" --file "$WORK/spec.json" || (cd "$WORK" && perry spec --file spec.json)
  jq '.process.terminal = false' "$WORK/spec.json" >"$BUNDLE/config.json"
  run_in sh -c 'mount -t cgroup -o memory x /tmp && echo MOUNTED
    unshare -Urm sh -c "mount -t cgroup -o memory x /tmp && echo MOUNTED"
    unshare -UrmC sh -c "mount -t cgroup -o memory x /tmp && ls /tmp/release_agent && echo x >/tmp/release_agent && echo WRITTEN"
    echo x >/sys/fs/cgroup/memory/release_agent && echo WRITTEN; mkdir /sys/fs/cgroup/memory/x && echo WRITTEN; echo end'
  assert_contains end
  refute_contains MOUNTED
  refute_contains WRITTEN
}

@test "exec has no way to type on the caller's terminal either" {
  require_program script
  into_rootfs tiocsti
  start_container
  run timeout 20 script -qec "'$PERRY' --root '$STATE_ROOT' exec '$ID' tiocsti INJECTED" /dev/null 3>&- </dev/null
  assert_contains "taken 0"
  refute_contains INJECTED
}

@test "no socket in the abstract namespace (CVE-2020-15257)" {
  # With the host's network the container would see it.
  config 'del(.linux.namespaces[] | select(.type == "network")) | .mounts = [.mounts[] | select(.type != "sysfs")]'
  create_container
  run grep ' @' /proc/net/unix
  refute_contains perry
  refute_contains "$ID"
  perry start "$ID"
  in_container grep -c "$STATE_ROOT.* @\| @.*perry" /proc/net/unix
  assert_output 0
  run find "$STATE_ROOT" -type s -perm /077
  assert_output ""
}

@test "a killed caller of exec leaves nothing of the runtime's (CVE-2022-1708 and its like)" {
  local i before
  start_container
  before=$(ls "/proc/$(pid_of "$ID")/fd" | wc -l)
  for i in {1..40}; do
    "$PERRY" --root "$STATE_ROOT" exec "$ID" true </dev/null >/dev/null 2>&1 3>&- &
    sleep "0.00$((i % 10))"
    kill -KILL $! 2>/dev/null || true
    wait $! 2>/dev/null || true
  done
  no_other_process () { [ "$(perry ps --format json "$ID" | jq length)" = 1 ]; }
  wait_for 5 no_other_process
  run pgrep -f "root $STATE_ROOT "
  assert_output ""
  assert_equal "$before" "$(ls "/proc/$(pid_of "$ID")/fd" | wc -l)"
  in_container echo works
  assert_output works
}

@test "annotations do nothing on the host (CVE-2024-3154)" {
  config '.annotations = {"org.systemd.property.ExecStopPost": "[(\"/bin/touch\", [\"'"$WORK"'/hit\"], false)]",
    "run.oci.hooks.stdout": "'"$WORK"'/hit", "cdi.k8s.io/x": "vendor.com/class=dev", "io.x.hooks": "/bin/touch '"$WORK"'/hit"}'
  args true
  run_perry run --bundle "$BUNDLE" "$ID"
  [ ! -e "$WORK/hit" ]
  config '.annotations = {"cdi.k8s.io/x": "vendor.com/class=dev", "io.x.hooks": "/bin/touch '"$WORK"'/hit"}'
  run_perry run --bundle "$BUNDLE" "$ID"
  assert_success
  [ ! -e "$WORK/hit" ]
}

@test "groups: the caller's are gone, and a file closed to the primary group stays closed (CVE-2022-2989)" {
  echo secret >"$ROOTFS/tmp/closed"
  chown 5:1001 "$ROOTFS/tmp/closed"
  chmod 0604 "$ROOTFS/tmp/closed"
  config '.process.user = {uid: 1000, gid: 1001}'
  args sh -c 'grep ^Groups: /proc/self/status; cat /tmp/closed'
  run setpriv --groups 4,1001,2000 "$PERRY" --root "$STATE_ROOT" run --bundle "$BUNDLE" "$ID"
  assert_failure 1
  assert_match "^Groups:"$'\t'" *
"
  assert_contains "Permission denied"
  # It stays closed to who gives up the primary group, if config.json lists it.
  config '.process.user.additionalGids = [1001]'
  args sleep 1000
  start_container
  run_perry exec --user 1000:3000 -g 1001 "$ID" cat /tmp/closed
  assert_failure
  assert_contains "Permission denied"
}

@test "exec --cgroup stays below the container's cgroup" {
  local path dir
  start_container
  dir=$(cgroup_of "$(pid_of "$ID")" pids)
  for path in .. ../.. /../.. ../../../.. a/../../.. "pids:../.." "pids:/../.."; do
    run_perry exec --cgroup "$path" "$ID" cat /proc/self/cgroup
    assert_failure 255
    assert_one_line
  done
  mkdir "$dir/sub"
  in_container true
  if [ "$(cgroup_mode)" != unified ]; then
    run_perry exec --cgroup pids:sub "$ID" grep pids /proc/self/cgroup
    assert_success
    assert_contains /sub
  fi
}

@test "exec does not enter a process that has taken the pid of a container's (pid reuse)" {
  create_container
  local pid start
  pid=$(pid_of "$ID")
  perry kill "$ID" KILL
  wait_status "$ID" stopped
  run_perry exec "$ID" true
  assert_failure 255
  background "$(helper set_pid)" "$pid" sleep 1000
  sleep 0.2
  [ -e "/proc/$pid" ] || skip "the pid is still taken"
  is_status "$ID" stopped
  run_perry exec "$ID" true
  assert_failure 255
}
