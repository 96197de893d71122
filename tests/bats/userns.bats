# userns.bats - root's containers with user namespaces, new and joined, and a runtime that is root in one itself: G3, G4,
# G8, G9, D14, D16, I5, I9-I11, E10. What users without privileges get is in rootless.bats.

load helpers

setup ()
{
  setup_bundle || return 1
  open_way
  shifted
}

# The container's root is 100000 outside, and the bundle is its.
shifted ()
{
  config '.linux.namespaces += [{type: "user"}] |
    .linux.uidMappings = [{containerID: 0, hostID: 100000, size: 65536}] | .linux.gidMappings = .linux.uidMappings'
  chown -R 100000:100000 "$ROOTFS"
}

caps ()
{
  config '.process.capabilities = ({bounding: $ARGS.positional} | .effective = .bounding | .permitted = .bounding)' --args "$@"
}

# TYPE of namespace is taken from process PID.
join ()
{
  config --arg t "$1" --arg p "/proc/$3/ns/$2" '.linux.namespaces |= map(select(.type != $t)) |
    .linux.namespaces += [{type: $t, path: $p}]'
}

without_maps ()
{
  config 'del(.linux.uidMappings, .linux.gidMappings)'
}

ns_of ()
{
  readlink "/proc/$1/ns/$2"
}

@test "files made inside belong to the mapped ids outside, mount points as well" {
  caps CAP_CHOWN
  config '.mounts += [{destination: "/new/point", type: "tmpfs", source: "tmpfs"}]'
  run_in sh -c 'touch /f /g && chown 33:44 /g && stat -c %u:%g / /f /g /dev /dev/pts /proc/self/'
  assert_success
  assert_output "0:0
0:0
33:44
0:0
0:0
0:0"
  assert_equal "100000:100000
100033:100044
100000:100000" "$(stat -c %u:%g "$ROOTFS/f" "$ROOTFS/g" "$ROOTFS/new/point")"
}

@test "the process: mapped outside, in a user namespace of its own with all others" {
  local pid type
  start_container
  pid=$(pid_of "$ID")
  assert_equal 100000 "$(stat -c %u "/proc/$pid")"
  for type in user pid net ipc uts mnt cgroup; do
    [ "$(ns_of "$pid" $type)" != "$(ns_of self $type)" ] || fail "not a new one: $type"
  done
}

@test "exec: as root of the container, as another user, not as one that is not mapped" {
  start_container
  in_container sh -c 'id -u; cat /proc/self/uid_map | tr -s " "; touch /e'
  assert_success
  assert_output "0
 0 100000 65536"
  assert_equal 100000 "$(stat -c %u "$ROOTFS/e")"
  run perry exec --user 7:8 --additional-gids 9 "$ID" sh -c 'id -u; id -G'
  assert_success
  assert_output "7
8 9"
  run perry exec --user 65536 "$ID" true
  assert_failure 255
  assert_contains "unmapped uid 65536"
}

@test "ids that are not mapped are refused by the member that has them" {
  config '.process.user = {uid: 65536, gid: 0}'
  run_in true
  assert_failure
  assert_one_line
  assert_contains "process.user.uid"
  config '.process.user = {uid: 0, gid: 70000}'
  run_in true
  assert_failure
  assert_contains "process.user.gid"
  config '.process.user = {uid: 0, gid: 0, additionalGids: [1, 70000]}'
  run_in true
  assert_failure
  assert_contains "process.user.additionalGids"
}

@test "additional groups, and none without them" {
  config '.process.user.additionalGids = [10, 65535]'
  run_in id -G
  assert_success
  assert_output "0 10 65535"
  config 'del(.process.user.additionalGids)'
  run_in id -G
  assert_success
  assert_output 0
}

@test "devices are the host's nodes, and they work" {
  config '.linux.resources.devices = [{allow: false, access: "rwm"}] |
    .linux.devices = [{path: "/dev/also-zero", type: "p"}]'
  run_in sh -c 'for d in null zero full random urandom tty; do stat -c "%n %t:%T" /dev/$d; done; stat -c %F /dev/also-zero
    echo x >/dev/null && head -c 3 /dev/zero | wc -c; grep -c " /dev/zero " /proc/self/mountinfo; ls -l /dev/ptmx | grep -o "pts/ptmx"'
  assert_success
  assert_output "/dev/null 1:3
/dev/zero 1:5
/dev/full 1:7
/dev/random 1:8
/dev/urandom 1:9
/dev/tty 5:0
fifo
3
1
pts/ptmx"
}

@test "sysctls of its network and ipc namespaces; hostname and domainname" {
  config '.linux.sysctl = {"net.ipv4.ip_forward": "1", "kernel.shmmni": "77"} | .hostname = "h1" | .domainname = "d1"'
  run_in sh -c 'cat /proc/sys/net/ipv4/ip_forward /proc/sys/kernel/shmmni /proc/sys/kernel/domainname; hostname'
  assert_success
  assert_output "1
77
d1
h1"
}

@test "a time namespace with offsets" {
  config '.linux.namespaces += [{type: "time"}] | .linux.timeOffsets = {boottime: {secs: 100000000}}'
  run_in cut -d. -f1 /proc/uptime
  assert_success
  [ "$output" -gt 100000000 ]
}

@test "terminals have the group that is asked for, when it is mapped; otherwise they do without" {
  run_in stat -c %g /dev/pts/ptmx
  assert_success
  run_in grep -c "/dev/pts .*gid=100005" /proc/self/mountinfo
  assert_output 1
  config '.linux.uidMappings[0].size = 3 | .linux.gidMappings[0].size = 3'
  run_in grep -c "/dev/pts .*gid=" /proc/self/mountinfo
  assert_failure 1
  assert_output 0
}

@test "a bind of what is below a directory that only root may enter, in its order among the mounts" {
  mkdir -p "$WORK/closed/deep"
  chmod 700 "$WORK/closed"
  chown 0:0 "$WORK/closed"
  echo secret >"$WORK/closed/deep/file"
  config --arg w "$WORK/closed/deep" '.mounts += [
    {destination: "/over", type: "tmpfs", source: "tmpfs"},
    {destination: "/over/dir", source: $w, options: ["rbind", "ro"]},
    {destination: "/over/file", source: "\($w)/file", options: ["bind", "nosuid"]}]'
  run_in sh -c 'cat /over/dir/file /over/file; touch /over/dir/x 2>&1'
  assert_failure 1
  assert_output "secret
secret
touch: /over/dir/x: Read-only file system"
}

@test "many mappings: as many as the kernel takes, one more is refused" {
  config '.linux.uidMappings = [range(340) | {containerID: (. * 2), hostID: (1000 + . * 2), size: 1}] |
    .linux.gidMappings = .linux.uidMappings'
  run_in sh -c 'wc -l </proc/self/uid_map'
  assert_success
  assert_output 340
  config '.linux.uidMappings += [{containerID: 1, hostID: 999, size: 1}]'
  run_in true
  assert_failure
  assert_one_line
  assert_contains linux.uidMappings
  config '.linux.uidMappings = [.linux.gidMappings[] | .hostID += 1000000000]'
  run_in true
  assert_failure
  assert_one_line
  assert_contains "fewer mappings"
}

@test "no mappings, or mappings without a user namespace: refused" {
  config 'del(.linux.gidMappings)'
  run_in true
  assert_failure
  assert_contains linux.gidMappings
  shifted
  config '.linux.namespaces |= map(select(.type != "user"))'
  run_in true
  assert_failure
  assert_contains linux.uidMappings
}

@test "a pod: user, network, ipc and uts of another container by path" {
  local pid type
  config '.hostname = "pod"'
  start_container
  pid=$(pid_of "$ID")
  for type in user:user network:net ipc:ipc uts:uts; do
    join "${type%:*}" "${type#*:}" "$pid"
  done
  config 'del(.hostname)'
  start_container "$ID-2"
  for type in user net ipc uts; do
    assert_equal "$(ns_of "$pid" $type)" "$(ns_of "$(pid_of "$ID-2")" $type)"
  done
  for type in pid mnt cgroup; do
    [ "$(ns_of "$pid" $type)" != "$(ns_of "$(pid_of "$ID-2")" $type)" ] || fail "the same: $type"
  done
  run perry exec "$ID-2" sh -c 'hostname; id -u; touch /pod'
  assert_success
  assert_output "pod
0"
  assert_equal 100000 "$(stat -c %u "$ROOTFS/pod")"
  without_maps
  start_container "$ID-3"
  assert_equal "$(ns_of "$pid" user)" "$(ns_of "$(pid_of "$ID-3")" user)"
}

@test "a joined user namespace with mappings: equal ones however they are written, no others" {
  local pid
  start_container
  pid=$(pid_of "$ID")
  join user user "$pid"
  config '.process.args = ["true"]'
  run perry run --bundle "$BUNDLE" "$ID-2"
  assert_success
  config '.linux.uidMappings = [{containerID: 10, hostID: 100010, size: 65526}, {containerID: 0, hostID: 100000, size: 10}]'
  run perry run --bundle "$BUNDLE" "$ID-2"
  assert_success
  config '.linux.uidMappings[0].size = 65525'
  run perry run --bundle "$BUNDLE" "$ID-2"
  assert_failure
  assert_one_line
  assert_contains linux.uidMappings
  config '.linux.uidMappings = .linux.gidMappings | .linux.gidMappings = [{containerID: 0, hostID: 100001, size: 65536}]'
  run perry run --bundle "$BUNDLE" "$ID-2"
  assert_failure
  assert_one_line
  assert_contains linux.gidMappings
}

@test "a joined user namespace that has the network namespace too: sysctls are written there, not on the host" {
  local pid before
  before=$(cat /proc/sys/net/ipv4/ip_default_ttl)
  start_container
  pid=$(pid_of "$ID")
  join user user "$pid"
  join network net "$pid"
  without_maps
  config '.linux.sysctl = {"net.ipv4.ip_default_ttl": "99"} | .process.args = ["true"]'
  run perry run --bundle "$BUNDLE" "$ID-2"
  assert_success
  in_container cat /proc/sys/net/ipv4/ip_default_ttl
  assert_output 99
  assert_equal "$before" "$(cat /proc/sys/net/ipv4/ip_default_ttl)"
}

@test "a namespace to join that is the runtime's own: nothing of the host's is written" {
  local name before host path
  before=$(cat /proc/sys/net/ipv4/ip_default_ttl)
  host=$(hostname)
  config '.linux.namespaces |= map(select(.type != "user" and .type != "network" and .type != "uts" and .type != "ipc")) |
    del(.linux.uidMappings, .linux.gidMappings, .hostname) | .process.args = ["true"]'
  chown -R 0:0 "$ROOTFS"
  cp config.json plain.json
  ln -s /proc/self/ns/net "$WORK/link"
  for path in /proc/self/ns/net /proc/1/ns/net "$WORK/link"; do
    [ "$(stat -Lc %i "$path")" = "$(stat -Lc %i /proc/self/ns/net)" ] || continue
    config --arg p "$path" '.linux.namespaces += [{type: "network", path: $p}] | .linux.sysctl = {"net.ipv4.ip_default_ttl": "99"}'
    run perry run --bundle "$BUNDLE" "$ID"
    assert_failure
    assert_one_line
    assert_contains "linux.sysctl.net.ipv4.ip_default_ttl: linux.namespaces: $path is the runtime's own network namespace"
    cp plain.json config.json
  done
  config '.linux.namespaces += [{type: "ipc", path: "/proc/self/ns/ipc"}] | .linux.sysctl = {"kernel.shmmni": "77"}'
  run perry run --bundle "$BUNDLE" "$ID"
  assert_failure
  assert_contains "own ipc namespace"
  for name in hostname domainname; do
    cp plain.json config.json
    config --arg n "$name" '.linux.namespaces += [{type: "uts", path: "/proc/self/ns/uts"}] | .[$n] = "taken-over"'
    run perry run --bundle "$BUNDLE" "$ID"
    assert_failure
    assert_one_line
    assert_contains "$name: linux.namespaces: /proc/self/ns/uts is the runtime's own uts namespace"
  done
  assert_equal "$before" "$(cat /proc/sys/net/ipv4/ip_default_ttl)"
  assert_equal "$host" "$(hostname)"
  cp plain.json config.json
  config '.linux.namespaces += [{type: "network", path: "/proc/self/ns/net"}, {type: "uts", path: "/proc/self/ns/uts"}]'
  run perry run --bundle "$BUNDLE" "$ID"
  assert_success
}

# --- the runtime is root of a user namespace itself, as below rootless Podman -----------------------------------------

# An ordinary user's bundle; `nested CMD...` runs CMD as root of a user namespace with many ids and a mount namespace.
nested_setup ()
{
  teardown_bundle
  USER_DIR=
  setup_user
  require_program newuidmap unshare
  config '.linux.resources = {} | .linux.namespaces |= map(select(.type != "user")) | del(.linux.uidMappings, .linux.gidMappings)'
  grep -q "^$USER_NAME:" /etc/subuid || skip "needs subordinate ids of $USER_NAME"
  as_user unshare --map-root-user --map-auto true || skip "needs unshare --map-auto"
}

nested ()
{
  as_user timeout --foreground -k 5 60 unshare --user --map-root-user --map-auto --mount env USER= "$@" 3>&-
}

@test "root in a user namespace: run, exec, kill, delete" {
  nested_setup
  run nested sh -ec '
    p=$1 id=$2
    test "$(id -u)" = 0
    $p run --detach $id >log 2>&1 </dev/null || { cat log; exit 9; }
    $p state $id | grep -o "\"status\": *\"[a-z]*\""
    test -d "$XDG_RUNTIME_DIR/perry-runtime/$id"
    $p exec $id sh -c "id -u; hostname; stat -c %t:%T /dev/null; touch /made"
    $p exec --user 5:6 $id id -u
    $p ps --format json $id
    $p kill $id KILL
    while $p state $id | grep -q running; do sleep 0.05; done
    $p delete $id
    $p list -q
  ' sh "$PERRY" "$ID"
  assert_success
  assert_match '"running"
0
perry
1:3
5
\[[0-9]+\]$'
  assert_equal "$USER_UID" "$(stat -c %u "$ROOTFS/made")"
}

@test "root in a user namespace: in the foreground, with status and a limit that is refused by its name" {
  nested_setup
  args sh -c 'cat /proc/self/uid_map | wc -l; exit 7'
  run nested "$PERRY" run "$ID"
  assert_failure 7
  assert_output 2
  ! as_user test -w "$(cgroup_of $$ pids)" || skip "this user may make cgroups"
  config '.linux.resources = {pids: {limit: 20}}'
  run nested "$PERRY" run "$ID"
  assert_failure 1
  assert_one_line
  assert_contains linux.resources.pids
}

@test "root in a user namespace: one more within" {
  nested_setup
  config '.linux.namespaces += [{type: "user"}] | .process.args = ["sh", "-c", "id -u; tr -s \" \" </proc/self/uid_map"] |
    .linux.uidMappings = [{containerID: 0, hostID: 1000, size: 1000}] | .linux.gidMappings = .linux.uidMappings'
  nested chown -R 1000:1000 "$ROOTFS"
  run nested "$PERRY" run "$ID"
  nested chown -R 0:0 "$ROOTFS"
  assert_success
  assert_output "0
 0 1000 1000"
}

@test "root in a user namespace with one id" {
  nested_setup
  config '.process.args = ["id", "-u"]'
  run as_user timeout --foreground 30 unshare --user --map-root-user --mount env USER= "$PERRY" run "$ID"
  assert_success
  assert_output 0
}

@test "a create that is killed takes the process of a user namespace with it" {
  config '.hooks.createContainer = [{path: "/bin/sh", args: ["sh", "-c", "echo >\"$HOLD\"; sleep 10"], env: ["HOLD='"$WORK"'/held", "PATH=/bin"]}]'
  chmod 777 "$WORK"
  background "$PERRY" --root "$STATE_ROOT" create --bundle "$BUNDLE" "$ID"
  wait_for 10 [ -e "$WORK/held" ]
  local pid
  pid=$(jq .init_process_pid "$STATE_ROOT/$ID/state.json")
  kill -KILL $!
  ends () { ! grep -q 'State:.[^Z]' "/proc/$pid/status" 2>/dev/null; }
  wait_for 2 ends
  run_perry delete "$ID"
  assert_success
}

@test "what is read-only for the host stays so, also of a source that only the runtime can reach" {
  caps CAP_SYS_ADMIN
  local dir
  for dir in open closed; do
    mkdir -p "$WORK/$dir/source"
    mount -t tmpfs -o mode=777 none "$WORK/$dir/source"
    mount -o remount,bind,ro "$WORK/$dir/source"
    config --arg d "$WORK/$dir/source" --arg t "/$dir" \
      '.mounts += [{destination: $t, type: "bind", source: $d, options: ["rbind"]}]'
  done
  chmod 700 "$WORK/closed"
  run_in sh -c 'for i in open closed; do mount -o remount,bind,rw "/$i"; touch "/$i/file" && echo "wrote to $i"; done; echo end'
  umount "$WORK/open/source" "$WORK/closed/source"
  assert_contains end
  refute_contains wrote
}
