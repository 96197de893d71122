#!/bin/bash
# g09.sh [TRIALS] - a stranger that got the number of a container's dead process is not reported as running, and gets no
# signal from kill or delete. So is the living process of an earlier boot.
if [ -z "${PERRY_REAPED-}" ]; then
  TOP=$(cd "${0%/*}/../.." && pwd)
  # shellcheck source=contrib/lib/common.sh
  . "$TOP/contrib/lib/common.sh"
  # A dead init is this process's to reap: process 1 may take its time.
  PERRY_REAPED=1 exec "$(helper subreaper)" -r "$0" "$@"
fi
# shellcheck source=tests/goals/lib.sh
. "${0%/*}/lib.sh"
count=${1:-20}
set_pid=$(helper set_pid) || skip "no compiler"

reaped ()
{
  [ ! -e "/proc/$1" ]
}

for ((i = 0; i < count; i++)); do
  perry run -d -b "$BUNDLE" "$TAG" </dev/null >"$WORK/out" 2>&1 || bad "run: $(cat "$WORK/out")"
  pid=$(perry state "$TAG" | jq .pid)
  kill -KILL "$pid"
  wait_for 5 reaped "$pid" >/dev/null || { bad "process $pid is not reaped"; wiped "$TAG"; continue; }
  "$set_pid" "$pid" sleep 20 </dev/null >/dev/null 2>&1 &
  stranger=$!
  if ! wait_for 2 [ -e "/proc/$pid" ] >/dev/null; then
    bad "cannot make process $pid again"
  fi
  is_status "$TAG" stopped || bad "with a stranger as process $pid: $(status_of "$TAG")"
  ! perry kill "$TAG" KILL >"$WORK/out" 2>&1 || bad "kill succeeds with a stranger as process $pid"
  perry delete "$TAG" >"$WORK/out" 2>&1 || bad "delete: $(cat "$WORK/out")"
  grep -q '^State:.*S' "/proc/$pid/status" 2>/dev/null || bad "the stranger was killed"
  kill -KILL "$stranger" "$pid" 2>/dev/null
  wait $stranger 2>/dev/null
  settled "trial $i"
done
finish "$count strangers"
