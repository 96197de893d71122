# rootless.bats - an ordinary user's containers: I1-I9, H41, A1, B58, D14, D16. With the user's subordinate ids
# (newuidmap) in the tests that say "many ids", otherwise with the one id that needs no help.

load helpers

setup ()
{
  setup_user || return 1
  rm config.json
  perry spec --rootless || return 1
  config '.process.terminal = false | .process.args = ["sleep", "1000"] | .root.readonly = false'
}

# The ids of /etc/subuid and /etc/subgid above the user's own.
many_ids ()
{
  local uid gid
  require_program newuidmap newgidmap
  uid=$(sed -n "s/^$USER_NAME:\([0-9]*\):65536\$/\1/p" /etc/subuid)
  gid=$(sed -n "s/^$USER_NAME:\([0-9]*\):65536\$/\1/p" /etc/subgid)
  if [ -z "$uid" ] || [ -z "$gid" ]; then
    skip "needs 65536 subordinate ids of $USER_NAME"
  fi
  config --argjson u "$USER_UID" --argjson g "$USER_GID" --argjson su "$uid" --argjson sg "$gid" '
    .linux.uidMappings = [{containerID: 0, hostID: $u, size: 1}, {containerID: 1, hostID: $su, size: 65535}] |
    .linux.gidMappings = [{containerID: 0, hostID: $g, size: 1}, {containerID: 1, hostID: $sg, size: 65535}]'
}

# One id, and no program that could map more.
single_id ()
{
  USER_PATH=$USER_DIR/bin
  mkdir "$USER_DIR/bin"
  ln -s "$(command -v timeout)" "$(command -v ps)" "$USER_DIR/bin"
}

no_cgroup_of_user ()
{
  ! as_user test -w "$(cgroup_of $$ pids)" || skip "this user may make cgroups"
}

@test "spec --rootless: it runs as printed, but for the terminal" {
  rm config.json
  perry spec --rootless
  config '.process.terminal = false | .process.args = ["id", "-u"]'
  run perry run "$ID"
  assert_success
  assert_output 0
}

@test "one id, no newuidmap: the container's root is the user, setgroups is denied" {
  single_id
  run_in sh -c 'cat /proc/self/uid_map /proc/self/gid_map /proc/self/setgroups | tr -s " "; id -u; touch /made'
  assert_success
  assert_output " 0 $USER_UID 1
 0 $USER_GID 1
deny
0"
  assert_equal "$USER_UID:$USER_GID" "$(stat -c %u:%g "$ROOTFS/made")"
}

@test "many ids: newuidmap maps them, setgroups is allowed" {
  many_ids
  config '.process.capabilities |= with_entries(.value += ["CAP_CHOWN"])'
  run_in sh -c 'wc -l </proc/self/uid_map; cat /proc/self/setgroups; touch /made; chown 7:8 /made; stat -c %u:%g /made'
  assert_success
  assert_output "2
allow
7:8"
  assert_equal "$(($(jq '.linux.uidMappings[1].hostID' config.json) + 6))" "$(stat -c %u "$ROOTFS/made")"
}

@test "many ids without newuidmap: the error names the program" {
  many_ids
  single_id
  run_in true
  assert_failure
  assert_one_line
  assert_contains newuidmap
}

@test "ids that are not the user's: the error names /etc/subuid" {
  many_ids
  config '.linux.uidMappings[1].hostID = 4000000000 | .linux.uidMappings[1].size = 1'
  run_in true
  assert_failure
  assert_contains /etc/subuid
}

@test "no user namespace: refused" {
  config '.linux.namespaces |= map(select(.type != "user")) | del(.linux.uidMappings, .linux.gidMappings)'
  run_in true
  assert_failure
  assert_one_line
  assert_contains "rootless container requires user namespaces"
}

@test "the whole life: run --detach, state, list, ps, exec, kill, delete" {
  many_ids
  start_container
  assert_equal running "$(status_of "$ID")"
  run perry list
  assert_success
  assert_contains "$ID"
  assert_contains "$USER_NAME"
  run perry ps "$ID"
  assert_success
  assert_contains "sleep 1000"
  in_container id -u
  assert_success
  assert_output 0
  run perry kill "$ID" KILL
  assert_success
  wait_status "$ID" stopped
  run perry delete "$ID"
  assert_success
  [ ! -e "$STATE_ROOT/$ID" ]
}

@test "create, then start" {
  single_id
  args sh -c 'echo ran >/out; sleep 1000'
  create_container
  assert_equal created "$(status_of "$ID")"
  [ ! -e "$ROOTFS/out" ]
  perry start "$ID"
  wait_for 5 test -s "$ROOTFS/out"
  run perry delete "$ID"
  assert_failure
  run perry delete --force "$ID"
  assert_success
}

@test "the state is in \$XDG_RUNTIME_DIR, with the sticky bit, and closed to others" {
  single_id
  start_container
  [ -d "$USER_DIR/run/perry-runtime/$ID" ]
  assert_equal 1700 "$(stat -c %a "$USER_DIR/run/perry-runtime")"
}

@test "many ids: exec as another user with groups of its own" {
  many_ids
  start_container
  run perry exec --user 1000:1000 --additional-gids 2000 "$ID" sh -c 'id -u; id -g; id -G'
  assert_success
  assert_output "1000
1000
1000 2000"
}

@test "many ids: exec as a user that is not mapped is refused" {
  many_ids
  start_container
  run perry exec --user 70000 "$ID" true
  assert_failure 255
  assert_contains "unmapped uid 70000"
}

@test "one id: exec as another user is refused, additional groups as well" {
  single_id
  start_container
  run perry exec --user 1 "$ID" true
  assert_failure 255
  assert_contains "unmapped uid 1"
  config '.process.user.additionalGids = [0]'
  run perry run --bundle "$BUNDLE" "$ID-2"
  assert_failure
  assert_one_line
  assert_contains "cannot set any additional groups in a rootless container"
}

@test "many ids: user and additional groups of config.json" {
  many_ids
  config '.process.user = {uid: 1000, gid: 1000, additionalGids: [2000, 3000]}'
  run_in sh -c 'id -u; id -G'
  assert_success
  assert_output "1000
1000 2000 3000"
}

@test "one id: an unmapped user of config.json is refused" {
  single_id
  config '.process.user = {uid: 1000, gid: 0}'
  run_in true
  assert_failure
  assert_one_line
  assert_contains "unmapped uid 1000"
}

@test "mount options with ids that are not mapped are refused by name" {
  single_id
  config '.mounts += [{destination: "/t", type: "tmpfs", source: "tmpfs", options: ["uid=5"]}]'
  run_in true
  assert_failure
  assert_one_line
  assert_contains "uid=5"
}

@test "many ids: devpts with gid=5 is mounted with it; one id: without" {
  config '(.mounts[] | select(.destination == "/dev/pts") | .options) += ["gid=5"]'
  many_ids
  run_in sh -c 'grep " /dev/pts " /proc/self/mountinfo'
  assert_success
  assert_contains gid=
}

@test "devices: bound from the host, not made; and they work" {
  single_id
  run_in sh -c 'for d in null zero full random urandom tty; do stat -c "%n %t:%T" /dev/$d; done
    grep -c " /dev/null " /proc/self/mountinfo; echo x >/dev/null; head -c 3 /dev/zero | wc -c; test -e /dev/ptmx && echo ptmx'
  assert_success
  assert_output "/dev/null 1:3
/dev/zero 1:5
/dev/full 1:7
/dev/random 1:8
/dev/urandom 1:9
/dev/tty 5:0
1
3
ptmx"
}

@test "devices of config.json: bound where the host has the same, otherwise refused" {
  single_id
  config '.linux.devices = [{path: "/dev/kmsg", type: "c", major: 1, minor: 11}]'
  run_in stat -c '%t:%T' /dev/kmsg
  if [ -c /dev/kmsg ]; then
    assert_success
    assert_output 1:b
  fi
  config '.linux.devices = [{path: "/dev/not-there", type: "c", major: 1, minor: 5}]'
  run_in true
  assert_failure
  assert_one_line
  assert_contains /dev/not-there
}

@test "/sys is the host's, read-only" {
  single_id
  run_in sh -c 'test -d /sys/class && mkdir /sys/x; mkdir /sys/fs/cgroup/x; grep " /sys" /proc/self/mountinfo | grep -vc " ro,"'
  assert_failure 1
  assert_contains "'/sys/x': Read-only file system"
  assert_contains "'/sys/fs/cgroup/x': Read-only file system"
  assert_equal 0 "${lines[-1]}"
}

@test "/sys of type sysfs with the host's network: the host's is bound instead" {
  single_id
  config '(.mounts[] | select(.destination == "/sys")) = {destination: "/sys", type: "sysfs", source: "sysfs",
    options: ["nosuid", "noexec", "nodev", "ro"]}'
  run_in sh -c 'ls /sys | grep -x class; grep " /sys ro," /proc/self/mountinfo | wc -l'
  assert_success
  assert_output "class
1"
}

@test "/sys of type sysfs with a network namespace of its own" {
  single_id
  config '.linux.namespaces += [{type: "network"}] | (.mounts[] | select(.destination == "/sys")) =
    {destination: "/sys", type: "sysfs", source: "sysfs", options: ["nosuid", "noexec", "nodev", "ro"]}'
  run_in ls /sys/class/net
  assert_success
  assert_contains lo
}

# A mount of the host's with flags that are locked in a user namespace; gone with unlocked_source.
locked_source ()
{
  mkdir "$USER_DIR/locked"
  mount -t tmpfs -o nosuid,nodev,noexec,mode=777 "$TAG" "$USER_DIR/locked"
}

unlocked_source ()
{
  umount "$USER_DIR/locked"
}

@test "a bind keeps the flags that are locked" {
  single_id
  locked_source
  config --arg d "$USER_DIR/locked" '.mounts += [{destination: "/b", source: $d, options: ["bind", "ro"]}]'
  run_in sh -c 'grep " /b " /proc/self/mountinfo; touch /b/x 2>&1'
  unlocked_source
  assert_contains " ro,nosuid,nodev,noexec"
  assert_contains "Read-only file system"
}

@test "a bind that asks for a locked flag to be off is refused" {
  single_id
  locked_source
  config --arg d "$USER_DIR/locked" '.mounts += [{destination: "/b", source: $d, options: ["bind", "suid"]}]'
  run_in true
  unlocked_source
  assert_failure
  assert_one_line
  assert_contains "mounts[6]"
}

@test "read-only root, masked and read-only paths" {
  single_id
  config '.root.readonly = true | .linux.maskedPaths = ["/etc/passwd"] | .linux.readonlyPaths = ["/proc/sys"]'
  run_in sh -c 'touch /x 2>&1; cat /etc/passwd; grep -c " /proc/sys ro," /proc/self/mountinfo'
  assert_success
  assert_output "touch: /x: Read-only file system
1"
}

@test "hostname and a sysctl of an own namespace" {
  single_id
  config '.hostname = "inside" | .linux.namespaces += [{type: "network"}] | .linux.sysctl = {"net.ipv4.ip_forward": "1"}'
  run_in sh -c 'hostname; cat /proc/sys/net/ipv4/ip_forward'
  assert_success
  assert_output "inside
1"
}

@test "a time namespace with offsets" {
  single_id
  config '.linux.namespaces += [{type: "time"}] | .linux.timeOffsets = {boottime: {secs: 100000000}}'
  run_in cut -d. -f1 /proc/uptime
  assert_success
  [ "$output" -gt 100000000 ]
}

@test "many ids: the user's groups are kept where run.oci.keep_original_groups asks for it" {
  many_ids
  args grep -w Groups: /proc/self/status
  in_group ()
  {
    run setpriv --reuid="$USER_UID" --regid="$USER_GID" --groups "$USER_GID,12" env -i PATH="$PATH" \
      XDG_RUNTIME_DIR="$USER_DIR/run" timeout 20 "$PERRY" run "$ID"
  }
  config '.annotations = {"run.oci.keep_original_groups": "1"}'
  in_group
  assert_success
  assert_contains 65534
  config 'del(.annotations)'
  in_group
  assert_success
  refute_contains 65534
}

@test "an oom score below the user's and limits above it are refused by name" {
  single_id
  config '.process.oomScoreAdj = -500'
  run_in true
  assert_failure
  assert_one_line
  assert_contains oomScoreAdj
  config '.process.oomScoreAdj = 500'
  run_in cat /proc/self/oom_score_adj
  assert_success
  assert_output 500
  config '.process.rlimits = [{type: "RLIMIT_MEMLOCK", soft: 1000, hard: 200000000000}]'
  run_in true
  assert_failure
  assert_one_line
  assert_contains RLIMIT_MEMLOCK
}

@test "without XDG_RUNTIME_DIR: the error says what would help" {
  single_id
  USER_PATH=$PATH
  run as_user env -u XDG_RUNTIME_DIR "$PERRY" run "$ID"
  assert_failure
  assert_one_line
  assert_contains XDG_RUNTIME_DIR
}

@test "a configuration as engines write it, with cgroups mounted" {
  many_ids
  jq --slurpfile c config.json '.linux += ($c[0].linux | {uidMappings, gidMappings}) | .linux.namespaces += [{type: "user"}]' \
    "$TOP/tests/bats/base.json" >new.json
  mv new.json config.json
  run_in sh -c 'ls /sys/fs/cgroup | wc -l; find /sys/fs/cgroup -maxdepth 2 -type d -exec mkdir {}/x \; 2>&1 | grep -vcE "Read-only|Permission denied"'
  assert_failure 1
  [ "${lines[0]}" -gt 0 ]
  assert_equal 0 "${lines[-1]}"
}

@test "the program has the user's exit status, output and input" {
  single_id
  args sh -c 'cat; exit 42'
  run perry run "$ID" <<<"through"
  assert_failure 42
  assert_output through
}

@test "terminal in the foreground" {
  require_program script
  many_ids
  config '.process.terminal = true'
  args sh -c 'test -t 0 && test -t 1 && tty && stty size'
  run as_user timeout 20 script -qec "$PERRY run $ID" /dev/null </dev/null
  assert_success
  assert_contains /dev/pts/0
}

@test "exec with a terminal" {
  require_program script
  single_id
  USER_PATH=$PATH
  start_container
  run as_user timeout 20 script -qec "$PERRY exec --tty $ID tty" /dev/null </dev/null
  assert_success
  assert_contains /dev/pts/
}

@test "hooks run as the user, those of the container as its root" {
  single_id
  USER_PATH=$PATH
  config --arg d "$USER_DIR" '.hooks = {
    createRuntime: [{path: "/bin/sh", args: ["sh", "-c", "id -u >\($d)/createRuntime"]}],
    createContainer: [{path: "/bin/sh", args: ["sh", "-c", "id -u >\($d)/createContainer"]}],
    startContainer: [{path: "/bin/sh", args: ["sh", "-c", "id -u >/startContainer"]}],
    poststart: [{path: "/bin/sh", args: ["sh", "-c", "id -u >\($d)/poststart"]}],
    poststop: [{path: "/bin/sh", args: ["sh", "-c", "id -u >\($d)/poststop"]}]}'
  run_in true
  assert_success
  assert_equal "$USER_UID" "$(cat "$USER_DIR/createRuntime")"
  assert_equal 0 "$(cat "$USER_DIR/createContainer")"
  assert_equal 0 "$(cat "$ROOTFS/startContainer")"
  assert_equal "$USER_UID" "$(cat "$USER_DIR/poststart")"
  assert_equal "$USER_UID" "$(cat "$USER_DIR/poststop")"
}

@test "seccomp and capabilities" {
  single_id
  config '.linux.seccomp = {defaultAction: "SCMP_ACT_ALLOW", syscalls: [{names: ["mkdir", "mkdirat"],
    action: "SCMP_ACT_ERRNO", errnoRet: 28}]}'
  run_in sh -c 'mkdir /d 2>&1; grep -E "^(Seccomp|CapEff|CapBnd|NoNewPrivs):" /proc/self/status'
  assert_success
  assert_contains "No space left"
  assert_match 'Seccomp:[[:space:]]2'
  assert_match 'CapEff:[[:space:]]0000000020000420'
}

@test "rlimits within the user's own" {
  single_id
  config '.process.rlimits = [{type: "RLIMIT_NOFILE", soft: 100, hard: 200}]'
  run_in sh -c 'ulimit -Sn; ulimit -Hn'
  assert_success
  assert_output "100
200"
}

@test "cgroups: without permission and without a wish it runs in the user's" {
  no_cgroup_of_user
  single_id
  start_container
  assert_equal "$(sed -n 's/^[0-9]*:pids://p' /proc/$$/cgroup)" \
    "$(sed -n 's/^[0-9]*:pids://p' "/proc/$(pid_of "$ID")/cgroup")"
}

@test "cgroups: a limit without permission is refused by its name" {
  no_cgroup_of_user
  single_id
  config '.linux.resources = {memory: {limit: 100000000}}'
  run_in true
  assert_failure
  assert_one_line
  assert_contains "linux.resources.memory"
  assert_match 'denied|permitted'
}

@test "cgroups: a path without permission is refused by its name" {
  no_cgroup_of_user
  single_id
  config --arg p "/$ID" '.linux.cgroupsPath = $p'
  run_in true
  assert_failure
  assert_one_line
  assert_contains cgroupsPath
}

@test "cgroups: pause and update say why they cannot" {
  no_cgroup_of_user
  single_id
  start_container
  run perry pause "$ID"
  assert_failure
  assert_one_line
  assert_contains cgroup
  assert_equal running "$(status_of "$ID")"
  run perry update --memory 100000000 "$ID"
  assert_failure
  assert_one_line
  assert_contains memory
  run perry resume "$ID"
  assert_failure
  assert_one_line
}

@test "without a cgroup: ps and kill --all find the processes of the pid namespace" {
  no_cgroup_of_user
  single_id
  args sh -c 'trap "" TERM; sleep 1001 & sleep 1002 & while :; do sleep 1000 & wait; done'
  start_container
  sleeps_are ()
  {
    [ "$(perry ps --format json "$ID" | jq length)" = "$1" ]
  }
  wait_for 5 sleeps_are 4
  run perry kill --all "$ID" INT
  assert_success
  wait_status "$ID" stopped
}

@test "without a cgroup and a pid namespace: a warning, and what can be reached is killed" {
  no_cgroup_of_user
  single_id
  config '.linux.namespaces |= map(select(.type != "pid")) |
    (.mounts[] | select(.destination == "/proc")) = {destination: "/proc", source: "/proc", options: ["rbind"]}'
  perry --log-level warning run --detach "$ID" </dev/null >"$WORK/log" 2>&1
  grep "first process only" "$WORK/log"
  run perry kill --all "$ID" KILL
  assert_failure
  assert_contains "has no cgroup"
  run perry kill "$ID" KILL
  assert_success
  wait_status "$ID" stopped
}

@test "network devices cannot be moved" {
  single_id
  config '.linux.namespaces += [{type: "network"}] | .linux.netDevices = {dummy0: {}}'
  run_in true
  assert_failure
  assert_one_line
  assert_contains netDevices
}

@test "id-mapped mounts are root's alone: the error says so" {
  many_ids
  as_user mkdir "$USER_DIR/src"
  config --arg d "$USER_DIR/src" '.mounts += [{destination: "/b", source: $d, options: ["bind", "idmap"]}]'
  run_in true
  assert_failure
  assert_one_line
  assert_contains "mounts["
  assert_contains "by root only"
}

@test "another user sees and touches nothing" {
  single_id
  start_container
  run setpriv --reuid=65534 --regid=65534 --clear-groups env XDG_RUNTIME_DIR="$USER_DIR/run" "$PERRY" state "$ID"
  assert_failure
}

@test "kill -9 of create at any moment, then delete --force: nothing is left" {
  local i pid
  single_id
  for i in 1 2 3 4 5 6 7 8 9 10 11 12; do
    perry create --bundle "$BUNDLE" "$ID-$i" </dev/null >/dev/null 2>&1 &
    pid=$!
    sleep "0.0$((i * 7 % 10))$((i % 3))"
    pgrep -u "$USER_UID" -f "create --bundle $BUNDLE $ID-$i\$" | while read -r pid; do
      [ "$(readlink "/proc/$pid/exe")" != "$(readlink -f "$(command -v timeout)")" ] || continue
      kill -KILL "$pid" 2>/dev/null || true
    done
    wait "$pid" || true
    run perry delete --force "$ID-$i"
    assert_success
  done
  [ -z "$(ls "$STATE_ROOT")" ]
}
