#!/bin/bash
# g27.sh - a hook that hangs is killed with its children when its time is up; a console socket nobody reads does not block;
# a full pipe on standard output costs no processor time.
# shellcheck source=tests/goals/lib.sh
. "${0%/*}/lib.sh"
receiver=$(helper console_recv) || skip "no compiler"
cp "$BUNDLE/config.json" "$WORK/plain.json"

# A hook that ignores SIGTERM and has a child, for one second.
# Their names are below $WORK, by which the census knows them.
cp "$(command -v busybox)" "$WORK/busybox"
printf '%s\n' "#!$WORK/busybox sh" 'trap "" TERM' "$WORK/busybox sleep 30 & exec $WORK/busybox sleep 30" >"$WORK/hook"
chmod +x "$WORK/hook"
# shellcheck disable=SC2016 # jq's variable
config --arg hook "$WORK/hook" '.hooks.createRuntime = [{"path": $hook, "timeout": 1}]'
begin=$(now)
! perry run -d -b "$BUNDLE" "$TAG" </dev/null >"$WORK/out" 2>&1 || bad "a hook that hangs does no harm"
hook_ms=$((($(now) - begin) / 1000))
[ $hook_ms -lt 3000 ] || bad "the hook took $hook_ms ms"
wiped "$TAG" "hook"

# A console socket that is accepted and never read.
cp "$WORK/plain.json" "$BUNDLE/config.json"
config '.process.terminal = true'
"$receiver" -n "$WORK/console.sock" >"$WORK/listening" 2>&1 &
pid=$!
wait_for 5 grep -q listening "$WORK/listening" >/dev/null || bad "no receiver"
begin=$(now)
perry run -d -b "$BUNDLE" --console-socket "$WORK/console.sock" "$TAG" </dev/null >"$WORK/out" 2>&1
console_ms=$((($(now) - begin) / 1000))
[ $console_ms -lt 5000 ] || bad "a console socket that nobody reads: $console_ms ms"
kill $pid
wait $pid 2>/dev/null
wiped "$TAG" "console"

# exec with output into a pipe that nobody empties.
cp "$WORK/plain.json" "$BUNDLE/config.json"
perry run -d -b "$BUNDLE" "$TAG" </dev/null >/dev/null 2>&1 || bad "run failed"
mkfifo "$WORK/pipe"
exec {reader}<>"$WORK/pipe"
"$PERRY" --root "$STATE_ROOT" exec "$TAG" cat /dev/zero </dev/null >"$WORK/pipe" 2>/dev/null &
pid=$!
sleep 3
ticks=$(awk '{ print $14 + $15 }' "/proc/$pid/stat")
[ "${ticks:-99}" -lt 5 ] || bad "${ticks-} clock ticks in three seconds of waiting"
{ kill -KILL $pid; wait $pid; } 2>/dev/null
exec {reader}<&-
wiped "$TAG" "full pipe"
finish "hook $hook_ms ms, console $console_ms ms, full pipe $ticks clock ticks in 3 s"
