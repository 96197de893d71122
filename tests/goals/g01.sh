#!/bin/bash
# g01.sh [CONTAINERS [AT-ONCE]] - created, started, killed and deleted, many at a time: no error, nothing left.
# shellcheck source=tests/goals/lib.sh
. "${0%/*}/lib.sh"
count=${1:-1000} jobs=${2:-16}

one ()
{
  local id=$TAG-$1 try
  perry create -b "$BUNDLE" "$id" </dev/null >"$WORK/out.$1" 2>&1 || { echo "create: $(cat "$WORK/out.$1")"; return; }
  perry start "$id" 2>&1 || echo "start failed"
  perry kill "$id" KILL 2>&1 || echo "kill failed"
  for ((try = 0; try < 100; try++)); do
    ! is_status "$id" stopped || break
    nap 0.02
  done
  perry delete "$id" 2>&1 || echo "delete failed"
}

worker ()
{
  local i
  for ((i = $1; i < count; i += jobs)); do
    one "$i"
  done
}

begin=$(now)
for ((w = 0; w < jobs; w++)); do
  worker $w >"$WORK/worker.$w" 2>&1 &
done
wait
while read -r line; do
  bad "$line"
done < <(cat "$WORK"/worker.*)
took=$((($(now) - begin) / 1000))
finish "$count containers, $jobs at a time, $took ms"
