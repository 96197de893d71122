#!/bin/bash
# g03.sh [TRIALS [SYSTEM-CALLS]] - `create` killed at a random instant, and at its system calls one after the other: one
# `delete --force` takes away all of it, and the same id can be created again.
# shellcheck source=tests/goals/lib.sh
. "${0%/*}/lib.sh"
# shellcheck source=tests/goals/inject.sh
. "${0%/*}/inject.sh"
count=${1:-1000} calls=${2:-$((count / 4))}

again ()
{
  perry create -b "$BUNDLE" "$TAG" </dev/null >"$WORK/out" 2>&1 || bad "$1: cannot create again: $(cat "$WORK/out")"
  wiped "$TAG" "$1, created again"
}

begin=$(now)
perry create -b "$BUNDLE" "$TAG" </dev/null >/dev/null 2>&1
span=$((($(now) - begin) * 5 / 4))
wiped "$TAG" "first"
for ((i = 0; i < count; i++)); do
  us=$(random $span)
  "$PERRY" --root "$STATE_ROOT" create -b "$BUNDLE" "$TAG" </dev/null >/dev/null 2>&1 &
  pid=$!
  nap "$(printf '0.%06d' "$us")"
  kill -KILL $pid 2>/dev/null
  wait $pid 2>/dev/null
  wiped "$TAG" "killed after $us us"
  [ $((i % 10)) != 0 ] || again "killed after $us us"
done

injected=0
if [ -n "$(command -v strace)" ]; then
  points create -b "$BUNDLE" "$TAG"
  wiped "$TAG" "traced"
  while read -r call when; do
    inject "$call:signal=KILL:when=$when" create -b "$BUNDLE" "$TAG"
    [ "$rc" != 124 ] || bad "killed at $call number $when: hangs"
    wiped "$TAG" "killed at $call number $when"
    injected=$((injected + 1))
  done < <(sample "$calls")
fi
finish "$count random kills within $span us, $injected kills at system calls"
