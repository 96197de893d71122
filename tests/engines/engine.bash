# engine.bash - container engines with the program below them. They live in mount and network namespaces of their own, with
# a private /run, and keep everything below $BATS_FILE_TMPDIR; when the file ends, all of it goes.

load ../bats/helpers

# snippet NAME: what README.md tells its readers to write, with the program's path as it is here.
snippet ()
{
  sed -n "/<!-- snippet: $1 -->/,/^\`\`\`\$/p" "$TOP/README.md" | sed '/^<!--/d; /^```/d' |
    sed "s|/usr/local/bin/perry-runtime|$PERRY|g"
}

# begin_namespaces: the holder keeps them.
begin_namespaces ()
{
  # shellcheck disable=SC2016 # for the inner shell
  unshare -mn --propagation private sh -c '
    ip link set lo up
    mount -t tmpfs -o mode=755 run /run && mkdir -p /run/lock /run/netns
    mount -t tmpfs -o mode=1777 shm /dev/shm
    echo $$ >"$0" && exec sleep 1000' "$BATS_FILE_TMPDIR/holder" </dev/null >/dev/null 2>&1 3>&- &
  wait_for 10 [ -s "$BATS_FILE_TMPDIR/holder" ]
}

# within COMMAND...: in those namespaces, under a time limit.
within ()
{
  timeout --foreground -k 5 60 nsenter -t "$(cat "$BATS_FILE_TMPDIR/holder")" -m -n -- "$@" 3>&-
}

# What is left of the engines' processes is killed with the namespaces, and their cgroups are removed.
end_namespaces ()
{
  local holder
  holder=$(cat "$BATS_FILE_TMPDIR/holder")
  for _ in 1 2 3; do
    find /proc -maxdepth 1 -name '[0-9]*' 2>/dev/null | while read -r proc; do
      [ "$(readlink "$proc/ns/mnt" 2>/dev/null)" != "$(readlink "/proc/$holder/ns/mnt")" ] ||
        [ "${proc##*/}" = "$holder" ] || kill -KILL "${proc##*/}" 2>/dev/null || true
    done
    sleep 0.1
  done
  sweep "$(file_tag)" "$BATS_FILE_TMPDIR"
  # Podman takes for a hierarchy what is only a name in the tmpfs around the hierarchies.
  if [ -d "/sys/fs/cgroup/hugetlb/$(file_tag)" ] && ! mountpoint -q /sys/fs/cgroup/hugetlb; then
    rm -r "/sys/fs/cgroup/hugetlb/$(file_tag)"
    rmdir /sys/fs/cgroup/hugetlb || true
  fi
  kill -KILL "$holder" || true
}

# A cgroup for what an engine makes, which the census knows by its name.
cgroup_parent ()
{
  echo "/$(file_tag)"
}

setup () { :; }
teardown () { :; }
