#!/bin/bash
# g16.sh [CONTAINERS] - no mount is ever seen in the host's mount namespace: the kernel tells a watcher of each change.
# shellcheck source=tests/goals/lib.sh
if [ -z "${PERRY_UNSHARED-}" ]; then
  # A namespace of its own, to which mounts propagate as on a host, so that other programs' mounts are not seen.
  PERRY_UNSHARED=1 exec unshare -m --propagation private "$0" "$@"
fi
. "${0%/*}/lib.sh"
count=${1:-200}
mount --make-rshared /
watcher=$(helper mount_watch) || skip "no compiler"
"$watcher" >"$WORK/watch" &
pid=$!
wait_for 5 grep -q ready "$WORK/watch" >/dev/null
for ((i = 0; i < count; i++)); do
  perry run -d -b "$BUNDLE" "$TAG" </dev/null >"$WORK/out" 2>&1 || bad "run: $(cat "$WORK/out")"
  perry exec "$TAG" true </dev/null >/dev/null 2>&1 || bad "exec failed"
  perry delete -f "$TAG" >/dev/null 2>&1 || bad "delete failed"
done
nap 0.2
seen=$(grep -c '^change' "$WORK/watch")
[ "$seen" = 0 ] || bad "$seen changes: $(grep -m 3 '^change' "$WORK/watch")"
# The watcher itself has to be able to see one.
mkdir "$WORK/m" && mount -t tmpfs perry-goal "$WORK/m" && umount "$WORK/m"
wait_for 5 grep -q '^change' "$WORK/watch" >/dev/null || bad "the watcher does not see mounts"
kill $pid
wait $pid 2>/dev/null
finish "$count containers, $seen changes of the mount table"
