#!/bin/bash
# g20.sh - the program never names by an absolute path what a container could have changed: with a mount namespace of its
# own, nothing below the root file system; in the container's root, nothing at all but what allow.txt lists. Seen by strace of
# run and exec. A line of the list is an extended regular expression for "CALL PATH".
# shellcheck source=tests/goals/lib.sh
. "${0%/*}/lib.sh"
need strace
grep -v -e '^#' -e '^$' "${0%/*}/allow.txt" >"$WORK/allow"
checked=0

# own[]: in a new mount namespace; in_root[]: its root is the container's; ran[]: the container's program.
offending ()
{
  awk -v rootfs="$ROOTFS/" '
    { pid = $1; call = $2; sub (/\(.*/, "", call); child = /= [0-9]+$/ ? $NF : 0 }
    call ~ /^(clone|clone3|fork|vfork)$/ && (/CLONE_NEWNS/ || own[pid]) { if (child) own[child] = 1; else pending[pid] = 1 }
    /<\.\.\. (clone|clone3|fork|vfork) resumed/ && pending[pid] { if (child) own[child] = 1; delete pending[pid] }
    call == "unshare" && /CLONE_NEWNS/ { own[pid] = 1 }
    call == "openat2" && /RESOLVE_(IN_ROOT|BENEATH)/ { next }
    own[pid] && ! ran[pid] && match ($0, /\(([A-Z_]+|[0-9]+)?(<[^>]*>)?,? ?"\/[^"]*"/) {
      path = substr ($0, RSTART, RLENGTH); sub (/^[^"]*"/, "", path); sub (/"$/, "", path)
      if (in_root[pid] || index (path, rootfs) == 1) print call, path
    }
    call ~ /^(pivot_root|chroot)$/ || (call == "setns" && /CLONE_NEWNS/) { own[pid] = in_root[pid] = 1 }
    (call == "execve" || /<\.\.\. execve resumed/) && /= 0$/ { ran[pid] = 1 }
    END { for (p in in_root) roots++; if (! roots) print "nothing changed its root: was anything traced?" }' "$WORK/trace" |
    sort -u | grep -vEf "$WORK/allow"
}

traced ()
{
  timeout -k 5 60 strace -f -qq -y -s 300 -e trace=%file,%process,mount,umount2,pivot_root,move_mount,fsopen,setns,unshare \
    -e signal=none -o "$WORK/trace" "$PERRY" --root "$STATE_ROOT" "$@" </dev/null >"$WORK/out" 2>&1 ||
    bad "$1: status $?: $(cat "$WORK/out")"
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
