#!/bin/bash
# g13.sh [TRIALS] - the process dies between create and start, start comes twice, the creator is gone: each ends within
# 300 ms (100 and the harness) with a message of its own.
# shellcheck source=tests/goals/lib.sh
. "${0%/*}/lib.sh"
count=${1:-20} worst=0

# refused WHAT COMMAND...: has to fail quickly, with a message.
refused ()
{
  local what=$1 begin took
  shift
  begin=$(now)
  ! perry "$@" </dev/null >"$WORK/out" 2>&1 || bad "$what: succeeds"
  took=$((($(now) - begin) / 1000))
  [ $took -le $worst ] || worst=$took
  [ $took -lt 300 ] || bad "$what: $took ms"
  grep -q '[a-z]' "$WORK/out" || bad "$what: no message"
}

made ()
{
  perry create -b "$BUNDLE" "$TAG" </dev/null >"$WORK/out" 2>&1 || bad "create: $(cat "$WORK/out")"
}

for ((i = 0; i < count; i++)); do
  made
  kill -KILL "$(perry state "$TAG" | jq .pid)"
  refused "start of a dead container" start "$TAG"
  wiped "$TAG" "died before start"
  made
  perry start "$TAG" || bad "start failed"
  refused "second start" start "$TAG"
  wiped "$TAG" "started twice"
  made
  refused "second create" create -b "$BUNDLE" "$TAG"
  is_status "$TAG" created || bad "after a second create: $(status_of "$TAG")"
  refused "exec before start" exec "$TAG-none" true
  perry delete "$TAG" >"$WORK/out" 2>&1 || bad "delete of a created container: $(cat "$WORK/out")"
  settled "created and deleted"
  refused "start of nothing" start "$TAG"
done
finish "$count times each, slowest refusal $worst ms"
