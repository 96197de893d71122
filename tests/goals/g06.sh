#!/bin/bash
# g06.sh [LIFECYCLES] - a storm of signals every 200 microseconds at the program: no command fails by EINTR.
# shellcheck source=tests/goals/lib.sh
. "${0%/*}/lib.sh"
count=${1:-200}
storm=$(helper storm) || skip "no compiler"

stormy ()
{
  timeout --foreground -k 5 "$PERRY_TIMEOUT" "$storm" "$PERRY" --root "$STATE_ROOT" "$@" </dev/null >"$WORK/out" 2>&1 ||
    bad "$1: status $?: $(cat "$WORK/out")"
}

for ((i = 0; i < count; i++)); do
  stormy create -b "$BUNDLE" "$TAG"
  stormy start "$TAG"
  stormy exec "$TAG" true
  stormy kill "$TAG" KILL
  stormy delete -f "$TAG"
done
finish "$count lifecycles"
