#!/bin/bash
# g07.sh - a state root without room, without inodes, read-only: an error with a message, and nothing is left or running.
# shellcheck source=tests/goals/lib.sh
if [ -z "${PERRY_UNSHARED-}" ]; then
  PERRY_UNSHARED=1 exec unshare -m --propagation private "$0" "$@"
fi
. "${0%/*}/lib.sh"
tried=0

one ()
{
  local what=$1
  mount -t tmpfs -o "$2" perry-goal "$STATE_ROOT" || { bad "$what: cannot mount"; return; }
  [ "$what" != full ] || dd if=/dev/zero of="$STATE_ROOT/filler" bs=4096 >/dev/null 2>&1
  [ "$what" != readonly ] || mount -o remount,ro "$STATE_ROOT"
  if perry run -d -b "$BUNDLE" "$TAG" </dev/null >"$WORK/out" 2>&1; then
    bad "$what: it works"
  else
    [ "$(grep -c '[a-z]' "$WORK/out")" -ge 1 ] || bad "$what: no message"
    ! grep -q 'nil\|(null)' "$WORK/out" || bad "$what: $(cat "$WORK/out")"
  fi
  [ ! -e "$STATE_ROOT/$TAG" ] || bad "$what: a state directory is left"
  perry delete -f "$TAG" >/dev/null 2>&1
  umount "$STATE_ROOT" || umount -l "$STATE_ROOT"
  tried=$((tried + 1))
  settled "$what"
}

one full size=16k
one inodes nr_inodes=2
one fewinodes nr_inodes=3
one readonly size=1m
finish "$tried state roots"
