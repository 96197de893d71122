#!/bin/bash
# g12.sh [TRIALS] - the kernel kills a container's process, or one of exec, for want of memory: status 137, state stopped.
# shellcheck source=tests/goals/lib.sh
. "${0%/*}/lib.sh"
count=${1:-10}
config '.linux.resources.memory = {"limit": 8388608, "swap": 8388608}'
eater='x=0123456789abcdef; while :; do x=$x$x; done'
for ((i = 0; i < count; i++)); do
  args sh -c "$eater"
  perry run -b "$BUNDLE" "$TAG" </dev/null >"$WORK/out" 2>&1
  rc=$?
  [ $rc = 137 ] || bad "run: status $rc: $(cat "$WORK/out")"
  args sleep 1000
  perry run -d -b "$BUNDLE" "$TAG" </dev/null >"$WORK/out" 2>&1 || bad "run: $(cat "$WORK/out")"
  perry exec "$TAG" sh -c "$eater" </dev/null >"$WORK/out" 2>&1
  rc=$?
  [ $rc = 137 ] || bad "exec: status $rc: $(cat "$WORK/out")"
  is_status "$TAG" running || bad "after exec was killed: $(status_of "$TAG")"
  wiped "$TAG" "trial $i"
done
finish "$count times each"
