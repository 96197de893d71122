#!/bin/bash
# g14.sh [EXECS] - descriptors: a program gets 0, 1, 2 and nothing of its caller's; the waiting process holds no directory
# and no file of the host's; exec leaves none behind.
# shellcheck source=tests/goals/lib.sh
. "${0%/*}/lib.sh"
count=${1:-1000}
cp "$(helper fdleak)" "$ROOTFS/bin/fdleak" || skip "no compiler"

# of_caller COMMAND...: the program from a caller that leaks descriptors.
of_caller ()
{
  perry "$@" 9</ 12</etc/passwd 63</ </dev/null 2>"$WORK/err"
}

args fdleak 3
out=$(of_caller run -b "$BUNDLE" "$TAG") || bad "run: $(cat "$WORK/err")"
[ -z "$out" ] || bad "the program got $out"
args sleep 1000
of_caller create -b "$BUNDLE" "$TAG" >"$WORK/out" || bad "create: $(cat "$WORK/err")"
pid=$(perry state "$TAG" | jq .pid)
for fd in "/proc/$pid/fd"/*; do
  [ "${fd##*/}" -gt 2 ] || continue
  target=$(readlink "$fd")
  case $target in
    socket:* | pipe:* | anon_inode:* | /memfd:* | */start.sock) ;;
    *) bad "the waiting process has descriptor ${fd##*/}: $target" ;;
  esac
done
perry start "$TAG"
wait_for 5 [ "$(readlink "/proc/$pid/exe")" = /bin/busybox ] >/dev/null
before=$(find "/proc/$pid/fd" -mindepth 1 | wc -l)
out=$(of_caller exec "$TAG" fdleak 3) || bad "exec: $(cat "$WORK/err")"
[ -z "$out" ] || bad "the program of exec got $out"
for ((i = 0; i < count; i++)); do
  perry exec "$TAG" true </dev/null || bad "exec $i failed"
done
after=$(find "/proc/$pid/fd" -mindepth 1 | wc -l)
[ "$before" = "$after" ] || bad "$before descriptors became $after"
wiped "$TAG"
finish "$count execs, $after descriptors in the container's process before and after"
