#!/usr/bin/env bats
# exec.bats - a further process in a container: what it inherits, what each option changes, its exit status.
load helpers

# The lines of the program's standard output.
exec_prints ()
{
  local want=$1
  shift
  run_perry exec "$@"
  assert_success
  assert_output "$want"
}

@test "environment: config.json's, --env behind it, the last of a name wins" {
  config '.process.env = ["PATH=/bin", "A=1", "B=2"]'
  start_container
  exec_prints $'PATH=/bin\nA=1\nB=2\nHOME=/root' "$ID" env
  exec_prints $'PATH=/bin\nB=2\nA=x y\nC=a,b\nD=\nHOME=/root' --env 'A=x y' -e C=a,b -e D= "$ID" env
  exec_prints $'1\n2' -e $'L=1\n2' "$ID" sh -c 'echo "$L"'
  run_perry exec -e NOTHING "$ID" env
  assert_failure 255
  assert_one_line
  assert_contains NOTHING
}

@test "nothing of the caller's environment" {
  start_container
  _OCI_SYNCPIPE=9 _OCI_STARTPIPE=9 NOTIFY_SOCKET=/x LISTEN_FDS=1 run_perry exec "$ID" env
  assert_success
  assert_equal "HOME PATH TERM" "$(cut -d= -f1 <<<"$output" | sort | xargs)"
}

@test "HOME is the user's, or /" {
  printf 'root:x:0:0::/root:/bin/sh\nbad\nu:x:1000:1000::/home/u:/bin/sh\n' >"$ROOTFS/etc/passwd"
  start_container
  # shellcheck disable=SC2016 # the container's shell
  { exec_prints /root "$ID" sh -c 'echo $HOME'
    exec_prints /home/u -u 1000 "$ID" sh -c 'echo $HOME'
    exec_prints / -u 77 "$ID" sh -c 'echo $HOME'
    exec_prints /root -e HOME= "$ID" sh -c 'echo $HOME'
    exec_prints /x -e HOME=/x "$ID" sh -c 'echo $HOME'; }
}

@test "--cwd" {
  mkdir -p "$ROOTFS/tmp"
  config '.process.cwd = "/tmp"'
  start_container
  exec_prints /tmp "$ID" pwd
  exec_prints /etc --cwd /etc "$ID" pwd
  local bad
  for bad in relative /none /bin/sh; do
    run_perry exec --cwd "$bad" "$ID" pwd
    assert_failure 255
    assert_one_line
    assert_contains cwd
  done
}

@test "--user and --additional-gids" {
  config '.process.user = {uid: 0, gid: 7, additionalGids: [10]}'
  start_container
  exec_prints $'1000\n7\n7 10' -u 1000 "$ID" sh -c 'id -u; id -g; id -G'
  exec_prints $'1000\n1001\n1001 10' --user 1000:1001 "$ID" sh -c 'id -u; id -g; id -G'
  exec_prints "7 10 20 21" -g 20 --additional-gids 21 "$ID" id -G
}

@test "--cap" {
  start_container
  run_perry exec -c CAP_NET_RAW --cap CAP_SYS_TIME "$ID" grep ^Cap /proc/self/status
  assert_success
  assert_output "CapInh:	0000000000000000
CapPrm:	0000000022002420
CapEff:	0000000022002420
CapBnd:	0000000022002420
CapAmb:	0000000000000000"
}

@test "--process: a document says it all, options and arguments nothing" {
  mkdir -p "$ROOTFS/tmp"
  cat >"$WORK/process.json" <<'END'
{"args": ["sh", "-c", "id -u; id -g; pwd; echo $Z; grep -E '^(CapBnd|NoNewPrivs)' /proc/self/status"],
 "cwd": "/tmp", "env": ["PATH=/bin", "Z=zz"], "user": {"uid": 1000, "gid": 1001}}
END
  start_container
  local want=$'1000\n1001\n/tmp\nzz\nCapBnd:\t0000000020000420\nNoNewPrivs:\t1'
  exec_prints "$want" --process "$WORK/process.json" "$ID"
  exec_prints "$want" -p "$WORK/process.json" --env Z=y --cwd / "$ID" echo ignored
  exec_prints "$want" "--process=$WORK/process.json" "$ID"
  cd "$WORK"
  exec_prints "$want" -p process.json "$ID"
}

@test "options end where the command begins" {
  start_container
  exec_prints "-u 5 --cwd /x" "$ID" echo -u 5 --cwd /x
  exec_prints "-c" "$ID" sh -c 'echo "$0"' -c
}

@test "--tty makes a terminal, whatever config.json says; without it there is none" {
  require_program script
  start_container
  run_perry exec "$ID" tty
  assert_failure 1
  run script -qec "'$PERRY' --root '$STATE_ROOT' exec -t '$ID' sh -c 'tty; exit 6'" /dev/null 3>&- </dev/null
  assert_failure 6
  assert_contains /dev/pts/
  run_perry exec --tty=false "$ID" tty
  assert_failure 1
  run_perry exec --detach --tty "$ID" true
  assert_failure 255
  assert_contains "without setting console socket"
  run_perry exec --console-socket "$WORK/none" "$ID" true
  assert_failure 255
  assert_contains "cannot use console socket"
}

@test "exit statuses: the process's, 128 and the signal, 255 for the runtime's own errors" {
  start_container
  run_perry exec "$ID" sh -c 'exit 7'
  assert_failure 7
  # shellcheck disable=SC2016 # the container's shell
  for pair in KILL:137 TERM:143 SEGV:139; do
    status=0
    perry exec "$ID" sh -c 'kill -$0 $$' ${pair%:*} >/dev/null 2>&1 || status=$?
    assert_equal "${pair#*:}" "$status"
  done
  while IFS='|' read -r command want; do
    run_perry exec "$ID" "$command"
    assert_failure 255
    assert_one_line
    assert_contains "$want"
  done <<'END'
nonexistent|exec: "nonexistent": executable file not found in $PATH
/nonexistent|exec: "/nonexistent": no such file or directory
/etc|exec: "/etc": permission denied
/etc/passwd|exec: "/etc/passwd": permission denied
/etc/passwd/x|exec: "/etc/passwd/x": not a directory
END
}

@test "--detach: no helper stays, the process is the caller's to reap" {
  require_program python3
  start_container
  # A caller such as conmon: a subreaper that waits for the process itself.
  run python3 - "$PERRY" "$STATE_ROOT" "$ID" "$WORK/pid" 3>&- <<'END'
import ctypes, os, subprocess, sys
perry, root, container, pidfile = sys.argv[1:]
ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)
null = subprocess.DEVNULL
subprocess.run([perry, "--root", root, "exec", "-d", "--pid-file", pidfile, container, "sh", "-c", "exit 5"],
               stdin=null, stdout=null, check=True)
pid = int(open(pidfile).read())
print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
try:
    print(os.waitpid(-1, os.WNOHANG))
except ChildProcessError:
    print("no children")
END
  assert_success
  assert_output $'5\nno children'
}

@test "--preserve-fds and LISTEN_FDS" {
  start_container
  # shellcheck disable=SC2016 # the inner shells'
  { run bash -c '"$@" 3<<<three 4<<<four' - "$PERRY" --root "$STATE_ROOT" exec --preserve-fds 1 "$ID" \
      sh -c 'cat <&3; [ -e /proc/self/fd/4 ] || echo "no 4"'
    assert_output $'three\nno 4'
    run bash -c 'export LISTEN_PID=$$ LISTEN_FDS=1 LISTEN_FDNAMES=x; exec "$@" 3<<<three 4<<<four' - "$PERRY" \
      --root "$STATE_ROOT" exec --preserve-fds 1 "$ID" sh -c 'echo $LISTEN_FDS $LISTEN_PID $LISTEN_FDNAMES; cat <&3; cat <&4'
    assert_output $'1 1\nthree\nfour'; }
}

@test "--cgroup: a cgroup of the container's own, and none above" {
  require_controller pids
  start_container
  local dir
  dir=$(cgroup_of "$(pid_of "$ID")" pids)
  local sub
  run_perry exec --cgroup nonexistent "$ID" true
  assert_failure 255
  assert_contains "--cgroup nonexistent"
  for sub in .. ../.. a/../../..; do
    run_perry exec --cgroup "$sub" "$ID" true
    assert_failure 255
    assert_contains "--cgroup $sub"
  done
  run_perry exec --cgroup / "$ID" true
  assert_success
  mkdir "$dir/sub"
  perry exec --detach --pid-file "$WORK/pid" --cgroup pids:sub "$ID" sleep 1000 </dev/null >/dev/null 2>&1
  assert_equal "$dir/sub" "$(cgroup_of "$(cat "$WORK/pid")" pids)"
}

@test "its standard streams belong to its user" {
  start_container
  run bash -c '"$@" 2>&1 | cat' - "$PERRY" --root "$STATE_ROOT" exec -u 1000 "$ID" sh -c 'echo out >/dev/stdout; echo err >/dev/stderr'
  assert_output $'out\nerr'
}

@test "not where there is nothing to join" {
  create_container
  perry kill "$ID" KILL
  wait_status "$ID" stopped
  run_perry exec "$ID" true
  assert_failure 255
  assert_one_line
  assert_contains "cannot exec in a stopped container"
}

@test "a created container can be entered" {
  create_container
  exec_prints hi "$ID" echo hi
  assert_equal created "$(status_of "$ID")"
}
