#!/bin/bash
# g28.sh [EXECS] - exec loses no byte: 1 MiB through a pipe, and through a terminal of its own.
# shellcheck source=tests/goals/lib.sh
. "${0%/*}/lib.sh"
count=${1:-1000} want=1048576
perry run -d -b "$BUNDLE" "$TAG" </dev/null >/dev/null 2>&1 || bad "run failed"
for ((i = 0; i < count; i++)); do
  got=$(perry exec "$TAG" head -c $want /dev/zero </dev/null 2>"$WORK/out" | wc -c)
  [ "$got" = $want ] || bad "pipe: $got bytes: $(cat "$WORK/out")"
  # script(1) gives the foreground command the terminal that it needs.
  got=$(script -qec "timeout --foreground -k 5 $PERRY_TIMEOUT $PERRY --root $STATE_ROOT exec -t $TAG head -c $want /dev/zero" /dev/null \
    </dev/null 2>/dev/null | tr -dc '\0' | wc -c)
  [ "$got" = $want ] || bad "terminal: $got bytes"
done
wiped "$TAG"
finish "$count times $want bytes each"
