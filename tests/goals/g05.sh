#!/bin/bash
# g05.sh [FAULTS] - each system call of create, start and exec fails once, by several errors: no crash, no hang, a message
# whenever it fails, and one `delete --force` takes away all there is.
# shellcheck source=tests/goals/lib.sh
. "${0%/*}/lib.sh"
# shellcheck source=tests/goals/inject.sh
. "${0%/*}/inject.sh"
need strace
count=${1:-3000} total=0 failed=0
errors=(ENOMEM EINTR EAGAIN ENOSPC EIO EMFILE)
interruptible='^(openat2?|read|write|p?poll|ppoll|connect|accept4?|(send|recv)(msg|to|from)|wait(4|id)|clock_nanosleep|flock|ioctl|fcntl|statfs|fsync)$'

one ()
{
  local call=$1 when=$2 error=$3
  shift 3
  # EINTR from a call that never waits is no case.
  [ "$error" != EINTR ] || [[ $call =~ $interruptible ]] || error=EPERM
  inject "$call:error=$error:when=$when" "$@"
  total=$((total + 1))
  case $rc in
    0) ;;
    124) bad "$1: $error at $call number $when: hangs" ;;
    1 | 255)
      failed=$((failed + 1))
      # A write may have been that of the message.
      [[ $call = write* ]] || grep -q '[a-z]' "$WORK/out" || bad "$1: $error at $call number $when: no message"
      ;;
    # Before main: the dynamic linker's own.
    127) grep -qE 'shared libraries|TLS data structures' "$WORK/out" || bad "$1: $error at $call number $when: $(head -n 3 "$WORK/out")" ;;
    *) bad "$1: $error at $call number $when: status $rc: $(head -n 3 "$WORK/out")" ;;
  esac
}

third=$((count / 3))
for verb in create start exec; do
  prepare=(true) words=("$verb" "$TAG")
  case $verb in
    create) words=(create -b "$BUNDLE" "$TAG") ;;
    start) prepare=(perry create -b "$BUNDLE" "$TAG") ;;
    exec) prepare=(perry run -d -b "$BUNDLE" "$TAG") words=(exec "$TAG" true) ;;
  esac
  "${prepare[@]}" </dev/null >/dev/null 2>&1
  points "${words[@]}"
  wiped "$TAG" "$verb, traced"
  i=0
  while read -r call when; do
    "${prepare[@]}" </dev/null >/dev/null 2>&1 || bad "before $verb"
    one "$call" "$when" "${errors[i++ % ${#errors[@]}]}" "${words[@]}"
    wiped "$TAG" "$verb, fault at $call number $when"
  done < <(sample $third)
done
[ $failed -gt 0 ] || bad "none of $total faults made a command fail: were they injected?"
finish "$total faults, $failed of them made the command fail"
