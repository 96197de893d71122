#!/usr/bin/env bats
# security_paths.bats - images and fellow containers that attack the runtime by paths: links, fake /proc, fake null devices,
# and races against another process that exchanges directories for links. Nothing outside the root file system may be
# made, changed or shown. OUT is a canary directory; starts are bounded ($PERRY_RACES, 200).

load helpers

setup ()
{
  setup_bundle
  OUT=$WORK/out
  mkdir "$OUT"
  echo canary >"$OUT/canary"
  RACES=${PERRY_RACES:-200}
}

teardown ()
{
  local left
  left=$(ls -A "$OUT")
  teardown_bundle || return 1
  assert_equal canary "$left"
}

no_dev_mounts ()
{
  config 'del(.mounts[] | select(.destination | startswith("/dev")))'
  rm -rf "$ROOTFS/dev"
}

add_mount ()
{
  # shellcheck disable=SC2016 # jq's variable
  config '.mounts += [$m]' --argjson m "$1"
}

# Links that lead to OUT if they are followed on the host: absolute, and relative to DIR of the root file system.
links_out ()
{
  echo "$OUT"
  realpath --relative-to="$1" "$OUT"
  echo "../../../../../../../../../../../..$OUT"
}

@test "A1: a container that leaves a link behind does not get the next start's mounts outside" {
  run_in sh -c "ln -s $OUT /mnt"
  assert_success
  add_mount '{"destination":"/mnt/x","type":"tmpfs","source":"tmpfs"}'
  run_in true
  assert_success
}

@test "A6: only procfs goes on /proc" {
  mkdir -p "$WORK/fake/self/attr" "$WORK/fake/sys/net/ipv4"
  touch "$WORK/fake/self/attr/exec" "$WORK/fake/sys/net/ipv4/ip_forward"
  config '.linux.sysctl = {"net.ipv4.ip_forward": "1"}'
  cp "$BUNDLE/config.json" "$WORK/saved.json"
  config '(.mounts[] | select(.destination == "/proc")) = {destination: "/proc", type: "tmpfs", source: "tmpfs"}'
  run_in true
  assert_failure
  assert_contains "/proc"
  cp "$WORK/saved.json" "$BUNDLE/config.json"
  config '(.mounts[] | select(.destination == "/proc")) = {destination: "/proc", source: $s, options: ["bind"]}' --arg s "$WORK/fake"
  run_in true
  assert_failure
  assert_contains "only a proc file system"
  [ ! -s "$WORK/fake/self/attr/exec" ]
  [ ! -s "$WORK/fake/sys/net/ipv4/ip_forward" ]
}

@test "A6: a directory of procfs that is not its root does not go on /proc" {
  config '(.mounts[] | select(.destination == "/proc")) = {destination: "/proc", source: "/proc/self", options: ["bind"]}'
  run_in true
  assert_failure
  assert_contains "only a proc file system"
}

@test "A7: /proc and /sys that are links are refused" {
  local dir target
  for dir in proc sys; do
    for target in /fake "$OUT" ../out ../../out; do
      rm -rf "${ROOTFS:?}/$dir"
      mkdir -p "$ROOTFS/fake"
      ln -s "$target" "$ROOTFS/$dir"
      run_in true
      assert_failure
      assert_contains "must be mounted on ordinary directory"
    done
    rm "$ROOTFS/$dir"
  done
}

@test "A8: links in mount destinations are resolved inside the root" {
  local target
  while read -r target; do
    ln -sfn "$target" "$ROOTFS/evil"
    config '.mounts = [.mounts[] | select(.destination | startswith("/evil") | not)]
      + [{destination: "/evil/a/b", type: "tmpfs", source: "tmpfs"}]'
    run_in sh -c 'grep -c "/a/b " /proc/self/mountinfo'
    assert_success
    assert_output 1
  done < <(links_out "$ROOTFS")
}

@test "a link into /proc as a mount destination is refused" {
  ln -s /proc/sys/kernel "$ROOTFS/way"
  mkdir "$WORK/src"
  add_mount "{\"destination\":\"/way\",\"source\":\"$WORK/src\",\"options\":[\"bind\"]}"
  run_in true
  assert_failure
  assert_contains "link into /proc"
}

@test "A13: in a user namespace the host's cgroups cannot be written to" {
  config 'del(.linux.namespaces[] | select(.type == "cgroup")) | .linux.namespaces += [{type: "user"}]
    | .linux.uidMappings = [{containerID: 0, hostID: 0, size: 65536}] | .linux.gidMappings = .linux.uidMappings
    | (.mounts[] | select(.type == "cgroup" or .type == "sysfs").options) |= map(select(. != "ro"))
    | .process.capabilities = ({bounding: ["CAP_SYS_ADMIN", "CAP_DAC_OVERRIDE"]} | .effective = .bounding | .permitted = .bounding)'
  # Its own cgroup of version 1 it may have; what lies above it must not be there at all.
  run_in sh -c 'cd /sys/fs/cgroup && for d in . *; do mkdir $d/../'"$ID"'-x 2>/dev/null && echo "made in $d"; done; cat */release_agent 2>/dev/null; echo end'
  assert_success
  run find /sys/fs/cgroup -name "$ID-x"
  assert_output ""
}

@test "A16: masks are made with a null device that the image did not provide" {
  no_dev_mounts
  mkdir "$ROOTFS/dev"
  echo hidden >"$ROOTFS/secret"
  config '.linux.maskedPaths = ["/secret"]'
  local kind
  for kind in link file zero; do
    rm -f "$ROOTFS/dev/null"
    case $kind in
      link) ln -s "$OUT/canary" "$ROOTFS/dev/null" ;;
      file) echo fake >"$ROOTFS/dev/null" ;;
      zero) mknod "$ROOTFS/dev/null" c 1 5 ;;
    esac
    run_in sh -c 'stat -c %t:%T /secret; cat /secret; echo x >/secret'
    refute_contains hidden
    [ "$status" -ne 0 ] || assert_output 1:3
    assert_equal canary "$(cat "$OUT/canary")"
  done
}

@test "finding 2: streams are not redirected into a file that plays /dev/null" {
  mkdir "$WORK/dev"
  touch "$WORK/dev/null"
  config '.mounts = [.mounts[] | select(.destination == "/proc")]
    + [{destination: "/dev", source: $d, options: ["bind"]}]' --arg d "$WORK/dev"
  args sh -c 'echo out; echo err >&2'
  perry run --bundle "$BUNDLE" "$ID" </dev/null >"$WORK/stdout" 2>"$WORK/stderr"
  assert_equal out "$(cat "$WORK/stdout")"
  assert_equal err "$(cat "$WORK/stderr")"
  perry run --bundle "$BUNDLE" "$ID" </dev/null >/dev/null 2>&1
  [ ! -s "$WORK/dev/null" ]
}

@test "finding 3: device paths with .. and links stay inside the root" {
  local path
  for path in ../../x /dev/../../x relative /dev/../../../../x; do
    config '.linux.devices = [{path: $p, type: "c", major: 1, minor: 3}]' --arg p "$path"
    run_in true
    [ ! -e "$BUNDLE/x" ]
    [ ! -e "$WORK/x" ]
    [ ! -e "$BUNDLE/relative" ]
  done
  ln -s "$OUT" "$ROOTFS/way"
  config '.linux.devices = [{path: "/way/dev1", type: "c", major: 1, minor: 3}]'
  run_in stat -c %t:%T /way/dev1
  assert_success
  assert_output 1:3
}

@test "A20: an image whose /dev is a link" {
  no_dev_mounts
  local target
  while read -r target; do
    echo keep >"$OUT/ptmx"
    rm -rf "${ROOTFS:?}$OUT" "$ROOTFS/dev"
    ln -s "$target" "$ROOTFS/dev"
    run_in sh -c 'stat -c %t:%T /dev/null; readlink /dev/ptmx'
    [ "$status" -ne 0 ] || assert_output "1:3
pts/ptmx"
    assert_equal keep "$(cat "$OUT/ptmx")"
    rm "$OUT/ptmx"
    assert_equal canary "$(ls -A "$OUT")"
  done < <(links_out "$ROOTFS")
}

@test "A18: labels and sysctls are not written to what is mounted over /proc" {
  mkdir "$WORK/src"
  local file
  for file in /proc/self/attr/exec /proc/sys/net/ipv4/ip_forward /proc/sys /proc/1; do
    touch "$WORK/src/f"
    add_mount "{\"destination\":\"$file\",\"source\":\"$WORK/src/f\",\"options\":[\"bind\"]}"
    run_in true
    assert_failure
    assert_contains "$file"
    config 'del(.mounts[-1])'
  done
}

@test "A23: long paths with many links" {
  local i long=
  for i in {1..39}; do ln -s "l$((i + 1))" "$ROOTFS/l$i"; done
  mkdir "$ROOTFS/l40"
  add_mount '{"destination":"/l1/m","type":"tmpfs","source":"tmpfs"}'
  run_in sh -c 'grep -c " /l40/m " /proc/self/mountinfo'
  assert_success
  assert_output 1
  for i in 4098 8192; do
    long=$(printf '/%.0s' $(seq 1 $((i / 2))))
    long=${long//\//\/x}
    config '.mounts[-1].destination = $d' --arg d "$long"
    run_in true
    assert_failure
    assert_one_line
  done
}

@test "A18: a sysctl does not go to what another process has mounted over it in a shared mount namespace" {
  require_program nsenter
  echo untouched >"$WORK/canary"
  background unshare --mount --fork --kill-child sh -c 'mount --bind "$0" /proc/sys/net/ipv4/ip_forward || exit 1
    mount --bind "$0" /proc/sys/kernel/msgmax || exit 1; echo ready >"$1"; exec sleep 1000' "$WORK/canary" "$WORK/mounted"
  local parent=$!
  wait_for 5 test -s "$WORK/mounted"
  config '(.linux.namespaces[] | select(.type == "mount")).path = $p
    | .linux.sysctl = {"net.ipv4.ip_forward": "1", "kernel.msgmax": "8001"}' --arg p "/proc/$(pgrep -P "$parent")/ns/mnt"
  run_in cat /proc/sys/net/ipv4/ip_forward /proc/sys/kernel/msgmax
  assert_success
  assert_output "1
8001"
  assert_equal untouched "$(cat "$WORK/canary")"
}

# What the container's process does by the names of files, up to its program: lines of strace without those that the
# kernel resolves inside the root or for a descriptor.
names_of ()
{
  local trace=$1 program=$2 pid
  pid=$(awk -v p="execve(\"$program\"" 'index ($0, p) { print $1; exit }' "$trace")
  [ -n "$pid" ] || fail "$program was not run: $(tail -3 "$trace")"
  sed -n "/^$pid /{p; /execve(\"${program//\//\\/}\"/q}" "$trace"
}

@test "A18, A19: nothing below /proc or /sys and no target of a mount is ever named by a path" {
  require_program strace
  local calls='open,openat,openat2,open_tree,creat,mount,umount2,mkdir,mkdirat,mknod,mknodat,unlink,unlinkat,chmod,fchmodat,chown,fchownat,lchown,truncate,setxattr,rename,link'
  echo x >"$ROOTFS/secret"
  config '.linux.sysctl = {"net.ipv4.ip_forward": "1"} | .linux.maskedPaths += ["/secret"] | .linux.readonlyPaths += ["/etc"]
    | .root.readonly = true | .process.user = {uid: 1000, gid: 1000}'
  args id
  strace -f -o "$WORK/trace" -e "trace=execve,$calls" "$PERRY" --root "$STATE_ROOT" run --bundle "$BUNDLE" "$ID" </dev/null >/dev/null 3>&-
  run names_of "$WORK/trace" /bin/id
  assert_success
  # Otherwise it proves nothing.
  assert_contains 'ip_forward'
  # One of the host's is read, while the container has nothing yet.
  run grep -E " (${calls//,/|})\\((AT_FDCWD, )?\"/(proc|sys)/" <(grep -v '"/proc/self/cgroup", O_RDONLY' <<<"$output")
  assert_output ""
  run names_of "$WORK/trace" /bin/id
  run grep -E " (mount|umount2)\\(([^,]*, )?\"/[^\"]" <<<"$output"
  assert_output ""
  # The same for a process that joins.
  args sleep 1000
  start_container "$ID-2"
  strace -f -o "$WORK/trace2" -e "trace=execve,$calls" "$PERRY" --root "$STATE_ROOT" exec "$ID-2" id </dev/null >/dev/null 3>&-
  run names_of "$WORK/trace2" /bin/id
  assert_success
  run grep -E " (${calls//,/|})\\((AT_FDCWD, )?\"/(proc|sys)/" <<<"$output"
  assert_output ""
}

@test "A10: more mappings than a message had room for, and paths that no kernel takes" {
  config '.linux.namespaces += [{type: "user"}]
    | .linux.uidMappings = [range (20000) | {containerID: ., hostID: ., size: 1}] | .linux.gidMappings = .linux.uidMappings'
  run_in true
  assert_failure 1
  assert_one_line
  assert_contains linux.uidMappings
  # As many as the kernel takes, each a range of its own.
  config '.linux.uidMappings = [range (340) | {containerID: ., hostID: (. * 2), size: 1}] | .linux.gidMappings = .linux.uidMappings'
  run_in sh -c 'wc -l </proc/self/uid_map; tail -n 1 /proc/self/uid_map | tr -s " "'
  assert_success
  assert_output "340
 339 678 1"
  local long where
  long=/$(printf '%070000d' 0 | tr 0 a)
  for where in .root.path .linux.cgroupsPath .process.cwd '.mounts[0].destination' '.linux.maskedPaths[0]' \
    '.linux.namespaces[0].path' '.hooks.prestart[0].path'; do
    cp "$TOP/tests/bats/base.json" config.json
    args true
    printf '%s' "$long" >"$WORK/long"
    config "$where = \$l" --rawfile l "$WORK/long"
    run_perry run --bundle "$BUNDLE" "$ID"
    assert_failure 1
    [ "${#lines[@]}" -eq 1 ] || fail "$where: ${output:0:300}"
    [ "${#output}" -lt 5000 ]
  done
}

@test "A21: what the image has planted where the runtime makes files: links to the host, FIFOs" {
  local kind
  no_dev_mounts
  config '.process.cwd = "/work" | .linux.maskedPaths = ["/proc/keys", "/secret"] | .process.user = {uid: 1000, gid: 1000}'
  add_mount "{\"destination\":\"/etc/resolv.conf\",\"source\":\"$BUNDLE/config.json\",\"options\":[\"bind\",\"ro\"]}"
  for kind in link relative fifo; do
    rm -rf "${ROOTFS:?}"/etc "$ROOTFS/secret" "$ROOTFS/work"
    mkdir "$ROOTFS/etc"
    # Not /secret: a link to the same would mask what is mounted.
    for file in etc/passwd etc/group etc/resolv.conf; do
      case $kind in
        link) ln -s "$OUT/canary" "$ROOTFS/$file" ;;
        relative) ln -s "../../../../../../../../../../../..$OUT/canary" "$ROOTFS/$file" ;;
        fifo) mkfifo "$ROOTFS/$file" ;;
      esac
    done
    [ "$kind" = fifo ] || ln -s "$OUT" "$ROOTFS/work"
    [ "$kind" = fifo ] || ln -s "$OUT/other" "$ROOTFS/secret"
    PERRY_TIMEOUT=10 run_in grep -c '"ociVersion":' /etc/resolv.conf
    assert_success
    assert_output 1
    assert_equal canary "$(cat "$OUT/canary")"
    assert_equal canary "$(ls -A "$OUT")"
    rm -rf "${ROOTFS:?}/${OUT#/}"
  done
}

@test "A24: names of sysctls that would say more than one" {
  local key before
  before=$(cat /proc/sys/kernel/core_pattern)
  for key in kernel.shm_rmid_forced=1+kernel.core_pattern net/../kernel/core_pattern net.ipv4.../kernel/core_pattern \
    kernel/shmmax/../core_pattern $'kernel.shmmax\nkernel.core_pattern' net//ipv4/ip_forward /net/ipv4/ip_forward \
    net/ipv4/conf/../../../kernel/core_pattern '' . net. net/ kernel; do
    config '.linux.sysctl = {($k): "evil"}' --arg k "$key"
    run_in true
    assert_failure 1
    assert_one_line
    assert_contains linux.sysctl
  done
  assert_equal "$before" "$(cat /proc/sys/kernel/core_pattern)"
}

# --- races -------------------------------------------------------------------------------------------------------------

# The host's mounts, but those of tests that run beside this one.
host_mounts ()
{
  cut -d' ' -f5 /proc/self/mountinfo | awk -v own="$WORK" '! /\/bats-run-/ || index ($0, own)' | sort
}

# RACES starts, while another process exchanges $1 and $2; "@" in config.json is another name each time. A start may fail;
# nothing may come out. Mounts of the host are watched: their table must not change.
race ()
{
  local n before swap failed=0
  swap=$(helper swap)
  before=$(host_mounts)
  background "$swap" "$1" "$2"
  cp "$BUNDLE/config.json" "$WORK/template.json"
  for ((n = 0; n < RACES; n++)); do
    sed "s/@/n$n/" "$WORK/template.json" >"$BUNDLE/config.json"
    perry run --bundle "$BUNDLE" "$ID" </dev/null >>"$WORK/races" 2>&1 || failed=$((failed + 1))
  done
  kill "$!"
  assert_equal "$before" "$(host_mounts)"
  [ "$failed" -lt "$RACES" ] || fail "not one start of $RACES worked: $(tail -3 "$WORK/races")"
}

# A volume in which `a` is a directory and `evil` a link out.
hostile_volume ()
{
  mkdir -p "$WORK/vol/a"
  ln -s "$1" "$WORK/vol/evil"
  add_mount "{\"destination\":\"/v\",\"source\":\"$WORK/vol\",\"options\":[\"rbind\"]}"
}

@test "A9: a mount into a shared volume whose directory becomes a link" {
  hostile_volume /
  mkdir "$WORK/vol/a/b"
  add_mount '{"destination":"/v/a/b","type":"tmpfs","source":"tmpfs"}'
  args sh -c '[ ! -e '"$OUT"'/canary ] || echo ESCAPED'
  race "$WORK/vol/a" "$WORK/vol/evil"
  run ! grep ESCAPED "$WORK/races"
}

@test "A15: missing directories below one that becomes a link" {
  hostile_volume "../../../../../../../../../../../..$OUT"
  args true
  add_mount '{"destination":"/v/a/@/2/3/4/5/6","type":"tmpfs","source":"tmpfs"}'
  race "$WORK/vol/a" "$WORK/vol/evil"
}

@test "A15: files to bind on below one that becomes a link" {
  hostile_volume "$OUT"
  touch "$WORK/file"
  args true
  add_mount "{\"destination\":\"/v/a/@/2/file\",\"source\":\"$WORK/file\",\"options\":[\"bind\"]}"
  race "$WORK/vol/a" "$WORK/vol/evil"
}

@test "A19: a path on the way to a read-only one becomes a link" {
  hostile_volume /elsewhere
  mkdir -p "$WORK/vol/a/ro" "$ROOTFS/elsewhere/ro"
  config '.linux.readonlyPaths = ["/v/a/ro"]'
  # Whichever of both was found: it has to be the one that is read-only.
  args sh -c 'n=$(grep -cE " (/v/a/ro|/v/evil/ro|/elsewhere/ro) ro," /proc/self/mountinfo); [ $n = 1 ] || { echo BAD; cat /proc/self/mountinfo; }'
  race "$WORK/vol/a" "$WORK/vol/evil"
  run ! grep -A20 BAD "$WORK/races"
}

@test "A17: /dev/console while another container exchanges what lies there" {
  no_dev_mounts
  mkdir -p "$ROOTFS/dev" "$WORK/dev/pts"
  touch "$WORK/dev/console"
  ln -s /proc/sys/kernel/core_pattern "$WORK/dev/evil"
  add_mount "{\"destination\":\"/dev\",\"source\":\"$WORK/dev\",\"options\":[\"bind\"]}"
  add_mount '{"destination":"/dev/pts","type":"devpts","source":"devpts","options":["newinstance","ptmxmode=0666"]}'
  config '.process.terminal = true'
  args sh -c 'for f in console evil; do [ ! -e /dev/$f ] || stat -c "console %t" /dev/$f; done; grep " /proc/sys/kernel/core_pattern " /proc/self/mountinfo && echo ESCAPED'
  local n swap failed=0
  swap=$(helper swap)
  background "$swap" "$WORK/dev/console" "$WORK/dev/evil"
  for ((n = 0; n < RACES; n++)); do
    script -qec "$PERRY --root $STATE_ROOT run --bundle $BUNDLE $ID" /dev/null </dev/null >>"$WORK/races" 2>&1 || failed=$((failed + 1))
  done
  grep -q "console 88" "$WORK/races" || fail "no start worked: $(tail -3 "$WORK/races")"
  run ! grep ESCAPED "$WORK/races"
}

@test "G21: a storm of renames makes no start fail" {
  mkdir -p "$ROOTFS/s/a" "$ROOTFS/s/b"
  add_mount '{"destination":"/s/a/x","type":"tmpfs","source":"tmpfs"}'
  # ".." is what the kernel answers with EAGAIN while anything is renamed.
  ln -s ../../../s/a/../b "$ROOTFS/s/link"
  add_mount '{"destination":"/s/link/y","type":"tmpfs","source":"tmpfs"}'
  local i n swap
  swap=$(helper swap)
  for i in 1 2 3 4; do
    mkdir "$ROOTFS/s/p$i" "$ROOTFS/s/q$i"
    background "$swap" "$ROOTFS/s/p$i" "$ROOTFS/s/q$i"
  done
  args true
  for ((n = 0; n < RACES; n++)); do
    perry run --bundle "$BUNDLE" "$ID" </dev/null >"$WORK/log" 2>&1 || fail "start $n: $(cat "$WORK/log")"
  done
}
