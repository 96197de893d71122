#!/bin/bash
# g15.sh [LIFECYCLES] - no command leaves its caller a child, dead or alive, but the container's process.
# shellcheck source=tests/goals/lib.sh
. "${0%/*}/lib.sh"
count=${1:-50}
subreaper=$(helper subreaper) || skip "no compiler"

# watched ALLOWED COMMAND...: at most ALLOWED processes may be left.
watched ()
{
  local allowed=$1 left
  shift
  "$subreaper" -k timeout --foreground -k 5 "$PERRY_TIMEOUT" "$PERRY" --root "$STATE_ROOT" "$@" </dev/null >"$WORK/out" 2>&1 ||
    bad "$1: status $?: $(cat "$WORK/out")"
  left=$(grep -c '^left ' "$WORK/out")
  [ "$left" -le "$allowed" ] || bad "$1: $(grep '^left ' "$WORK/out")"
}

for ((i = 0; i < count; i++)); do
  watched 1 create -b "$BUNDLE" "$TAG"
  watched 0 start "$TAG"
  watched 0 exec "$TAG" true
  watched 1 exec -d "$TAG" sleep 100
  watched 0 state "$TAG"
  watched 0 pause "$TAG"
  watched 0 resume "$TAG"
  watched 0 kill "$TAG" KILL
  watched 0 delete -f "$TAG"
  watched 1 run -d -b "$BUNDLE" "$TAG"
  watched 0 delete -f "$TAG"
  args true
  watched 0 run -b "$BUNDLE" "$TAG"
  args sleep 1000
done
finish "$count lifecycles of 12 commands"
