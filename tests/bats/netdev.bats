#!/usr/bin/env bats
# netdev.bats - linux.netDevices.
load helpers

setup ()
{
  require_root
  require_program ip
  setup_bundle
  DEV=pd$$
  add_device || skip "needs veth network devices"
}

# Both ends go when one does.
add_device ()
{
  ip link add "$DEV" type veth peer name "${DEV}p" && ip link set "${DEV}p" up
}

teardown ()
{
  teardown_bundle
  local result=$?
  ip link del "$DEV" 2>/dev/null || true
  return $result
}

in_netns ()
{
  nsenter --net="/proc/$(pid_of "$ID")/ns/net" "$@"
}

@test "moved, named, with its addresses, up" {
  ip address add 198.51.100.7/24 dev "$DEV"
  ip address add 2001:db8::7/64 dev "$DEV"
  config --arg dev "$DEV" '.linux.netDevices = {($dev): {"name": "eth9"}}'
  create_container
  if ip link show "$DEV" 2>/dev/null; then fail "still on the host"; fi
  run in_netns ip address show dev eth9
  assert_success
  assert_contains "198.51.100.7/24"
  assert_contains "2001:db8::7/64"
  assert_contains ",UP"
  perry delete "$ID"
  if ip link show "$DEV" 2>/dev/null; then fail "moved back"; fi
}

@test "its own name, and a template" {
  config --arg dev "$DEV" '.linux.netDevices = {($dev): {}}'
  create_container
  in_netns ip link show dev "$DEV"
  perry delete "$ID"
  wait_for 5 add_device
  config --arg dev "$DEV" '.linux.netDevices = {($dev): {"name": "net%d"}}'
  create_container
  in_netns ip link show dev net0
}

@test "a name that is taken: an error, and the device stays where it is" {
  config --arg dev "$DEV" '.linux.netDevices = {($dev): {"name": "lo"}}'
  run_perry create "$ID"
  assert_failure 1
  assert_contains "linux.netDevices.$DEV"
  assert_contains '"lo"'
  ip link show "$DEV"
}

@test "a device that is not there" {
  config '.linux.netDevices = {"nosuchdev": {"name": "eth0"}}'
  run_perry create "$ID"
  assert_failure 1
  assert_contains "linux.netDevices.nosuchdev"
}

@test "not without a network namespace" {
  config --arg dev "$DEV" '.linux.netDevices = {($dev): {"name": "eth9"}} | .linux.namespaces |= map(select(.type != "network"))'
  run_perry create "$ID"
  assert_failure 1
  assert_contains netDevices
  ip link show "$DEV"
}
