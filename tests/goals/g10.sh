#!/bin/bash
# g10.sh - a fork bomb under a limit of 64 processes: exec says something or works, and delete ends it within five seconds.
# shellcheck source=tests/goals/lib.sh
. "${0%/*}/lib.sh"
config '.linux.resources.pids.limit = 64'
# shellcheck disable=SC2016 # for the container's shell
args sh -c 'bomb() { bomb | bomb & }; while :; do bomb; sleep 0.1; done' 2>/dev/null
perry run -d -b "$BUNDLE" "$TAG" </dev/null >/dev/null 2>&1 || bad "run failed"
sleep 2
perry exec "$TAG" true </dev/null >"$WORK/out" 2>&1
rc=$?
[ $rc = 0 ] || { [ $rc = 255 ] && grep -q '^perry-runtime: exec' "$WORK/out"; } || bad "exec: status $rc: $(cat "$WORK/out")"
begin=$(now)
perry delete -f "$TAG" >"$WORK/out" 2>&1 || bad "delete -f: $(cat "$WORK/out")"
took=$((($(now) - begin) / 1000))
[ $took -lt 5000 ] || bad "delete took $took ms"
finish "exec ended with $rc, delete took $took ms"
