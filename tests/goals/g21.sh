#!/bin/bash
# g21.sh [STARTS] - attackers swap a component of mount destinations for links out of the root while containers start: never
# a name made or changed outside. Starts may fail: the destination is a link out of the root half of the time.
# shellcheck source=tests/goals/lib.sh
. "${0%/*}/lib.sh"
count=${1:-5000} failed=0
swap=$(helper swap) || skip "no compiler"
mkdir -p "$WORK/out.d/x" "$WORK/vol/dir"
echo HOSTSECRET >"$WORK/out.d/canary"
ln -s "$WORK/out.d" "$WORK/vol/link"
ln -s ../../../../../../../../"$WORK/out.d" "$WORK/vol/link2"
mkdir "$WORK/vol/dir2"
# shellcheck disable=SC2016 # jq's variable
config --arg vol "$WORK/vol" '.mounts += [
  {"destination": "/v", "type": "bind", "source": $vol, "options": ["rbind", "rw"]},
  {"destination": "/v/dir/a/b/c", "type": "tmpfs", "source": "tmpfs"},
  {"destination": "/v/dir2/a/b/c", "type": "tmpfs", "source": "tmpfs"}]'
args sh -c '! grep -rq HOSTSECRET /v/dir/a /v/dir2/a'
before=$(find "$WORK/out.d" | sort)
attackers=()
"$swap" "$WORK/vol/dir" "$WORK/vol/link" 200 2>/dev/null &
attackers+=($!)
"$swap" "$WORK/vol/dir2" "$WORK/vol/link2" 300 2>/dev/null &
attackers+=($!)
for ((i = 0; i < count; i++)); do
  perry run -b "$BUNDLE" "$TAG" </dev/null >"$WORK/out" 2>&1 || failed=$((failed + 1))
  perry delete -f "$TAG" >/dev/null 2>&1
  now_there=$(find "$WORK/out.d" | sort)
  [ "$before" = "$now_there" ] || { bad "outside: $now_there"; before=$now_there; }
done
alive=0
for pid in "${attackers[@]}"; do
  ! kill -KILL "$pid" 2>/dev/null || alive=$((alive + 1))
  wait "$pid" 2>/dev/null
done
[ $alive = 2 ] || bad "an attacker gave up"
finish "$count starts, $failed refused or failed"
