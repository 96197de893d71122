# shellcheck shell=bash
# inject.sh - faults at system calls, by strace. strace -D leaves the program our child, and the tracer, which stays with
# the container's process, a stranger.

rc=0
UNFAILING='exit|exit_group|rt_sig[a-z]*|sigaltstack|restart_syscall|futex|arch_prctl|set_tid_address|set_robust_list|rseq'
# close: Linux lets go of the descriptor whatever it returns; an injected failure would not.
UNFAILING+='|close|mmap|mprotect|munmap|brk|get[a-z]*id|sched_yield|clock_gettime'

# points COMMAND...: runs the program with COMMAND, and writes to $WORK/points "SYSTEM-CALL NUMBER" for each call that it or
# its children made: the NUMBERth of that name in that process, each such pair once. Left out are calls that fail for no reason
# outside the process, and memory, which the C library takes before main and for which there are unit tests.
points ()
{
  timeout -k 5 60 strace -D -f -qq -e signal=none -o "$WORK/trace" "$PERRY" --root "$STATE_ROOT" "$@" </dev/null >/dev/null 2>&1
  nap 0.2
  sed -n 's/^\([0-9]*\) *\([a-z_0-9]*\)(.*/\1 \2/p' "$WORK/trace" | awk '{ print $2, ++n[$1, $2] }' |
    grep -vE "^($UNFAILING|execve 1) " | sort -u >"$WORK/points"
  [ -s "$WORK/points" ] || bad "strace saw no system call"
}

# sample N: N of the points, evenly.
sample ()
{
  awk -v n="$1" '{ l[NR] = $0 } END { if (n > NR) n = NR; for (i = 0; i < n; i++) print l[int (i * NR / n) + 1] }' "$WORK/points"
}

# shellcheck disable=SC2034 # rc is for the callers
# inject WHAT COMMAND...: runs the program with the fault; its status is in $rc, what it said in $WORK/out. (The shell's own
# word about a killed child is not wanted.)
inject ()
{
  local what=$1
  shift
  timeout --foreground -k 5 20 strace -D -f -qq -e signal=none -e trace="${what%%:*}" -e inject="$what" -o /dev/null \
    "$PERRY" --root "$STATE_ROOT" "$@" </dev/null >"$WORK/out" 2>&1
  rc=$?
} 2>/dev/null
