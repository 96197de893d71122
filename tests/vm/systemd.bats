# systemd.bats - the systemd cgroup manager: a transient scope for each container. Runs in the virtual machine.
load ../bats/helpers

setup ()
{
  require_systemd
  setup_bundle
  args true
  run perry --systemd-cgroup run --bundle "$BUNDLE" "$ID-none" </dev/null
  [[ $output != *"driver is not in this version"* ]] || skip "the program has no systemd cgroup driver"
  args sleep 1000
  # shellcheck disable=SC2016 # jq's variable
  config --arg path "system.slice:perry:$ID" '.linux.cgroupsPath = $path'
}

start_scope ()
{
  perry --systemd-cgroup run --detach --bundle "$BUNDLE" "$ID" </dev/null >"$WORK/log" 2>&1 || fail "$(cat "$WORK/log")"
}

property ()
{
  systemctl show --value -p "$1" "perry-$ID.scope"
}

@test "a container is a scope of systemd's" {
  start_scope
  assert_equal active "$(property ActiveState)"
  assert_equal system.slice "$(property Slice)"
  grep -q "perry-$ID.scope" "/proc/$(pid_of "$ID")/cgroup"
}

@test "limits are the unit's properties" {
  config '.linux.resources += {"memory": {"limit": 67108864}, "pids": {"limit": 50}, "cpu": {"quota": 20000, "period": 100000}}'
  start_scope
  assert_equal 67108864 "$(property MemoryMax)"
  assert_equal 50 "$(property TasksMax)"
  assert_equal 200ms "$(property CPUQuotaPerSecUSec)"
  assert_equal 67108864 "$(cat "$(cgroup_of "$(pid_of "$ID")" '')/memory.max")"
}

@test "limits survive systemctl daemon-reload" {
  config '.linux.resources += {"memory": {"limit": 67108864}, "pids": {"limit": 50}}'
  start_scope
  systemctl daemon-reload
  assert_equal 50 "$(cat "$(cgroup_of "$(pid_of "$ID")" '')/pids.max")"
}

@test "exec needs no --systemd-cgroup: the saved state says it" {
  start_scope
  in_container cat /proc/self/cgroup
  assert_success
}

@test "update changes the unit's properties" {
  start_scope
  perry --systemd-cgroup update --pids-limit 33 "$ID"
  assert_equal 33 "$(property TasksMax)"
}

@test "delete removes the unit" {
  start_scope
  perry delete --force "$ID"
  assert_equal inactive "$(property ActiveState)"
}
