#!/bin/bash
# g17.sh [TRIALS] - delete of a paused container, of one with fifty cgroups below its own, of one whose process is gone
# and whose other processes live in the host's pid namespace: each within two seconds, nothing left.
# shellcheck source=tests/goals/lib.sh
. "${0%/*}/lib.sh"
count=${1:-20} worst=0

deleted ()
{
  local begin took out
  begin=$(now)
  out=$(perry delete -f "$TAG" 2>&1) || bad "$1: $out"
  took=$((($(now) - begin) / 1000))
  [ $took -le $worst ] || worst=$took
  [ $took -lt 2000 ] || bad "$1: $took ms"
  settled "$1"
}

started ()
{
  perry run -d -b "$BUNDLE" "$TAG" </dev/null >"$WORK/out" 2>&1 || bad "$1: run: $(cat "$WORK/out")"
}

cp "$BUNDLE/config.json" "$WORK/plain.json"
for ((i = 0; i < count; i++)); do
  cp "$WORK/plain.json" "$BUNDLE/config.json"
  started paused
  perry pause "$TAG" || bad "pause failed"
  deleted paused

  started nested
  find /sys/fs/cgroup -type d -name "$TAG" | while read -r dir; do
    mkdir -p "$dir"/n{1..5}/{a,b,c}/{x,y,z} 2>/dev/null
  done
  deleted "nested cgroups"

  config '.linux.namespaces |= map (select (.type != "pid"))'
  args sh -c 'sleep 1000 & sleep 1000 & sleep 1000 & exec sleep 1000'
  started "no pid namespace"
  nap 0.05
  kill -KILL "$(perry state "$TAG" | jq .pid)"
  deleted "host's pid namespace, init gone"
done
finish "$count times each, slowest $worst ms"
