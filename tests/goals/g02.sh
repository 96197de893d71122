#!/bin/bash
# g02.sh [OPERATIONS] - eight workers do random things to the same twenty containers: every command ends within five
# seconds by success or an ordinary error, and afterwards each container can be deleted.
# shellcheck source=tests/goals/lib.sh
. "${0%/*}/lib.sh"
count=${1:-300} PERRY_TIMEOUT=5

operation ()
{
  local log=$WORK/out.$BASHPID id rc
  local -a command
  id=$TAG-$(random 20)
  case $(random 9) in
    0 | 1 | 2) command=(run -d -b "$BUNDLE" "$id") ;;
    3) command=(create -b "$BUNDLE" "$id") ;;
    4) command=(start "$id") ;;
    5 | 6) command=(exec "$id" true) ;;
    7) command=(delete -f "$id") ;;
    8) command=(list) ;;
  esac
  perry "${command[@]}" </dev/null >"$log" 2>&1
  rc=$?
  case ${command[0]} in
    list) [ $rc = 0 ] || echo "list: status $rc: $(cat "$log")" ;;
    delete) [ $rc = 0 ] || echo "delete -f: status $rc: $(cat "$log")" ;;
    *)
      case $rc in
        0) ;;
        1 | 255) [ -s "$log" ] || echo "${command[*]}: status $rc without a message" ;;
        137) [ "${command[0]}" = exec ] || echo "${command[*]}: status $rc" ;;
        *) echo "${command[*]}: status $rc: $(cat "$log")" ;;
      esac
      ;;
  esac
}

for ((w = 0; w < 8; w++)); do
  (RANDOM=$((w + 1)); for ((i = w; i < count; i += 8)); do operation; done) >"$WORK/worker.$w" 2>&1 &
done
wait
while read -r line; do
  bad "$line"
done < <(cat "$WORK"/worker.*)
for ((i = 0; i < 20; i++)); do
  out=$(perry delete -f "$TAG-$i" 2>&1) || bad "delete -f at the end: $out"
done
finish "$count operations by 8 workers on 20 containers"
