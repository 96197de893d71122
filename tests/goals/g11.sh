#!/bin/bash
# g11.sh [KIB] - a container of one small static program starts within KIB of memory (default 1024); finds the floor too.
# shellcheck source=tests/goals/lib.sh
. "${0%/*}/lib.sh"
target=${1:-1024}
cp "$(helper static_true)" "$ROOTFS/bin/static_true" || skip "no compiler"
args /bin/static_true

rc=0

works ()
{
  # shellcheck disable=SC2016 # jq's variable
  config --argjson kib "$1" '.linux.resources.memory.limit = $kib * 1024'
  perry run -b "$BUNDLE" "$TAG" </dev/null >"$WORK/out" 2>&1
  rc=$?
  return $rc
}

works "$target" || bad "does not start within $target KiB: $(cat "$WORK/out")"
low=0 high=16384
while [ $((high - low)) -gt 64 ]; do
  middle=$(((low + high) / 2))
  if works $middle; then high=$middle; else low=$middle; fi
  # 137: the kernel killed the program itself.
  [ -s "$WORK/out" ] || [ $rc = 0 ] || [ $rc = 137 ] || bad "$middle KiB: status $rc without a message"
  perry delete -f "$TAG" >/dev/null 2>&1
done
finish "starts with $high KiB, not with $low KiB"
