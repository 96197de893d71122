# v2.bats - cgroup v2 alone: limits, device rules, freezer, kill, out of memory. Runs in the virtual machine.
load ../bats/helpers

value ()
{
  cat "$(cgroup_of "$(pid_of "$ID")" '')/$1"
}

@test "memory, pids and cpu limits arrive in the kernel" {
  require_v2
  config '.linux.resources += {"memory": {"limit": 33554432, "reservation": 16777216, "swap": 67108864},
    "pids": {"limit": 20}, "cpu": {"quota": 50000, "period": 100000, "shares": 512}}'
  start_container
  assert_equal 33554432 "$(value memory.max)"
  assert_equal 16777216 "$(value memory.low)"
  assert_equal 20 "$(value pids.max)"
  assert_equal "50000 100000" "$(value cpu.max)"
  [ "$(value cpu.weight)" -gt 10 ]
}

@test "update changes limits of a running container" {
  require_v2
  start_container
  perry update --memory 64M --pids-limit 30 "$ID"
  assert_equal 67108864 "$(value memory.max)"
  assert_equal 30 "$(value pids.max)"
}

@test "pids.max is enforced" {
  require_v2
  config '.linux.resources.pids.limit = 4'
  run_in sh -c 'sleep 5 & sleep 5 & sleep 5 & sleep 5 & sleep 5 & wait'
  assert_failure
}

@test "a process over its memory limit is killed: 137" {
  require_v2
  config '.linux.resources.memory = {"limit": 8388608, "swap": 8388608}'
  run_in sh -c 'x=0123456789abcdef; while :; do x=$x$x; done'
  assert_equal 137 "$status"
}

@test "device rules: what is not allowed cannot be opened" {
  require_v2
  config '.process.capabilities.bounding += ["CAP_MKNOD"] | .process.capabilities.effective += ["CAP_MKNOD"]
    | .process.capabilities.permitted += ["CAP_MKNOD"]
    | .linux.resources.devices = [{"allow": false, "access": "rwm"}, {"allow": true, "type": "c", "major": 1, "minor": 11, "access": "rwm"}]'
  run_in sh -c 'head -c 1 /dev/zero | wc -c; mknod /dev/mem c 1 1; (: </dev/mem) 2>&1; mknod /dev/kmsg2 c 1 11 && echo made'
  assert_contains 1
  # Any node may be made (the default rules say so), but not opened.
  assert_contains "can't open /dev/mem: Operation not permitted"
  assert_contains made
}

@test "pause freezes, resume thaws" {
  require_v2
  start_container
  perry pause "$ID"
  is_status "$ID" paused
  assert_equal 1 "$(value cgroup.freeze)"
  perry resume "$ID"
  is_status "$ID" running
}

@test "kill without a pid namespace ends the whole cgroup" {
  require_v2
  config '.linux.namespaces |= map (select (.type != "pid"))'
  args sh -c 'sleep 1000 & sleep 1000 & exec sleep 1000'
  start_container
  local cgroup
  cgroup=$(cgroup_of "$(pid_of "$ID")" '')
  perry kill "$ID" KILL
  wait_for 10 grep -q 'populated 0' "$cgroup/cgroup.events"
}

@test "delete removes cgroups below the container's" {
  require_v2
  start_container
  mkdir -p "$(cgroup_of "$(pid_of "$ID")" '')"/a/b/c
  perry delete --force "$ID"
}

@test "the container sees its cgroup as the root of /sys/fs/cgroup, read-only" {
  require_v2
  run_in sh -c 'cat /proc/self/cgroup; mkdir /sys/fs/cgroup/x 2>&1; test -e /sys/fs/cgroup/memory.max && echo there'
  assert_contains "0::/"
  refute_contains "$ID"
  assert_contains "Read-only"
  assert_contains there
}

@test "exec joins the container's cgroup" {
  require_v2
  config '.linux.namespaces |= map (select (.type != "cgroup"))'
  start_container
  in_container cat /proc/self/cgroup
  assert_contains "$ID"
}

@test "exec joins the first process where the container's own cgroup takes none" {
  require_v2
  start_container
  local cgroup pid
  pid=$(pid_of "$ID")
  cgroup=$(cgroup_of "$pid" '')
  mkdir "$cgroup/init"
  echo "$pid" >"$cgroup/init/cgroup.procs"
  echo +memory >"$cgroup/cgroup.subtree_control"
  perry exec --detach "$ID" sleep 1000
  [ "$(wc -l <"$cgroup/init/cgroup.procs")" -eq 2 ]
}

@test "a threaded cgroup is refused by name" {
  require_v2
  mkdir -p "/sys/fs/cgroup/$ID-t/a"
  echo threaded >"/sys/fs/cgroup/$ID-t/a/cgroup.type"
  config --arg p "/$ID-t/a" '.linux.cgroupsPath = $p'
  run_perry run --detach --bundle "$BUNDLE" "$ID"
  assert_failure 1
  assert_contains "is threaded"
  rmdir "/sys/fs/cgroup/$ID-t/a" "/sys/fs/cgroup/$ID-t"
}

@test "a controller that the parents do not hand on is named" {
  require_v2
  mkdir -p "/sys/fs/cgroup/$ID-t/a"
  echo threaded >"/sys/fs/cgroup/$ID-t/a/cgroup.type"
  config --arg p "/$ID-t/b" '.linux.cgroupsPath = $p | .linux.resources.memory.limit = 33554432'
  run_perry run --detach --bundle "$BUNDLE" "$ID"
  assert_failure 1
  assert_contains "linux.resources.memory.limit: controller 'memory' is not available under /sys/fs/cgroup/$ID-t/b"
  rmdir "/sys/fs/cgroup/$ID-t/a" "/sys/fs/cgroup/$ID-t"
}
