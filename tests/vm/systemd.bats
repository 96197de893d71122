# systemd.bats - the systemd cgroup manager: a transient scope for each container. Runs in the virtual machine.
load ../bats/helpers

setup ()
{
  require_systemd
  setup_bundle
  config --arg path "system.slice:perry:$ID" '.linux.cgroupsPath = $path'
}

property ()
{
  systemctl show --value -p "$1" "perry-$ID.scope"
}

@test "a container is a scope of systemd's" {
  perry --systemd-cgroup run --detach --bundle "$BUNDLE" "$ID" </dev/null >"$WORK/log" 2>&1
  assert_equal active "$(property ActiveState)"
  assert_equal system.slice "$(property Slice)"
  grep -q "perry-$ID.scope" "/proc/$(pid_of "$ID")/cgroup"
}

@test "limits are the unit's properties" {
  config '.linux.resources += {"memory": {"limit": 67108864}, "pids": {"limit": 50}, "cpu": {"quota": 20000, "period": 100000}}'
  perry --systemd-cgroup run --detach --bundle "$BUNDLE" "$ID" </dev/null >"$WORK/log" 2>&1
  assert_equal 67108864 "$(property MemoryMax)"
  assert_equal 50 "$(property TasksMax)"
  assert_equal 200ms "$(property CPUQuotaPerSecUSec)"
  assert_equal 67108864 "$(cat "$(cgroup_of "$(pid_of "$ID")" '')/memory.max")"
}

@test "limits survive systemctl daemon-reload" {
  config '.linux.resources += {"memory": {"limit": 67108864}, "pids": {"limit": 50}}'
  perry --systemd-cgroup run --detach --bundle "$BUNDLE" "$ID" </dev/null >"$WORK/log" 2>&1
  systemctl daemon-reload
  assert_equal 50 "$(cat "$(cgroup_of "$(pid_of "$ID")" '')/pids.max")"
}

@test "exec needs no --systemd-cgroup: the saved state says it" {
  perry --systemd-cgroup run --detach --bundle "$BUNDLE" "$ID" </dev/null >"$WORK/log" 2>&1
  in_container cat /proc/self/cgroup
  assert_success
}

@test "update changes the unit's properties" {
  perry --systemd-cgroup run --detach --bundle "$BUNDLE" "$ID" </dev/null >"$WORK/log" 2>&1
  perry --systemd-cgroup update --pids-limit 33 "$ID"
  assert_equal 33 "$(property TasksMax)"
}

@test "delete removes the unit" {
  perry --systemd-cgroup run --detach --bundle "$BUNDLE" "$ID" </dev/null >"$WORK/log" 2>&1
  perry delete --force "$ID"
  assert_equal inactive "$(property ActiveState)"
}
