#!/bin/bash
# g08.sh [CUTS] - state.json cut at any byte, garbage, missing or a directory: list, state and `delete --force` never crash,
# list still shows another container, and delete --force cleans up.
# shellcheck source=tests/goals/lib.sh
. "${0%/*}/lib.sh"
count=${1:-1000} other=$TAG-other

ordinary ()
{
  local what=$1 rc
  shift
  perry "$@" >"$WORK/out" 2>&1
  rc=$?
  case $rc in 0 | 1) ;; *) bad "$what: $1: status $rc: $(cat "$WORK/out")" ;; esac
}

damaged ()
{
  ordinary "$1" state "$TAG"
  ordinary "$1" list
  grep -q -- "$other" "$WORK/out" || bad "$1: list lost the other container"
  out=$(perry delete -f "$TAG" 2>&1) || bad "$1: delete -f: $out"
  [ ! -e "$STATE_ROOT/$TAG" ] || bad "$1: a state directory is left"
  rm -rf --one-file-system "${STATE_ROOT:?}/$TAG"
  if ! wait_for 5 census_empty "$TAG" "$WORK/none" >/dev/null; then
    bad "$1: left: $(census "$TAG" "$WORK/none")"
    sweep "$TAG" "$WORK/none"
  fi
}

victim ()
{
  perry run -d -b "$BUNDLE" "$1" </dev/null >"$WORK/out" 2>&1 || { bad "run: $(cat "$WORK/out")"; finish "gave up"; }
}

victim "$other"
TAG_SAVED=$TAG TAG=$TAG-x
victim "$TAG"
size=$(stat -c %s "$STATE_ROOT/$TAG/state.json")
perry delete -f "$TAG"
[ "$count" -le "$size" ] || count=$size
for ((i = 0; i < count; i++)); do
  at=$((i * size / count))
  victim "$TAG"
  truncate -s $at "$STATE_ROOT/$TAG/state.json"
  damaged "cut at $at of $size"
done
for how in garbage missing directory empty unreadable null; do
  victim "$TAG"
  file=$STATE_ROOT/$TAG/state.json
  case $how in
    garbage) head -c 300 /dev/urandom >"$file" ;;
    missing) rm "$file" ;;
    directory) rm "$file" && mkdir "$file" ;;
    empty) : >"$file" ;;
    unreadable) chmod 0 "$file" ;;
    null) echo null >"$file" ;;
  esac
  damaged "$how"
done
TAG=$TAG_SAVED
perry delete -f "$other"
finish "$count cuts of $size bytes, 6 other damages"
