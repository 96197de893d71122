#!/usr/bin/env bats
# update.bats - limits of a container that is there.
load helpers

# value CONTROLLER V1-FILE V2-FILE
value ()
{
  local file=$2
  [ "$(cgroup_mode)" != unified ] || file=$3
  cat "$(cgroup_of "$(pid_of "$ID")" "$1")/$file"
}

update_document ()
{
  run --separate-stderr perry update --resources - "$ID" <<<"$1"
}

saved ()
{
  jq -c ".resources$1" "$STATE_ROOT/$ID/state.json"
}

quota_and_period ()
{
  if [ "$(cgroup_mode)" = unified ]; then
    value cpu '' cpu.max
  else
    echo "$(value cpu cpu.cfs_quota_us '') $(value cpu cpu.cfs_period_us '')"
  fi
}

setup ()
{
  setup_bundle
  require_controller memory
  config '.linux.resources += {memory: {limit: 33554432, swap: 67108864}, pids: {limit: 20}}'
}

@test "options" {
  start_container
  perry update --memory 48m --memory-reservation 16777216 --pids-limit 30 --cpu-share 512 "$ID"
  assert_equal 50331648 "$(value memory memory.limit_in_bytes memory.max)"
  assert_equal 16777216 "$(value memory memory.soft_limit_in_bytes memory.low)"
  assert_equal 30 "$(value pids pids.max pids.max)"
  if [ "$(cgroup_mode)" = unified ]; then
    assert_equal 59 "$(value cpu '' cpu.weight)"
  else
    assert_equal 512 "$(value cpu cpu.shares '')"
  fi
}

@test "a document from standard input, and from a file" {
  start_container
  update_document '{"pids": {"limit": 40}}'
  assert_success
  assert_equal 40 "$(value pids pids.max pids.max)"
  echo '{"pids": {"limit": -1}}' >"$WORK/r.json"
  perry update -r "$WORK/r.json" "$ID"
  assert_equal max "$(value pids pids.max pids.max)"
}

@test "only what is given changes, also in the state" {
  start_container
  perry update --pids-limit 25 "$ID"
  assert_equal 33554432 "$(value memory memory.limit_in_bytes memory.max)"
  assert_equal '{"limit":25}' "$(saved .pids)"
  assert_equal 33554432 "$(saved .memory.limit)"
}

@test "quota and period keep each other" {
  start_container
  perry update --cpu-quota 50000 --cpu-period 200000 "$ID"
  perry update --cpu-quota 40000 "$ID"
  assert_equal "40000 200000" "$(quota_and_period)"
  perry update --cpu-period 100000 "$ID"
  assert_equal "40000 100000" "$(quota_and_period)"
}

@test "memory and swap, up and down" {
  require_v1
  start_container
  update_document '{"memory": {"limit": 134217728, "swap": 134217728}}'
  assert_success
  assert_equal 134217728 "$(value memory memory.memsw.limit_in_bytes '')"
  update_document '{"memory": {"limit": 16777216, "swap": 16777216}}'
  assert_success
  assert_equal 16777216 "$(value memory memory.memsw.limit_in_bytes '')"
  perry update --memory -1 "$ID"
  [ "$(value memory memory.memsw.limit_in_bytes '')" -gt 1099511627776 ]
}

@test "a refused update changes nothing" {
  start_container
  local before
  before=$(saved '')
  update_document '{"cpu": {"shares": 100, "cpus": "0-4095"}, "memory": {"limit": 16777216}, "pids": {"limit": 7}}'
  assert_failure
  # shellcheck disable=SC2154 # of bats' run
  [[ $stderr == *cpu.cpus* ]] || fail "$stderr"
  assert_equal 33554432 "$(value memory memory.limit_in_bytes memory.max)"
  assert_equal 20 "$(value pids pids.max pids.max)"
  [ "$(cgroup_mode)" = unified ] || assert_equal 1024 "$(value cpu cpu.shares '')"
  assert_equal "$before" "$(saved '')"
}

@test "a limit below what is used is refused with both numbers" {
  require_v1
  args sh -c 'head -c 20000000 /dev/zero | tail >/dev/null; x=$(head -c 8000000 /dev/zero | tr "\0" x); touch /ready; sleep 1000'
  start_container
  wait_for 10 test -e "$ROOTFS/ready"
  update_document '{"memory": {"limit": 4096}}'
  assert_failure
  [[ $stderr == *"limit too low: 4096"* ]] || fail "$stderr"
}

@test "device rules are never touched" {
  start_container
  local before
  perry update --pids-limit 31 "$ID"
  before=$(saved .devices)
  update_document '{"devices": [{"allow": true, "access": "rwm"}], "pids": {"limit": 33}}'
  assert_success
  assert_equal "$before" "$(saved .devices)"
  in_container sh -c 'mknod /tmp/mem c 1 1 && head -c 1 /tmp/mem'
  assert_failure
}

@test "documents that are wrong" {
  start_container
  local text
  for text in '{"memory": {"limit": "1"}}' '{"memory": {"limit": -7}}' '[]' '{' '' '{"unified": {"a/b": "1"}}'; do
    update_document "$text"
    assert_failure 1
  done
}

@test "not when stopped, and not what is not there" {
  args true
  start_container
  wait_status "$ID" stopped
  run_perry update --pids-limit 5 "$ID"
  assert_failure 1
  assert_contains "not running"
  run_perry update --pids-limit 5 "$ID-absent"
  assert_failure 1
  assert_contains "does not exist"
}
