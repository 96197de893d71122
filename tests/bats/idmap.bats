# idmap.bats - id-mapped mounts: uidMappings and gidMappings of mounts, the options idmap and ridmap (E19, E20, I12).

load helpers

setup ()
{
  setup_bundle || return 1
  open_way
  require_root
  require_kernel 5.12
  SOURCE=$WORK/source
  mkdir "$SOURCE"
  # A file system that can be id-mapped whatever the tests' directory is on (tmpfs: kernel 6.3).
  mount -t tmpfs -o mode=755 "$TAG" "$SOURCE" || return 1
  touch "$SOURCE/root" "$SOURCE/five" "$SOURCE/outside"
  chown 5:6 "$SOURCE/five"
  chown 200000:200000 "$SOURCE/outside"
}

teardown ()
{
  umount -R "$SOURCE" 2>/dev/null || true
  teardown_bundle
}

userns ()
{
  config '.linux.namespaces += [{type: "user"}] |
    .linux.uidMappings = [{containerID: 0, hostID: 100000, size: 65536}] | .linux.gidMappings = .linux.uidMappings'
  chown -R 100000:100000 "$ROOTFS"
}

# mount_with OPTIONS-ARRAY [MAPPINGS-ARRAY]
mount_with ()
{
  config --arg s "$SOURCE" --argjson o "$1" --argjson m "${2:-null}" '.mounts += [{destination: "/m", source: $s, options: $o} +
    (if $m then {uidMappings: $m, gidMappings: $m} else {} end)]'
}

owners='stat -c %u:%g /m/root /m/five /m/outside'

@test "mappings of the mount, no user namespace: owners are shifted, both ways" {
  mount_with '["bind"]' '[{"containerID": 0, "hostID": 1000, "size": 10}]'
  config '.process.user = {uid: 1003, gid: 1004}'
  chmod 777 "$SOURCE"
  run_in sh -c "$owners; touch /m/new; stat -c %u:%g /m/new"
  assert_success
  assert_output "1000:1000
1005:1006
65534:65534
1003:1004"
  assert_equal 3:4 "$(stat -c %u:%g "$SOURCE/new")"
}

@test "mappings of the mount beside those of the container" {
  userns
  mount_with '["bind", "idmap"]' '[{"containerID": 0, "hostID": 100100, "size": 10}]'
  run_in sh -c "$owners"
  assert_success
  assert_output "100:100
105:106
65534:65534"
}

@test "idmap without mappings: the container's; what they lack is nobody's" {
  userns
  mount_with '["bind", "idmap"]'
  run_in sh -c "$owners; touch /m/new"
  assert_success
  assert_output "0:0
5:6
65534:65534"
  assert_equal 0:0 "$(stat -c %u:%g "$SOURCE/new")"
}

@test "idmap without mappings in a joined user namespace: that one's" {
  userns
  start_container
  config --arg p "/proc/$(pid_of "$ID")/ns/user" '.linux.namespaces |= map(if .type == "user" then .path = $p else . end) |
    del(.linux.uidMappings, .linux.gidMappings)'
  mount_with '["bind", "idmap"]'
  args sh -c "$owners"
  run perry run --bundle "$BUNDLE" "$ID-2"
  assert_success
  assert_output "0:0
5:6
65534:65534"
}

@test "without idmap: owners are nobody in the container" {
  userns
  mount_with '["bind"]'
  run_in sh -c "$owners"
  assert_success
  assert_output "65534:65534
65534:65534
65534:65534"
}

@test "rbind with idmap maps the one mount, ridmap those below as well" {
  userns
  mkdir "$SOURCE/below"
  mount -t tmpfs -o mode=755 "$TAG" "$SOURCE/below"
  touch "$SOURCE/below/f"
  chown 5:6 "$SOURCE/below/f"
  mount_with '["rbind", "idmap"]'
  run_in stat -c %u:%g /m/five /m/below/f
  assert_success
  assert_output "5:6
65534:65534"
  config '.mounts[-1].options = ["rbind", "ridmap"]'
  run_in stat -c %u:%g /m/five /m/below/f
  assert_success
  assert_output "5:6
5:6"
}

@test "read-only and id-mapped" {
  userns
  mount_with '["bind", "idmap", "ro", "nodev"]'
  run_in sh -c 'touch /m/x 2>&1; grep " /m " /proc/self/mountinfo'
  assert_success
  assert_contains "Read-only file system"
  assert_contains " ro,nodev"
  assert_contains idmapped
}

@test "a source below a directory that only root may enter" {
  userns
  mkdir -m 755 "$SOURCE/closed" "$SOURCE/closed/in"
  chmod 700 "$SOURCE/closed"
  touch "$SOURCE/closed/in/f"
  SOURCE=$SOURCE/closed/in mount_with '["bind", "idmap"]'
  run_in stat -c %u:%g /m/f
  assert_success
  assert_output 0:0
}

@test "the source itself stays as it was" {
  userns
  mount_with '["rbind", "ridmap", "ro"]'
  run_in true
  assert_success
  run grep " $SOURCE " /proc/self/mountinfo
  refute_contains idmapped
  assert_contains " rw,"
}

@test "refused: no mappings at all, one of two, not a bind, a file system that cannot" {
  mount_with '["bind", "idmap"]'
  run_in true
  assert_failure 1
  assert_one_line
  assert_contains "mounts[7]"
  config '.mounts[-1] += {uidMappings: [{containerID: 0, hostID: 1000, size: 10}]}'
  run_in true
  assert_failure 1
  assert_contains gidMappings
  config '.mounts[-1] |= (.gidMappings = .uidMappings | .type = "tmpfs" | .source = "tmpfs" | .options = [])'
  run_in true
  assert_failure 1
  assert_contains "bind mounts"
  config '.mounts[-1] |= (del(.type) | .source = "/proc/sys" | .options = ["bind"])'
  run_in true
  assert_failure 1
  assert_one_line
  assert_contains "mounts[7]"
  assert_contains "file system does not support"
}

@test "no process that carried a mapping is left, nor a descriptor of its namespace in the container" {
  userns
  mount_with '["bind"]' '[{"containerID": 0, "hostID": 100100, "size": 10}]'
  start_container
  run pgrep -P "$(pid_of "$ID")"
  assert_failure 1
  in_container sh -c 'ls /proc/1/fd | sort -n | tr "\n" " "'
  assert_success
  assert_output "0 1 2 "
}
