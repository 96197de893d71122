#!/usr/bin/env bats
# namespaces.bats - linux.namespaces: new, the runtime's, joined by path; user, time and cgroup namespaces; loopback.
# shellcheck disable=SC2016 # the container's shell

load helpers

without ()
{
  config 'del(.linux.namespaces[] | select(.type == $t))' --arg t "$1"
}

# join TYPE FILE PID: with PID's namespace in the place of a new one
join ()
{
  without "$1"
  config '.linux.namespaces += [{type: $t, path: $p}]' --arg t "$1" --arg p "/proc/$3/ns/$2"
}

# A process with namespaces of its own (unshare's options), in $HOLDER.
holder ()
{
  background unshare --fork --kill-child "$@" sh -c 'echo $$ >&2; exec sleep 1000' 2>"$WORK/holder"
  local parent=$!
  wait_for 5 test -s "$WORK/holder"
  HOLDER=$(pgrep -P "$parent")
}

ns_of ()
{
  readlink "/proc/$1/ns/$2"
}

user_namespace ()
{
  config '.linux.namespaces += [{type: "user"}]
    | .linux.uidMappings = [{containerID: 0, hostID: 0, size: 65536}] | .linux.gidMappings = .linux.uidMappings'
}

types="cgroup:cgroup ipc:ipc mount:mnt network:net pid:pid uts:uts time:time user:user"

@test "listed: new; and exec is in them" {
  local t
  user_namespace
  config '.linux.namespaces += [{type: "time"}]'
  start_container
  in_container sh -c 'cd /proc/self/ns; for n in *; do echo $n $(readlink $n); done'
  for t in $types; do
    [ "$(ns_of "$(pid_of "$ID")" "${t#*:}")" != "$(ns_of self "${t#*:}")" ] || fail "${t%:*}: the host's"
    assert_contains "${t#*:} $(ns_of "$(pid_of "$ID")" "${t#*:}")"
  done
}

@test "not listed: the runtime's" {
  local t
  config '.linux.namespaces = [{type: "mount"}] | del(.hostname)
    | .mounts = [.mounts[] | select(.type != "sysfs" and .type != "mqueue")]'
  start_container
  for t in $types; do
    [ "${t%:*}" != mount ] || continue
    assert_equal "$(ns_of self "${t#*:}")" "$(ns_of "$(pid_of "$ID")" "${t#*:}")"
  done
}

@test "joined by path, each alone" {
  local t
  holder --pid --net --ipc --uts --cgroup --time --mount
  cp "$BUNDLE/config.json" "$WORK/saved.json"
  for t in cgroup:cgroup ipc:ipc network:net pid:pid uts:uts time:time; do
    cp "$WORK/saved.json" "$BUNDLE/config.json"
    join "${t%:*}" "${t#*:}" "$HOLDER"
    start_container "$ID-${t#*:}"
    assert_equal "$(ns_of "$HOLDER" "${t#*:}")" "$(ns_of "$(pid_of "$ID-${t#*:}")" "${t#*:}")"
    run_perry exec "$ID-${t#*:}" readlink "/proc/self/ns/${t#*:}"
    [ "${t%:*}" = pid ] || assert_output "$(ns_of "$HOLDER" "${t#*:}")"
    perry delete --force "$ID-${t#*:}"
  done
  kill -0 "$HOLDER"
}

@test "a pod: network, ipc, uts and pid of another container" {
  start_container "$ID-pod"
  local pod t
  pod=$(pid_of "$ID-pod")
  for t in network:net ipc:ipc uts:uts pid:pid; do
    join "${t%:*}" "${t#*:}" "$pod"
  done
  config 'del(.hostname)'
  start_container
  in_container sh -c 'hostname; cat /proc/1/cmdline | tr "\0" " "'
  assert_output "perry
sleep 1000 "
  # The end of one does not end the other.
  perry delete --force "$ID"
  is_status "$ID-pod" running
  kill -0 "$pod"
}

@test "the loopback device is up in a new network namespace, and left alone in a joined one" {
  run_in cat /sys/class/net/lo/flags
  assert_output 0x9
  holder --net
  join network net "$HOLDER"
  run_in cat /sys/class/net/lo/flags
  assert_output 0x8
}

@test "a time namespace: offsets for run and exec" {
  [ -e /proc/self/ns/time ] || skip "needs time namespaces"
  local uptime
  config '.linux.namespaces += [{type: "time"}]
    | .linux.timeOffsets = {monotonic: {secs: 1000000, nanosecs: 500}, boottime: {secs: 2000000}}'
  start_container
  uptime=$(cut -d. -f1 /proc/uptime)
  in_container sh -c 'cut -d. -f1 /proc/uptime'
  [ "$((output - uptime))" -ge 2000000 ]
  [ "$((output - uptime))" -le 2000010 ]
  run cat "/proc/$(pid_of "$ID")/timens_offsets"
  assert_match 'monotonic +1000000 +500'
  assert_match 'boottime +2000000 +0'
  config '.linux.timeOffsets.monotonic.secs = -1000000000000'
  run_perry run --bundle "$BUNDLE" "$ID-2"
  assert_failure 1
  assert_one_line
  assert_contains linux.timeOffsets.monotonic
}

@test "offsets need a new time namespace" {
  config '.linux.timeOffsets = {boottime: {secs: 1}}'
  run_in true
  assert_failure 1
  assert_contains linux.timeOffsets
}

@test "the cgroup namespace begins at the container's cgroup" {
  run_in sh -c 'cut -d: -f3- /proc/self/cgroup | sort -u'
  assert_output /
}

@test "a user namespace: ids, and its owner is root over what is new" {
  user_namespace
  config '.linux.uidMappings = [{containerID: 0, hostID: 5000, size: 10}, {containerID: 10, hostID: 7000, size: 5}]
    | .linux.gidMappings = [{containerID: 0, hostID: 6000, size: 1000}]
    | .process.capabilities = ({bounding: ["CAP_NET_ADMIN", "CAP_SYS_ADMIN"]} | .effective = .bounding | .permitted = .bounding)'
  chown -R 5000:6000 "$ROOTFS"
  local dir=$BUNDLE
  while [ -n "$dir" ]; do
    chmod o+x "$dir"
    dir=${dir%/*}
  done
  run_in sh -c 'id -u; cat /proc/self/uid_map /proc/self/gid_map | tr -s " "; hostname other && hostname; ip link set lo down && echo down'
  assert_success
  assert_output "0
 0 5000 10
 10 7000 5
 0 6000 1000
other
down"
}

@test "a joined user namespace: alone, with the same mappings, not with others" {
  holder --user --map-root-user --net
  cp "$BUNDLE/config.json" "$WORK/saved.json"
  join user user "$HOLDER"
  join network net "$HOLDER"
  config '.mounts = [.mounts[] | select(.destination != "/dev/pts")]'
  args sh -c 'readlink /proc/self/ns/user; readlink /proc/self/ns/net; id -u'
  run_perry run --bundle "$BUNDLE" "$ID"
  assert_success
  assert_output "$(ns_of "$HOLDER" user)
$(ns_of "$HOLDER" net)
0"
  config '.linux.uidMappings = [{containerID: 0, hostID: 0, size: 1}] | .linux.gidMappings = .linux.uidMappings'
  run_perry run --bundle "$BUNDLE" "$ID"
  assert_success
  config '.linux.uidMappings[0].size = 2'
  run_perry run --bundle "$BUNDLE" "$ID"
  assert_failure 1
  assert_one_line
  assert_contains linux.uidMappings
}

@test "a new user namespace beside a network namespace of the host" {
  holder --net
  user_namespace
  join network net "$HOLDER"
  config '(.mounts[] | select(.type == "sysfs")) = {destination: "/sys", source: "/sys", options: ["rbind", "ro"]}
    | .mounts = [.mounts[] | select(.type != "cgroup")]'
  run_in readlink /proc/self/ns/net
  assert_success
  assert_output "$(ns_of "$HOLDER" net)"
}

@test "the runtime's own mount namespace is not joined: the host would lose its root" {
  # In a mount namespace that is no loss.
  local path
  for path in /proc/self/ns/mnt /proc/thread-self/ns/mnt; do
    without mount
    config '.linux.namespaces += [{type: "mount", path: $p}]' --arg p "$path"
    args true
    run unshare --mount "$PERRY" --root "$STATE_ROOT" run --bundle "$BUNDLE" "$ID"
    assert_failure 1
    assert_one_line
    assert_contains "own mount namespace"
  done
}

@test "a joined mount namespace becomes the container's, the host's stays as it is" {
  local before
  before=$(sort /proc/self/mountinfo | grep -v bats-run)
  holder --mount
  join mount mnt "$HOLDER"
  run_in sh -c 'ls -d /bin; readlink /proc/self/ns/mnt'
  assert_success
  assert_output "/bin
$(ns_of "$HOLDER" mnt)"
  assert_equal "$before" "$(sort /proc/self/mountinfo | grep -v bats-run)"
}

@test "what is no namespace, or another's, is refused" {
  local path
  holder --net
  for path in /dev/null /proc/self/ns/ipc "$WORK/none" relative; do
    without network
    config '.linux.namespaces += [{type: "network", path: $p}]' --arg p "$path"
    run_in true
    assert_failure 1
    assert_one_line
    assert_contains linux.namespaces
  done
}

@test "exec in a container without a mount namespace is in its root file system" {
  config 'del(.mounts, .linux.maskedPaths, .linux.readonlyPaths) | .linux.namespaces |= map(select(.type != "mount"))
    | .root.readonly = false'
  touch "$ROOTFS/of-the-container"
  start_container
  run_perry exec "$ID" ls /
  assert_success
  assert_contains of-the-container
}
