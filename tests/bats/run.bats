#!/usr/bin/env bats
# run.bats - run and create as their callers see them: exit statuses, signals, streams, what stays.
load helpers

@test "exit statuses" {
  local pair
  for pair in 'exit 0:0' 'exit 7:7' 'exit 255:255'; do
    run_in sh -c "${pair%:*}"
    assert_equal "${pair##*:}" "$status"
    assert_output ""
  done
  run_perry run --bundle "$WORK/none" "$ID"
  assert_failure 1
  [ ! -e "$STATE_ROOT/$ID" ]
}

@test "signals are passed on, and the container is gone afterwards" {
  # shellcheck disable=SC2016 # the container's shell
  args sh -c 'for s in HUP INT TERM USR1 USR2 QUIT; do trap "echo $s; exit 3" $s; done; touch /ready; while :; do sleep 0.02; done'
  local signal
  for signal in HUP INT TERM USR1 USR2 QUIT; do
    rm -f "$ROOTFS/ready"
    # In a shell of its own: background commands of a script ignore SIGINT and SIGQUIT.
    setsid "$PERRY" --root "$STATE_ROOT" run "$ID" </dev/null >"$WORK/out" 2>&1 3>&- &
    local runner=$!
    wait_for 5 test -e "$ROOTFS/ready"
    kill "-$signal" "$(pgrep -nf -- "--root $STATE_ROOT run $ID")"
    status=0
    wait $runner || status=$?
    assert_equal 3 "$status"
    assert_equal "$signal" "$(cat "$WORK/out")"
    [ ! -e "$STATE_ROOT/$ID" ]
  done
}

@test "--keep: stopped, until it is deleted" {
  args true
  run_perry run --keep "$ID"
  assert_success
  assert_equal stopped "$(status_of "$ID")"
  run_perry delete "$ID"
  assert_success
}

@test "--detach: the program has the caller's streams" {
  # shellcheck disable=SC2016 # the container's shell
  args sh -c 'read -r line; echo "got $line"; echo err >&2'
  perry run --detach "$ID" <<<hello >"$WORK/out" 2>"$WORK/err"
  wait_status "$ID" stopped
  assert_equal "got hello" "$(cat "$WORK/out")"
  assert_equal err "$(cat "$WORK/err")"
}

@test "create keeps no stream of its caller open but the process's own" {
  args sleep 0.5
  # The pipe ends when the container's process does, though the runtime's own processes live.
  run timeout 10 bash -c '"$1" --root "$2" create "$3" </dev/null 2>/dev/null | { until "$1" --root "$2" start "$3"; do sleep 0.05; done >/dev/null 2>&1; cat; }' \
    - "$PERRY" "$STATE_ROOT" "$ID" 3>&-
  [ "$status" -ne 124 ] || fail "the pipe was still open"
  wait_status "$ID" stopped
  # And at once when that has other streams.
  begin=$(date +%s%N)
  perry delete "$ID"
  args sleep 100
  run timeout 10 bash -c '("$1" --root "$2" create "$3" </dev/null >/dev/null 2>/dev/null 4>&1) | cat' \
    - "$PERRY" "$STATE_ROOT" "$ID" 3>&-
  assert_success
  [ $((($(date +%s%N) - begin) / 1000000)) -lt 5000 ]
}

@test "after create the process is the caller's to reap, and nothing else is left" {
  require_program python3
  run python3 - "$PERRY" "$STATE_ROOT" "$ID" "$WORK/pid" 3>&- <<'END'
import ctypes, os, subprocess, sys
perry, root, container, pidfile = sys.argv[1:]
ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)
null = subprocess.DEVNULL
def perry_runtime(*args):
    subprocess.run([perry, "--root", root, *args], stdin=null, stdout=null, check=True)
perry_runtime("create", "--pid-file", pidfile, container)
pid = int(open(pidfile).read())
print(open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()[1] == str(os.getpid()))
perry_runtime("start", container)
perry_runtime("kill", container, "KILL")
print(os.waitpid(pid, 0)[1])
try:
    print(os.waitpid(-1, os.WNOHANG))
except ChildProcessError:
    print("no children")
END
  assert_success
  assert_output $'True\n9\nno children'
}

@test "an almost empty environment is enough" {
  args env
  run env -i "$PERRY" --root "$STATE_ROOT" run "$ID"
  assert_success
  assert_contains PATH=
  run env -i XDG_RUNTIME_DIR=/nonexistent "$PERRY" --root "$STATE_ROOT" list
  assert_success
}

@test "engines' own variables and descriptors stay outside" {
  args sh -c 'env; ls /proc/1/fd; :'
  _OCI_SYNCPIPE=3 _OCI_STARTPIPE=4 _OCI_ATTACHPIPE=5 run "$PERRY" --root "$STATE_ROOT" run "$ID" 4</ 5</
  assert_success
  refute_contains _OCI
  refute_contains PERRY
  assert_equal "0 1 2" "$(grep -x '[0-9]*' <<<"$output" | xargs)"
}

@test "a bundle without config.json, a bundle that is none" {
  rm "$BUNDLE/config.json"
  run_perry create --bundle "$BUNDLE" "$ID"
  assert_failure 1
  assert_one_line
  assert_contains "JSON specification file"
  assert_contains "config.json not found"
  run_perry create --bundle "$BUNDLE/rootfs/bin/sh" "$ID"
  assert_failure 1
  assert_one_line
}

@test "--config names another file" {
  mv "$BUNDLE/config.json" "$BUNDLE/other.json"
  create_container "$ID" --config other.json
  assert_equal created "$(status_of "$ID")"
}

@test "the bundle is absolute in the state, however it was given" {
  cd "$WORK"
  perry create --bundle ./bundle/../bundle "$ID" </dev/null >/dev/null 2>&1
  run_perry state "$ID"
  [[ $(jq -r .bundle <<<"$output") == /* ]]
  [ "$(jq -r .bundle <<<"$output")/config.json" -ef "$BUNDLE/config.json" ]
}

@test "platforms and members that are not Linux's are passed over" {
  config '.windows = {layerFolders: []} | .solaris = {} | .vm = {hypervisor: {path: "/x"}} | .zos = {} | .freebsd = {}
    | .process.commandLine = "x" | .process.user.username = "bob" | .something = [1] | .linux.something = null
    | .process.rlimits = null | .hooks = null | .annotations = null | .process.user.uid = 0.0'
  run_in echo fine
  assert_success
  assert_output fine
}

@test "scripts: without an interpreter, or one that is missing" {
  echo 'echo no' >"$ROOTFS/bin/plain"
  printf '#!/nonexistent\n' >"$ROOTFS/bin/lost"
  chmod +x "$ROOTFS/bin/plain" "$ROOTFS/bin/lost"
  run_in plain
  assert_failure 1
  assert_one_line
  assert_contains 'exec: "plain": exec format error'
  run_in lost
  assert_failure 1
  assert_one_line
  assert_contains 'exec: "lost": no such file or directory: the container lacks its interpreter /nonexistent'
  printf '#! \t/odd\a\033[1m -x\n' >"$ROOTFS/bin/lost"
  run_in lost
  assert_one_line
  assert_contains 'lacks its interpreter /odd??[1m'
}

@test "a dynamic program without its loader; one with file capabilities beyond the bounding set" {
  require_program setcap
  cp "$(type -P true)" "$ROOTFS/bin/dynamic"
  run_in dynamic
  assert_failure 1
  assert_one_line
  assert_match 'exec: "dynamic": no such file or directory: the container lacks its interpreter /lib.*/ld-.*'
  cp "$(command -v busybox)" "$ROOTFS/bin/powerful"
  setcap cap_sys_admin+ep "$ROOTFS/bin/powerful"
  run_in powerful
  assert_failure 1
  assert_one_line
  assert_contains 'exec: "powerful": Operation not permitted (has the file capabilities'
}

@test "hostname and domainname" {
  config '.hostname = "a.b" | .domainname = "example"'
  run_in cat /proc/sys/kernel/hostname /proc/sys/kernel/domainname
  assert_output $'a.b\nexample'
  config '.linux.namespaces |= map(select(.type != "uts")) | del(.domainname)'
  run_in true
  assert_failure 1
  assert_contains "unable to set hostname without a private UTS namespace"
}

@test "HOME" {
  printf 'root:x:0:0::/root:/bin/sh\nu:x:1000:1000::/home/u:/bin/sh\n' >"$ROOTFS/etc/passwd"
  # shellcheck disable=SC2016 # the container's
  run_in sh -c 'echo $HOME'
  assert_output /root
  config '.process.env += ["HOME="]'
  # shellcheck disable=SC2016 # the container's
  run_in sh -c 'echo $HOME'
  assert_output /root
  config '.process.user.uid = 77'
  # shellcheck disable=SC2016 # the container's
  run_in sh -c 'echo $HOME'
  assert_output /
}

# What makes create fail, step after step.
FAILURES='
.root.path = "none"
.linux.namespaces += [{"type": "time", "path": "/etc/hostname"}]
.linux.namespaces |= map (if .type == "network" then .path = "/proc/1/ns/none" else . end)
.linux.resources.memory = {"limit": 1}
.linux.cgroupsPath = "/"
.mounts += [{"destination": "/x", "type": "bind", "source": "/nonexistent", "options": ["bind"]}]
.mounts += [{"destination": "/x", "type": "nonsense", "source": "none"}]
.mounts += [{"destination": "/bin/sh/x", "type": "tmpfs", "source": "none"}]
.linux.devices = [{"path": "/etc", "type": "c", "major": 1, "minor": 3}]
.hooks = {"prestart": [{"path": "/bin/false"}]}
.hooks = {"createRuntime": [{"path": "/bin/false"}]}
.hooks = {"createContainer": [{"path": "/bin/false"}]}
.hooks = {"createRuntime": [{"path": "/bin/sleep", "args": ["sleep", "9"], "timeout": 1}]}
.linux.sysctl = {"net.ipv4.ip_forward": "no number"}
.process.oomScoreAdj = 5000
.process.rlimits = [{"type": "RLIMIT_NOFILE", "soft": 1000000000000, "hard": 1000000000000}]
.process.cwd = "/bin/sh"
.process.args = ["nonexistent"]
.process.args = ["/etc"]
.process.terminal = true
.linux.seccomp = {"defaultAction": "SCMP_ACT_NOTIFY", "listenerPath": "/nonexistent/socket"}
.linux.intelRdt = {"closID": "none", "l3CacheSchema": "L3:0=f"}
'

@test "a create that fails at any step leaves nothing, and says why in one line" {
  cp "$BUNDLE/config.json" "$WORK/good.json"
  local change
  while read -r change; do
    [ -n "$change" ] || continue
    jq "$change" <"$WORK/good.json" >"$BUNDLE/config.json"
    run perry create "$ID" </dev/null >/dev/null
    [ "$status" -eq 1 ] || fail "$change: status $status: $output"
    [ "${#lines[@]}" -eq 1 ] || fail "$change: $output"
    [ ! -e "$STATE_ROOT/$ID" ] || fail "$change: a state directory is left"
    wait_for 3 census_empty "$TAG" "$WORK" >/dev/null || fail "$change: $(census "$TAG" "$WORK")"
  done <<<"$FAILURES"
  cp "$WORK/good.json" "$BUNDLE/config.json"
  create_container
}
