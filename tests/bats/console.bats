#!/usr/bin/env bats
# console.bats - process.terminal: the terminal comes from the container's devpts and is its /dev/console.

load helpers

setup ()
{
  setup_bundle
  config '.process.terminal = true'
}

# Start with a terminal whose output goes to $WORK/out.
start_with_terminal ()
{
  background "$(helper console_recv)" "$WORK/console.sock" "$WORK/out" >"$WORK/recv"
  wait_for 5 grep -q listening "$WORK/recv"
  perry run --detach --console-socket "$WORK/console.sock" --bundle "$BUNDLE" "$ID" >"$WORK/$ID.log" 2>&1 </dev/null \
    || fail "run: $(cat "$WORK/$ID.log")"
}

terminal_output ()
{
  wait_for 5 grep -q end-of-test "$WORK/out" || fail "the terminal says: $(cat "$WORK/out")"
  output=$(tr -d '\r' <"$WORK/out" | sed '/end-of-test/,$d')
}

@test "standard streams, the controlling terminal and /dev/console are one terminal" {
  args sh -c 'tty; for f in 0 1 2; do stat -L -c "%t %F" /proc/self/fd/$f; done; stat -c "%t:%T" /dev/console /dev/pts/0
    echo to-tty >/dev/tty; [ -c /dev/console ] && echo x >/dev/console; echo end-of-test; sleep 1000'
  start_with_terminal
  terminal_output
  assert_output "/dev/pts/0
88 character special file
88 character special file
88 character special file
88:0
88:0
to-tty
x"
}

@test "the size asked for" {
  config '.process.consoleSize = {height: 30, width: 100}'
  args sh -c 'stty size; echo end-of-test; sleep 1000'
  start_with_terminal
  terminal_output
  assert_output "30 100"
}

@test "the terminal belongs to the process's user" {
  config '.process.user = {uid: 1000, gid: 1000}'
  args sh -c 'stat -c %u:%g /dev/pts/0; echo works >/dev/tty; echo end-of-test; sleep 1000'
  start_with_terminal
  terminal_output
  assert_output "1000:5
works"
}

@test "with a read-only root, and a read-only root without a mount on /dev" {
  config '.root.readonly = true'
  args sh -c 'stat -c %t:%T /dev/console; echo end-of-test; sleep 1000'
  start_with_terminal
  terminal_output
  assert_output 88:0
}

@test "what the image has at /dev/console is mounted on: a file, a FIFO; a link is refused" {
  config 'del(.mounts[] | select(.destination == "/dev" or .destination == "/dev/shm" or .destination == "/dev/mqueue"))'
  mkdir -p "$ROOTFS/dev"
  mkfifo "$ROOTFS/dev/console"
  args sh -c 'stat -c %t:%T /dev/console; echo end-of-test; sleep 1000'
  start_with_terminal
  terminal_output
  assert_output 88:0
  perry delete --force "$ID"
  rm "$ROOTFS/dev/console"
  echo untouched >"$WORK/target"
  ln -s "$WORK/target" "$ROOTFS/dev/console"
  run perry create --console-socket "$WORK/console.sock" --bundle "$BUNDLE" "$ID"
  assert_failure
  assert_contains "/dev/console"
  assert_equal untouched "$(cat "$WORK/target")"
}

@test "a container without a devpts cannot have a terminal" {
  config 'del(.mounts[] | select(.destination == "/dev/pts"))'
  background "$(helper console_recv)" "$WORK/console.sock" "$WORK/out" >"$WORK/recv"
  wait_for 5 grep -q listening "$WORK/recv"
  run perry create --console-socket "$WORK/console.sock" --bundle "$BUNDLE" "$ID"
  assert_failure
  assert_contains "devpts"
  assert_one_line
}

@test "a directory with a file called ptmx is no devpts" {
  config 'del(.mounts[] | select(.destination == "/dev/pts"))
    | .mounts += [{"destination":"/dev/pts","source":$d,"options":["bind"]}]' --arg d "$WORK/pts"
  mkdir "$WORK/pts"
  mknod "$WORK/pts/ptmx" c 5 2
  background "$(helper console_recv)" "$WORK/console.sock" "$WORK/out" >"$WORK/recv"
  wait_for 5 grep -q listening "$WORK/recv"
  run perry create --console-socket "$WORK/console.sock" --bundle "$BUNDLE" "$ID"
  assert_failure
  assert_contains "not a devpts"
}

@test "exec gets a terminal of its own" {
  config '.process.terminal = false'
  start_container
  background "$(helper console_recv)" "$WORK/console.sock" "$WORK/out" >"$WORK/recv"
  wait_for 5 grep -q listening "$WORK/recv"
  perry exec --tty --detach --console-socket "$WORK/console.sock" "$ID" sh -c 'tty; echo >/dev/tty; echo end-of-test; sleep 1000' </dev/null
  terminal_output
  assert_match "^/dev/pts/0"
}
