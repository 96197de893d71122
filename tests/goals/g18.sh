#!/bin/bash
# g18.sh [TRIALS] - a cgroup that stays busy for three seconds, since somebody outside puts ever new processes into it: delete
# tries for a bounded time; when it gives up it says which cgroup is busy, with status 1; a later delete finishes.
# shellcheck source=tests/goals/lib.sh
. "${0%/*}/lib.sh"
count=${1:-5} worst=0 gave_up=0

# keep_busy DIR SECONDS: what is put there lives for half a second.
keep_busy ()
{
  local end=$((SECONDS + $2))
  while [ $SECONDS -lt $end ]; do
    sleep 0.5 &
    echo $! >"$1/cgroup.procs" 2>/dev/null
    nap 0.05
  done
  wait
}

for ((i = 0; i < count; i++)); do
  perry run -d -b "$BUNDLE" "$TAG" </dev/null >"$WORK/out" 2>&1 || bad "run: $(cat "$WORK/out")"
  dir=$(find /sys/fs/cgroup/ -type d -name "$TAG" | head -n 1)
  keep_busy "$dir" 3 2>/dev/null &
  busy=$!
  nap 0.2
  begin=$(now)
  out=$(perry delete -f "$TAG" 2>&1)
  rc=$?
  took=$((($(now) - begin) / 1000))
  [ $took -le $worst ] || worst=$took
  [ $took -lt 12000 ] || bad "delete took $took ms"
  case $rc in
    0) ;;
    1)
      gave_up=$((gave_up + 1))
      [[ $out == *cgroup*"$TAG"* ]] || bad "the message does not name the cgroup: $out"
      ;;
    *) bad "status $rc: $out" ;;
  esac
  wait $busy
  perry delete -f "$TAG" || bad "the later delete failed"
  settled "busy cgroup"
done
finish "$count times, gave up $gave_up times, slowest $worst ms"
