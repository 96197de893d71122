# shellcheck shell=bash
# common.sh - what the scripts, the bats files and the goals share. Needs $TOP, the top of the source tree.
#
# PERRY_BUILD   where it is built (default: build/ in the source tree)
# PERRY         the program under test (default: perry-runtime there)
# PERRY_TIMEOUT the longest time a command may take, seconds

PERRY_BUILD=${PERRY_BUILD:-$TOP/build}
PERRY=${PERRY:-$PERRY_BUILD/perry-runtime}
PERRY_TIMEOUT=${PERRY_TIMEOUT:-30}
HELPERS_DIR=${PERRY_HELPERS:-$PERRY_BUILD/tests/bats}
case $PERRY in */*) ;; *) PERRY=$(command -v "$PERRY") ;; esac

# make_rootfs DIR: a static busybox with its applets, and what a minimal image has.
make_rootfs ()
{
  local dir=$1 applet
  mkdir -p "$dir"/{bin,sbin,usr/bin,usr/sbin,proc,dev,sys,tmp,etc,run,root,var/tmp,mnt}
  chmod 1777 "$dir/tmp" "$dir/var/tmp"
  cp "$(command -v busybox)" "$dir/bin/busybox"
  for applet in $(busybox --list); do
    [ "$applet" = busybox ] || echo "$applet"
  done | (cd "$dir/bin" && xargs -n1 ln -s busybox)
  printf '%s\n' root:x:0:0:root:/root:/bin/sh daemon:x:1:1:daemon:/:/bin/false user:x:1000:1000:user:/tmp:/bin/sh \
    >"$dir/etc/passwd"
  printf '%s\n' root:x:0: daemon:x:1: tty:x:5: user:x:1000: extra:x:2000:user >"$dir/etc/group"
}

# helper NAME: the path of the program tests/bats/src/NAME.c, compiled (static) if that was not done yet.
helper ()
{
  local source=$TOP/tests/bats/src/$1.c program=$HELPERS_DIR/$1
  if [ ! -x "$program" ] || [ "$source" -nt "$program" ]; then
    mkdir -p "$HELPERS_DIR"
    "${CC_FOR_HELPERS:-cc}" -std=gnu17 -D_GNU_SOURCE -O1 -Wall -Wextra -static -o "$program.$BASHPID" "$source" >&2 &&
      mv "$program.$BASHPID" "$program" || return 1
  fi
  echo "$program"
}

# unified, hybrid or legacy.
cgroup_mode ()
{
  case $(stat -f -c %T /sys/fs/cgroup) in
    cgroup2fs) echo unified ;;
    *) if grep -q ' - cgroup2 ' /proc/self/mountinfo; then echo hybrid; else echo legacy; fi ;;
  esac
}

# Microseconds since the epoch.
now ()
{
  echo "${EPOCHREALTIME/[.,]/}"
}

# wait_for SECONDS COMMAND...: until COMMAND succeeds.
wait_for ()
{
  local end=$((${EPOCHREALTIME/[.,]/} + $1 * 1000000))
  shift
  until "$@"; do
    if [ "${EPOCHREALTIME/[.,]/}" -ge "$end" ]; then
      echo "waited in vain for: $*"
      return 1
    fi
    sleep 0.05
  done
}
