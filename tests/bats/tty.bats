#!/usr/bin/env bats
# tty.bats - terminals: console sockets, the foreground, sizes, and bytes that must not be lost.
load helpers

terminal ()
{
  config '.process.terminal = true'
}

console ()
{
  background "$(helper console_recv)" "$@" >"$WORK/console"
  wait_for 5 test -S "${!#}"
}

# Run CMD under a terminal of its own, with the size 31 x 97; what it printed is in $output.
under_terminal ()
{
  require_program python3
  run timeout 30 python3 -c '
import pty, os, sys, fcntl, termios, struct
pid, fd = pty.fork()
if pid == 0:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 31, 97, 0, 0))
    os.execvp(sys.argv[1], sys.argv[1:])
data = b""
while True:
    try:
        chunk = os.read(fd, 65536)
    except OSError:
        break
    if not chunk:
        break
    data += chunk
sys.stdout.buffer.write(data)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))' "$@" 3>&-
}

@test "a console socket gets the terminal" {
  terminal
  args sh -c 'tty; echo hello; sleep 1000'
  background "$(helper console_recv)" "$WORK/sock" "$WORK/out"
  wait_for 5 test -S "$WORK/sock"
  create_container "$ID" --console-socket "$WORK/sock"
  perry start "$ID"
  wait_for 5 grep -q hello "$WORK/out"
  grep -q /dev/pts/ "$WORK/out"
}

@test "a console socket is demanded, and refused without a terminal" {
  terminal
  run_perry create "$ID"
  assert_failure 1
  assert_contains "cannot allocate tty if the runtime will detach without setting console socket"
  config '.process.terminal = false'
  run_perry create --console-socket "$WORK/sock" "$ID"
  assert_failure 1
  assert_contains "console socket"
}

@test "console sockets that are none" {
  terminal
  echo >"$WORK/file"
  for path in "$WORK/file" "$WORK/none" "$WORK" @abstract; do
    run_perry create --console-socket "$path" "$ID"
    assert_failure 1
    assert_contains "$path"
    [ ! -e "$STATE_ROOT/$ID" ]
  done
}

@test "a console socket with a long path" {
  terminal
  args sh -c 'echo hello; sleep 1000'
  long=$WORK/$(printf 'd%.0s' {1..120})
  mkdir "$long"
  cd "$long"
  background "$(helper console_recv)" sock "$WORK/out"
  wait_for 5 test -S sock
  cd "$BUNDLE"
  create_container "$ID" --console-socket "$long/sock"
  perry start "$ID"
  wait_for 5 grep -q hello "$WORK/out"
}

@test "in the foreground: output, exit status, size" {
  terminal
  args sh -c 'tty; stty size; exit 9'
  under_terminal "$PERRY" --root "$STATE_ROOT" run "$ID"
  assert_failure 9
  assert_contains /dev/pts/
  assert_contains "31 97"
}

@test "in the foreground with the output in a file" {
  terminal
  args sh -c 'echo one; echo two'
  run_perry run "$ID"
  assert_success
  assert_output "one
two"
}

@test "no byte of the last output is lost" {
  terminal
  args sh -c 'yes 0123456789abcdef | head -n 20000'
  for i in 1 2 3; do
    perry run "$ID" </dev/null >"$WORK/out"
    assert_equal 340000 "$(stat -c %s "$WORK/out")"
  done
}

@test "a slow reader loses nothing, and costs no time" {
  require_program python3
  terminal
  args sh -c 'yes 0123456789abcdef | head -n 10000'
  # shellcheck disable=SC2016 # the inner shell's
  run timeout 60 bash -c 'set -o pipefail; (time "$@") 2>"$0" | (sleep 3; wc -c)' "$WORK/time" \
    "$PERRY" --root "$STATE_ROOT" run "$ID" </dev/null 3>&-
  assert_success
  assert_output 170000
  cpu=$(awk '/^(user|sys)/ { split($2, t, /[ms]/); sum += t[1] * 60 + t[2] } END { printf "%d", sum * 1000 }' "$WORK/time")
  [ "$cpu" -lt 500 ]
}

@test "input reaches the program" {
  terminal
  args sh -c 'read -r line; echo "got: $line"'
  run timeout 20 bash -c 'echo question | "$@"' bash "$PERRY" --root "$STATE_ROOT" run "$ID" 3>&-
  assert_success
  assert_contains "got: question"
}

@test "the terminal's settings are restored" {
  terminal
  args true
  under_terminal bash -c 'stty -g >"$0"; "$@"; stty -g >>"$0"' "$WORK/settings" "$PERRY" --root "$STATE_ROOT" run "$ID"
  assert_success
  assert_equal 1 "$(sort -u "$WORK/settings" | wc -l)"
}

@test "signals are forwarded in the foreground" {
  args sh -c 'trap "exit 42" TERM; touch /ready; while :; do sleep 0.02; done'
  "$PERRY" --root "$STATE_ROOT" run "$ID" </dev/null >/dev/null 2>&1 3>&- &
  runner=$!
  wait_for 5 test -e "$ROOTFS/ready"
  kill -TERM $runner
  status=0
  wait $runner || status=$?
  assert_equal 42 "$status"
}

@test "a console socket that accepts and never reads" {
  terminal
  args sh -c 'yes | head -c 100000; sleep 1000'
  background "$(helper console_recv)" -n "$WORK/sock"
  wait_for 5 test -S "$WORK/sock"
  create_container "$ID" --console-socket "$WORK/sock"
  run_perry start "$ID"
  assert_success
}
