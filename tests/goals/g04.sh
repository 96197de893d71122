#!/bin/bash
# g04.sh [TRIALS] - start, exec, kill, delete, pause, resume, update and run killed at a random instant: one `delete --force`
# takes away all there is.
# shellcheck source=tests/goals/lib.sh
. "${0%/*}/lib.sh"
count=${1:-1000}
verbs=(start exec kill delete pause resume update run)

# The state that VERB is used in.
prepare ()
{
  case $1 in
    start) perry create -b "$BUNDLE" "$TAG" ;;
    exec | kill | pause | update) perry run -d -b "$BUNDLE" "$TAG" ;;
    resume) perry run -d -b "$BUNDLE" "$TAG" && perry pause "$TAG" ;;
    delete) perry run -d -b "$BUNDLE" "$TAG" && perry kill "$TAG" KILL && wait_for 5 is_status "$TAG" stopped ;;
  esac </dev/null >"$WORK/out" 2>&1
}

command_of ()
{
  case $1 in
    exec) words=(exec "$TAG" true) ;;
    kill) words=(kill "$TAG" KILL) ;;
    update) words=(update --memory 64M "$TAG") ;;
    run) words=(run -d -b "$BUNDLE" "$TAG") ;;
    *) words=("$1" "$TAG") ;;
  esac
}

for ((i = 0; i < count; i++)); do
  verb=${verbs[i % ${#verbs[@]}]}
  us=$(random 20000)
  prepare "$verb" || bad "before $verb: $(cat "$WORK/out")"
  command_of "$verb"
  "$PERRY" --root "$STATE_ROOT" "${words[@]}" </dev/null >/dev/null 2>&1 &
  pid=$!
  nap "$(printf '0.%06d' "$us")"
  kill -KILL $pid 2>/dev/null
  wait $pid 2>/dev/null
  wiped "$TAG" "$verb killed after $us us"
done
finish "$count kills of ${#verbs[@]} commands"
