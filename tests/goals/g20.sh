#!/bin/bash
# g20.sh - once it has a mount namespace of its own, the program names nothing by an absolute path but what allow.txt lists:
# strace of run and exec. A line of the list is an extended regular expression for "CALL PATH".
# shellcheck source=tests/goals/lib.sh
. "${0%/*}/lib.sh"
need strace
grep -v -e '^#' -e '^$' "${0%/*}/allow.txt" >"$WORK/allow"
checked=0

# After unshare, setns or a clone with a new mount namespace; until the program of the container runs.
offending ()
{
  awk '
    { pid = $1; call = $2; sub (/\(.*/, "", call) }
    /^[0-9]+ +(unshare|setns|clone|clone3|mount_setattr|move_mount|pivot_root)\(/ { if (/CLONE_NEWNS|move_mount|pivot_root/) inside[pid] = 1 }
    /CLONE_NEWNS/ && /= [0-9]+$/ { inside[$NF] = 1 }
    /(clone|clone3|fork|vfork)\(/ && /= [0-9]+$/ && inside[pid] { inside[$NF] = 1 }
    !inside[pid] || done[pid] { next }
    match ($0, /\(([A-Z_]+|[0-9]+)?(<[^>]*>)?,? ?"\/[^"]*"/) {
      path = substr ($0, RSTART, RLENGTH); sub (/^[^"]*"/, "", path); sub (/"$/, "", path); print call, path
    }
    call == "execve" && /= 0$/ { done[pid] = 1 }' "$WORK/trace" | sort -u | grep -vEf "$WORK/allow"
}

traced ()
{
  timeout -k 5 60 strace -f -qq -y -s 300 -e trace=%file,%process,mount,umount2,pivot_root,move_mount,fsopen,setns,unshare \
    -e signal=none -o "$WORK/trace" "$PERRY" --root "$STATE_ROOT" "$@" </dev/null >"$WORK/out" 2>&1 ||
    bad "$1: status $?: $(cat "$WORK/out")"
  grep -q CLONE_NEWNS "$WORK/trace" || [ "$1" = exec ] || bad "$1: no new mount namespace in the trace"
  checked=$((checked + $(wc -l <"$WORK/trace")))
  while read -r line; do
    bad "$1: $line"
  done < <(offending)
}

args true
traced run -b "$BUNDLE" "$TAG"
args sleep 1000
perry run -d -b "$BUNDLE" "$TAG" </dev/null >/dev/null 2>&1 || bad "run failed"
traced exec "$TAG" true
wiped "$TAG"
[ $checked -gt 0 ] || bad "strace saw nothing"
finish "$checked calls"
