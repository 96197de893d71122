#!/usr/bin/env bats
# mounts.bats - config.json's mounts: flags, modes, propagation, targets, the kinds of sources, what is refused.

load helpers

add_mount ()
{
  # shellcheck disable=SC2016 # jq's variable
  config '.mounts += [$m]' --argjson m "$1"
}

# The mount options of TARGET in the container, and its optional fields (propagation), from mountinfo in $output.
options_of ()
{
  awk -v t="$1" '$5 == t { o = $6; p = ""; for (i = 7; $i != "-"; i++) p = p " " $i; r = o p } END { print r }' <<<"$output"
}

user_namespace ()
{
  config '.linux.namespaces += [{type: "user"}]
    | .linux.uidMappings = [{containerID: 0, hostID: 100000, size: 65536}]
    | .linux.gidMappings = [{containerID: 0, hostID: 100000, size: 65536}]'
  chown -R 100000:100000 "$ROOTFS"
  # What lies above has to be searchable for the container's root.
  local dir=$BUNDLE
  while [ "$dir" != / ]; do
    chmod o+x "$dir"
    dir=${dir%/*}
    dir=${dir:-/}
  done
}

@test "every default mount has its type, flags, mode and propagation" {
  run_in sh -c 'while read -r _ _ _ root path flags rest; do
      case $path in /sys/fs/cgroup/*|/proc/?*) continue;; esac
      shared=${rest%%- *}; fs=${rest#*- }
      echo "$path ${fs%% *} $flags $(stat -c %a $path) ${shared:-private}"
    done </proc/self/mountinfo'
  assert_success
  assert_output "/ $(stat -f -c %T "$ROOTFS" | sed 's,ext2/ext3,ext4,') rw,relatime 755 private
/proc proc rw,relatime 555 private
/dev tmpfs rw,nosuid 755 private
/dev/pts devpts rw,nosuid,noexec,relatime 755 private
/dev/shm tmpfs rw,nosuid,nodev,noexec,relatime 1777 private
/dev/mqueue mqueue rw,nosuid,nodev,noexec,relatime 1777 private
/sys sysfs ro,nosuid,nodev,noexec,relatime 555 private
/sys/fs/cgroup $([ "$(cgroup_mode)" = unified ] && echo cgroup2 || echo tmpfs) ro,nosuid,nodev,noexec,relatime 755 private
/sys/firmware tmpfs ro,nosuid,nodev,noexec,relatime 755 private"
}

@test "with cgroup v1 every hierarchy of the host has a directory that shows the container's own cgroup" {
  require_v1
  run_in sh -c 'cut -d: -f2 </proc/self/cgroup | sed "s/^name=//; s/^$/unified/" | while read -r name; do
      case " $0 " in *" $name "*) ;; *) continue;; esac
      [ -e /sys/fs/cgroup/$name/cgroup.procs ] || { echo "no $name"; continue; }
      grep -qx "$$" /sys/fs/cgroup/$name/cgroup.procs || [ $name = unified ] || echo "not in $name"
      ! mkdir /sys/fs/cgroup/$name/x 2>/dev/null || echo "may write to $name"
    done' "$(ls /sys/fs/cgroup | tr "\n" " ")"
  assert_success
  assert_output ""
}

@test "without a cgroup namespace the cgroup mount shows the container's own cgroup, read-only" {
  require_v1
  require_controller memory
  config 'del(.linux.namespaces[] | select(.type == "cgroup"))'
  run_in sh -c 'grep -x "$$" /sys/fs/cgroup/memory/cgroup.procs; mkdir /sys/fs/cgroup/memory/x'
  assert_failure 1
  assert_match '^1
'
  assert_contains "Read-only file system"
}

@test "with cgroup v2 the cgroup mount shows the container's own cgroup" {
  require_v2
  run_in sh -c 'cat /sys/fs/cgroup/cgroup.procs; cut -d: -f3 /proc/self/cgroup; mkdir /sys/fs/cgroup/x'
  assert_failure 1
  assert_match '^1
[0-9]+
/
'
  assert_contains "Read-only file system"
}

@test "with cgroup v2 and without a cgroup namespace the mount is the host's, with the options of the host's" {
  require_v2
  local before
  before=$(grep ' - cgroup2 ' /proc/self/mountinfo)
  config 'del(.linux.namespaces[] | select(.type == "cgroup"))'
  run_in sh -c 'grep -qx $$ /sys/fs/cgroup$(cut -d: -f3 /proc/self/cgroup)/cgroup.procs && echo in; mkdir /sys/fs/cgroup/x'
  assert_failure 1
  assert_match '^in'
  assert_contains "Read-only file system"
  assert_equal "$before" "$(grep ' - cgroup2 ' /proc/self/mountinfo)"
}

@test "bind mounts take a directory or a file, and make the target as one" {
  mkdir -p "$WORK/src"
  echo content >"$WORK/src/file"
  add_mount "{\"destination\":\"/new/dir\",\"source\":\"$WORK/src\",\"options\":[\"bind\"]}"
  add_mount "{\"destination\":\"/other/new/file\",\"source\":\"$WORK/src/file\",\"options\":[\"bind\",\"ro\"]}"
  run_in sh -c 'cat /new/dir/file /other/new/file; echo x >/new/dir/made; echo x >/other/new/file'
  assert_failure
  assert_contains "content
content"
  assert_contains "Read-only file system"
  [ -f "$WORK/src/made" ]
}

@test "a bind source relative to the bundle" {
  mkdir "$BUNDLE/data"
  echo here >"$BUNDLE/data/f"
  add_mount '{"destination":"/data","source":"data","options":["bind"]}'
  run_in cat /data/f
  assert_success
  assert_output here
}

@test "a bind keeps the source's flags unless an option says otherwise" {
  mkdir "$WORK/src"
  mount -t tmpfs -o nosuid,nodev,noexec tmpfs "$WORK/src"
  add_mount "{\"destination\":\"/kept\",\"source\":\"$WORK/src\",\"options\":[\"bind\"]}"
  add_mount "{\"destination\":\"/ro\",\"source\":\"$WORK/src\",\"options\":[\"bind\",\"ro\",\"noatime\"]}"
  add_mount "{\"destination\":\"/cleared\",\"source\":\"$WORK/src\",\"options\":[\"bind\",\"exec\",\"suid\",\"dev\"]}"
  run_in cat /proc/self/mountinfo
  umount "$WORK/src"
  assert_success
  assert_equal "rw,nosuid,nodev,noexec,relatime" "$(options_of /kept)"
  assert_equal "ro,nosuid,nodev,noexec,noatime" "$(options_of /ro)"
  assert_equal "rw,relatime" "$(options_of /cleared)"
}

@test "ro is for one mount, rro for all below" {
  mkdir "$WORK/src"
  mount -t tmpfs tmpfs "$WORK/src"
  mkdir "$WORK/src/below"
  mount -t tmpfs tmpfs "$WORK/src/below"
  add_mount "{\"destination\":\"/ro\",\"source\":\"$WORK/src\",\"options\":[\"rbind\",\"ro\"]}"
  add_mount "{\"destination\":\"/rro\",\"source\":\"$WORK/src\",\"options\":[\"rbind\",\"rro\"]}"
  add_mount "{\"destination\":\"/alone\",\"source\":\"$WORK/src\",\"options\":[\"bind\"]}"
  run_in cat /proc/self/mountinfo
  umount "$WORK/src/below" "$WORK/src"
  assert_success
  assert_equal "ro,relatime" "$(options_of /ro)"
  assert_equal "rw,relatime" "$(options_of /ro/below)"
  assert_equal "ro,relatime" "$(options_of /rro)"
  assert_equal "ro,relatime" "$(options_of /rro/below)"
  assert_equal "" "$(options_of /alone/below)"
}

@test "propagation of binds: private, slave, shared" {
  mkdir "$WORK/src"
  mount -t tmpfs tmpfs "$WORK/src"
  mount --make-shared "$WORK/src"
  local p
  for p in rprivate rslave rshared; do
    add_mount "{\"destination\":\"/$p\",\"source\":\"$WORK/src\",\"options\":[\"rbind\",\"$p\"]}"
  done
  run_in cat /proc/self/mountinfo
  umount "$WORK/src"
  assert_success
  assert_equal "rw,relatime" "$(options_of /rprivate)"
  [[ $(options_of /rslave) =~ ^rw,relatime\ master:[0-9]+$ ]]
  [[ $(options_of /rshared) =~ ^rw,relatime\ shared:[0-9]+\ master:[0-9]+$ ]]
}

@test "a mount on the host reaches a slave mount in the running container, and not a private one" {
  mkdir "$WORK/src"
  mount -t tmpfs tmpfs "$WORK/src"
  mount --make-shared "$WORK/src"
  mkdir "$WORK/src/late"
  add_mount "{\"destination\":\"/slave\",\"source\":\"$WORK/src\",\"options\":[\"rbind\",\"rslave\"]}"
  add_mount "{\"destination\":\"/private\",\"source\":\"$WORK/src\",\"options\":[\"rbind\",\"rprivate\"]}"
  start_container
  mount -t tmpfs tmpfs "$WORK/src/late"
  touch "$WORK/src/late/seen"
  in_container ls /slave/late /private/late
  umount "$WORK/src/late" "$WORK/src"
  assert_success
  assert_output "/private/late:

/slave/late:
seen"
}

@test "rootfsPropagation shared: what the container mounts in a shared volume reaches the host, nothing else does" {
  mkdir "$WORK/src"
  mount -t tmpfs tmpfs "$WORK/src"
  mount --make-shared "$WORK/src"
  mkdir "$WORK/src/in"
  config '.linux.rootfsPropagation = "shared"
    | .process.capabilities = ({bounding: ["CAP_SYS_ADMIN"]} | .effective = .bounding | .permitted = .bounding)'
  add_mount "{\"destination\":\"/vol\",\"source\":\"$WORK/src\",\"options\":[\"rbind\",\"rshared\"]}"
  start_container
  in_container mount -t tmpfs tmpfs /vol/in
  local host
  host=$(grep -c "$WORK/src/in" /proc/self/mountinfo) || true
  run ! grep -F "$ROOTFS" /proc/self/mountinfo
  umount "$WORK/src/in" "$WORK/src"
  assert_equal 1 "$host"
}

@test "a tmpfs takes over the mode of the directory below, unless it is given one" {
  mkdir -m 0750 "$ROOTFS/there" "$ROOTFS/other"
  add_mount '{"destination":"/there","type":"tmpfs","source":"tmpfs"}'
  add_mount '{"destination":"/other","type":"tmpfs","source":"tmpfs","options":["mode=0711"]}'
  add_mount '{"destination":"/made","type":"tmpfs","source":"tmpfs"}'
  run_in stat -c %a /there /other /made
  assert_success
  assert_output "750
711
1777"
}

@test "a read-only tmpfs and a read-only /dev are filled first" {
  config '(.mounts[] | select(.destination == "/dev").options) += ["ro"]'
  mkdir "$WORK/src"
  add_mount '{"destination":"/tmpro","type":"tmpfs","source":"tmpfs","options":["ro"]}'
  add_mount "{\"destination\":\"/tmpro/in\",\"source\":\"$WORK/src\",\"options\":[\"bind\"]}"
  run_in sh -c 'ls /tmpro; echo >/dev/null && echo ok; touch /dev/x || touch /tmpro/x'
  assert_failure
  assert_contains "in
ok"
  assert_equal 2 "$(grep -c "Read-only file system" <<<"$output")"
}

@test "tmpcopyup copies what the tmpfs covers with owners, modes, links and attributes" {
  mkdir -p "$ROOTFS/data/sub/deeper"
  echo text >"$ROOTFS/data/sub/file"
  chown 12:34 "$ROOTFS/data/sub/file"
  chmod 4644 "$ROOTFS/data/sub/file"
  ln -s /nowhere "$ROOTFS/data/link"
  chmod 0700 "$ROOTFS/data/sub/deeper"
  mkfifo "$ROOTFS/data/fifo"
  add_mount '{"destination":"/data","type":"tmpfs","source":"tmpfs","options":["tmpcopyup"]}'
  run_in sh -c 'cd /data && cat sub/file && stat -c "%a %u:%g %F" sub/file sub/deeper link fifo && readlink link; echo x >new'
  assert_success
  assert_output "text
4644 12:34 regular file
700 0:0 directory
777 0:0 symbolic link
644 0:0 fifo
/nowhere"
  [ ! -e "$ROOTFS/data/new" ]
}

@test "remount changes what is mounted, with bind the mount alone" {
  mkdir "$WORK/src"
  add_mount '{"destination":"/t","type":"tmpfs","source":"tmpfs","options":["size=64k"]}'
  add_mount '{"destination":"/t","type":"tmpfs","source":"tmpfs","options":["remount","size=128k","noexec"]}'
  add_mount "{\"destination\":\"/b\",\"source\":\"$WORK/src\",\"options\":[\"bind\"]}"
  add_mount "{\"destination\":\"/b\",\"source\":\"$WORK/src\",\"options\":[\"bind\",\"remount\",\"ro\",\"nodev\"]}"
  run_in cat /proc/self/mountinfo
  assert_success
  assert_equal "rw,noexec,relatime" "$(options_of /t)"
  assert_match " /t .*size=128k"
  assert_equal "ro,nodev,relatime" "$(options_of /b)"
  assert_equal 1 "$(grep -c ' /b ' <<<"$output")"
}

@test "the files of /proc that lxcfs provides may be covered" {
  echo fake >"$WORK/uptime"
  add_mount "{\"destination\":\"/proc/uptime\",\"source\":\"$WORK/uptime\",\"options\":[\"bind\",\"ro\"]}"
  run_in cat /proc/uptime
  assert_success
  assert_output fake
}

@test "options that only the file system knows, long ones too" {
  local low
  low=$WORK/$(printf 'l%.0s' {1..200})/$(printf 'o%.0s' {1..200})
  mkdir -p "$low" "$WORK/upper"
  mount -t tmpfs tmpfs "$WORK/upper"
  mkdir "$WORK/upper/u" "$WORK/upper/w"
  echo low >"$low/f"
  add_mount "{\"destination\":\"/over\",\"type\":\"overlay\",\"source\":\"overlay\",\"options\":[\"lowerdir=$low\",\"upperdir=$WORK/upper/u\",\"workdir=$WORK/upper/w\"]}"
  run_in cat /over/f
  umount "$WORK/upper"
  assert_success
  assert_output low
}

@test "an option that the file system does not know is named" {
  add_mount '{"destination":"/t","type":"tmpfs","source":"tmpfs","options":["sizzle=3"]}'
  run_in true
  assert_failure
  assert_contains "/t"
  assert_contains "sizzle"
}

@test "what is bound on what is said when the kinds differ" {
  mkdir "$WORK/dir" "$ROOTFS/isdir"
  touch "$WORK/file" "$ROOTFS/isfile"
  cp "$BUNDLE/config.json" "$WORK/saved.json"
  add_mount "{\"destination\":\"/isfile\",\"source\":\"$WORK/dir\",\"options\":[\"bind\"]}"
  run_in true
  assert_failure
  assert_contains "which is a directory, on a file"
  cp "$WORK/saved.json" "$BUNDLE/config.json"
  add_mount "{\"destination\":\"/isdir\",\"source\":\"$WORK/file\",\"options\":[\"bind\"]}"
  run_in true
  assert_failure
  assert_contains "which is a file, on a directory"
}

@test "a missing bind source is named" {
  add_mount "{\"destination\":\"/x\",\"source\":\"$WORK/none\",\"options\":[\"bind\"]}"
  run_in true
  assert_failure
  assert_contains "$WORK/none: No such file or directory"
}

@test "FIFOs and sockets can be bound" {
  mkfifo "$WORK/fifo"
  add_mount "{\"destination\":\"/fifo\",\"source\":\"$WORK/fifo\",\"options\":[\"bind\"]}"
  run_in stat -c %F /fifo
  assert_success
  assert_output fifo
}

@test "later mounts may use earlier ones" {
  add_mount '{"destination":"/a","type":"tmpfs","source":"tmpfs"}'
  mkdir "$WORK/src"
  touch "$WORK/src/f"
  add_mount "{\"destination\":\"/a/b/c\",\"source\":\"$WORK/src\",\"options\":[\"bind\"]}"
  add_mount '{"destination":"/a/b/c/d","type":"tmpfs","source":"tmpfs"}'
  run_in ls /a/b/c
  assert_success
  assert_output "d
f"
}

@test "crun's options: copy-symlink, src-nofollow, dest-nofollow" {
  ln -s /somewhere "$WORK/link"
  touch "$WORK/file"
  ln -s /etc/other "$ROOTFS/tlink"
  add_mount "{\"destination\":\"/copied\",\"source\":\"$WORK/link\",\"options\":[\"bind\",\"copy-symlink\"]}"
  add_mount "{\"destination\":\"/bound\",\"source\":\"$WORK/link\",\"options\":[\"bind\",\"src-nofollow\"]}"
  add_mount "{\"destination\":\"/tlink\",\"source\":\"$WORK/file\",\"options\":[\"bind\",\"dest-nofollow\"]}"
  run_in sh -c 'readlink /copied; readlink /bound; stat -c %F /tlink'
  assert_success
  assert_output "/somewhere
/somewhere
regular empty file"
}

@test "an id-mapped mount with mappings of its own shifts owners" {
  require_kernel 5.12
  mkdir "$WORK/src"
  mount -t tmpfs -o mode=755 tmpfs "$WORK/src"
  touch "$WORK/src/f"
  chown 5:6 "$WORK/src/f"
  add_mount "{\"destination\":\"/m\",\"source\":\"$WORK/src\",\"options\":[\"bind\",\"idmap\"],
    \"uidMappings\":[{\"containerID\":0,\"hostID\":1000,\"size\":10}],\"gidMappings\":[{\"containerID\":0,\"hostID\":2000,\"size\":10}]}"
  run_in stat -c %u:%g /m/f
  umount "$WORK/src"
  assert_success
  assert_output 1005:2006
}

@test "in a user namespace: idmap with the container's mappings, by the runtime" {
  require_kernel 5.12
  user_namespace
  mkdir "$WORK/src"
  mount -t tmpfs -o mode=755 tmpfs "$WORK/src"
  touch "$WORK/src/f"
  chown 5:6 "$WORK/src/f"
  add_mount "{\"destination\":\"/m\",\"source\":\"$WORK/src\",\"options\":[\"bind\",\"idmap\"]}"
  run_in stat -c %u:%g /m/f
  umount "$WORK/src"
  assert_success
  assert_output 5:6
}

@test "in a user namespace: a source below a directory that is closed to the container" {
  user_namespace
  mkdir -p "$WORK/closed/src"
  echo found >"$WORK/closed/src/f"
  chmod 0700 "$WORK/closed"
  add_mount "{\"destination\":\"/m\",\"source\":\"$WORK/closed/src\",\"options\":[\"bind\"]}"
  run_in cat /m/f
  assert_success
  assert_output found
}

@test "in a user namespace: directories made for mounts belong to the container's root, flags stay locked" {
  user_namespace
  mkdir "$WORK/src"
  mount -t tmpfs -o nosuid,nodev,noexec,mode=777 tmpfs "$WORK/src"
  add_mount "{\"destination\":\"/new/place\",\"source\":\"$WORK/src\",\"options\":[\"bind\",\"ro\"]}"
  run_in sh -c 'stat -c %u:%g /new; grep " /new/place " /proc/self/mountinfo | cut -d" " -f6'
  umount "$WORK/src"
  assert_success
  assert_output "0:0
ro,nosuid,nodev,noexec,relatime"
}

@test "in a user namespace with the host's network: /sys is the host's, read-only" {
  user_namespace
  config 'del(.linux.namespaces[] | select(.type == "network"))'
  run_in sh -c 'grep " /sys " /proc/self/mountinfo | cut -d" " -f6; mkdir /sys/fs/cgroup/memory/x /sys/fs/cgroup/x'
  assert_failure
  assert_match '^ro,'
  refute_contains "can't create directory '/sys/fs/cgroup/x': No space"
}

@test "in a user namespace with the host's pid namespace: /proc is the host's" {
  user_namespace
  config 'del(.linux.namespaces[] | select(.type == "pid")) | .linux.maskedPaths = [] | .linux.readonlyPaths = []'
  run_in sh -c 'stat -c %i /proc; [ -d /proc/'$$' ] && echo hosts'
  assert_success
  assert_output "1
hosts"
}
