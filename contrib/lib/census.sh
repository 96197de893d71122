# shellcheck shell=bash
# census.sh - what of the kernel's bears a test's name: the measure of "nothing is left".

# census TAG DIR: one line for each cgroup and mount whose name has TAG or is below DIR, and for each process in such a
# cgroup or with such a command line, but this shell's family and the test runner's.
census ()
{
  local tag=$1 dir=$2 pid
  find /sys/fs/cgroup -type d -name "*$tag*" -printf 'cgroup %p\n' 2>/dev/null
  grep -F -e "$tag" -e "$dir/" /proc/self/mountinfo | sed 's/^/mount /'
  # shellcheck disable=SC2013 # words are wanted
  for pid in $(grep -slF -e "$tag" -e "$dir/" /proc/[0-9]*/cgroup /proc/[0-9]*/cmdline | cut -d/ -f3 | sort -un); do
    case $pid in "$$" | "$BASHPID" | "$PPID") continue ;; esac
    is_runner "$pid" || echo "process $pid $(tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline" | head -c 200)"
  done
}

# Is PID gone, a zombie, or bats (whose command line names the run's directory)?
is_runner ()
{
  case $(sed 's/.*) \(.\) .*/\1/' "/proc/$1/stat" 2>/dev/null) in '' | Z | X) return 0 ;; esac
  tr '\0' ' ' 2>/dev/null <"/proc/$1/cmdline" |
    grep -qE '^[^ ]*(bash|env bash) [^ ]*/(bats-|goals/)|bats-(exec|gather|preprocess|format)|/bats '
}

census_empty ()
{
  [ -z "$(census "$@")" ]
}

# sweep TAG DIR: take away what the census found, so that one bad test does not spoil the next.
sweep ()
{
  local kind what rest
  census "$1" "$2" | while read -r kind what rest; do
    case $kind in
      process) kill -KILL "$what" ;;
      mount) umount -l "$(cut -d' ' -f4 <<<"$rest")" ;;
    esac
  done 2>/dev/null
  find /sys/fs/cgroup -depth -type d -name "*$1*" 2>/dev/null | while read -r what; do
    # shellcheck disable=SC2038 # a list of numbers
    find "$what" -name cgroup.procs -exec cat {} + | xargs -r kill -KILL
    [ ! -e "$what/freezer.state" ] || echo THAWED >"$what/freezer.state"
    for _ in 1 2 3 4 5; do
      find "$what" -depth -type d -exec rmdir {} + && break
      sleep 0.1
    done
  done 2>/dev/null
  return 0
}
