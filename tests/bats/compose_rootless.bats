# An ordinary user's session: namespaces by subordinate ids, networks in them, ports by slirp4netns, and its end.

load compose_helpers

setup ()
{
  setup_compose
  require_program slirp4netns
  require_program newuidmap
  chmod 755 "$WORK"
  USER_HOME=$WORK/home
  make_user || return 1
  as_user test -x "$COMPOSE" || skip "other users cannot reach $COMPOSE"
  cp "$("$TOP/contrib/images/make" busybox)" "$USER_HOME/busybox.tar"
  chmod 644 "$USER_HOME/busybox.tar"
  mark_clean
}

# A user with subordinate ids who may use /dev/net/tun, only in this test's host.
# shellcheck disable=SC2016 # for the inner shell
user_script='
  home=$1
  mkdir -p "$home/run" "$home/demo" /run/etc
  for file in passwd group subuid subgid; do
    [ -e /etc/$file ] || continue
    cp /etc/$file /run/etc/$file
  done
  echo "pc-test:x:5555:5555::$home:/bin/sh" >>/run/etc/passwd
  echo "pc-test:x:5555:" >>/run/etc/group
  echo "pc-test:300000:65536" >/run/etc/subuid
  echo "pc-test:300000:65536" >/run/etc/subgid
  for file in passwd group subuid subgid; do
    mount --bind /run/etc/$file /etc/$file || exit 1
  done
  mkdir /run/dev && mount -t tmpfs -o mode=755,dev dev /run/dev && mknod -m 666 /run/dev/tun c 10 200 || exit 1
  mount --bind /run/dev/tun /dev/net/tun
  chmod 666 /run/dev/tun
  chown -R 5555:5555 "$home"
  chmod 700 "$home/run"'

make_user ()
{
  if [ ! -e /etc/subuid ] || [ ! -e /etc/subgid ] || [ ! -e /dev/net/tun ]; then
    skip "no subuid(5) or no /dev/net/tun"
  fi
  host sh -c "$user_script" sh "$USER_HOME"
}

as_user ()
{
  host setpriv --reuid 5555 --regid 5555 --clear-groups --inh-caps=-all \
    env -u PERRY_COMPOSE_DATA -u PERRY_COMPOSE_RUN -C "$USER_HOME/demo" HOME="$USER_HOME" XDG_RUNTIME_DIR="$USER_HOME/run" \
    "$@" </dev/null
}

user_compose ()
{
  as_user "$COMPOSE" "$@"
}

stack_file ()
{
  cat >"$USER_HOME/demo/compose.yaml" <<'EOF'
services:
  web:
    image: localhost/busybox
    command: [sh, -c, "trap 'exit 0' TERM; nc -ll -p 80 -e echo hello & wait"]
    ports: ["8080:80", "127.0.0.1:8081:80"]
  cli:
    image: localhost/busybox
    command: [sh, -c, "trap 'exit 0' TERM; sleep 100000 & wait"]
    volumes: ["./:/here"]
    cap_add: [NET_ADMIN]
EOF
}

stack ()
{
  stack_file
  load_image_of_user
  user_compose up -d >"$WORK/up.log" 2>&1 || fail "$(cat "$WORK/up.log")"
}

said ()
{
  host busybox nc -w 2 "$1" "$2"
}

# Does the user himself hear hello from PORT?
said_by_user ()
{
  [ "$(as_user busybox nc -w 2 127.0.0.1 "$1")" = hello ]
}

holder ()
{
  cat "$USER_HOME/run/perry-compose/session/holder"
}

@test "a user's stack: names, a published port, and nothing left after down" {
  stack
  assert_equal "$(said 127.0.0.1 8080)" hello
  assert_equal "$(said 127.0.0.1 8081)" hello
  assert_equal "$(user_compose exec -T cli nc -w 2 web 80)" hello
  run user_compose exec -T cli id -u
  assert_output 0
  user_compose down -t 1
  run said 127.0.0.1 8080
  assert_failure
}

load_image_of_user ()
{
  user_compose image load -i "$USER_HOME/busybox.tar" >"$WORK/load.log" 2>&1 || fail "$(cat "$WORK/load.log")"
}

twenty ()
{
  user_compose -f "$USER_HOME/twenty/compose.yaml" -f "$USER_HOME/twenty/port.yaml" "$@"
}

# What is the user's, or his subordinate ids', among processes; what there is in his run directory but locks and caches.
left_of_user ()
{
  host ps -e -o uid=,pid=,args= | awk '$1 == 5555 || $1 >= 300000'
  find "$USER_HOME/run/perry-compose" -mindepth 2 -not -path '*/runtime/.cache*' -not -path '*/network/lock' \
    -not -path '*/network/reload' -not -path '*/session/lock' -not -path '*/session/users' -not -path '*/session/holder' \
    -not -path '*/session/slirp.log'
}

nothing_left_of_user ()
{
  left_of_user >"$WORK/left"
  [ ! -s "$WORK/left" ]
}

monitors ()
{
  host pgrep -x perry-monitor | sort
}

@test "a user's twenty services: names, a published port, the same processes after another up, nothing after down" {
  local before
  load_image_of_user
  cp -r "$TOP/contrib/examples/twenty" "$USER_HOME/"
  twenty up -d >"$WORK/up.log" 2>&1 || fail "$(cat "$WORK/up.log")"
  before=$(monitors)
  assert_equal "$(wc -l <<<"$before")" 20
  wait_for 30 said_by_user 8080
  assert_equal "$(twenty exec -T s20 nc -w 2 s1 80)" hello
  run twenty exec -T s1 nslookup s20
  assert_success
  twenty up -d >"$WORK/up.log" 2>&1 || fail "$(cat "$WORK/up.log")"
  assert_equal "$(monitors)" "$before"
  assert_equal "$(twenty ps -q | wc -l)" 20
  twenty down
  wait_for 30 nothing_left_of_user || fail "$(cat "$WORK/left")"
}

@test "files that a container's root makes are the user's, those of other users are a subordinate id's" {
  stack
  user_compose exec -T cli touch /here/root
  chmod 777 "$USER_HOME/demo"
  user_compose exec -T --user 1000 cli touch /here/other
  assert_equal "$(stat -c %u "$USER_HOME/demo/root")" 5555
  assert_equal "$(stat -c %u "$USER_HOME/demo/other")" 300999
  user_compose down -t 1
}

@test "what listens on the host's loopback is not to be had from a session" {
  stack
  # shellcheck disable=SC2016 # perl's variables
  host_background perl -MIO::Socket::INET -e '$s = IO::Socket::INET->new (LocalAddr => "127.0.0.1", LocalPort => 7000, Listen => 5);
    while ($c = $s->accept) { print $c "secret"; close $c }'
  wait_for 30 said 127.0.0.1 7000
  run user_compose exec -T cli nc -w 2 10.0.2.2 7000
  refute_contains secret
  host kill "$HOST_PID"
  user_compose down -t 1
}

@test "a stopped stack starts again; a port that somebody has is named" {
  stack
  user_compose stop -t 1
  user_compose start
  assert_equal "$(said 127.0.0.1 8080)" hello
  run user_compose -p second up -d
  assert_equal "$status" 17
  assert_contains demo-web-1
  user_compose -p second down -t 1
  user_compose down -t 1
}

@test "the process that keeps the session was killed: down leaves nothing" {
  stack
  host kill -KILL "$(holder)"
  user_compose down -t 1
}

@test "a user without subordinate ids is told how to get some" {
  host sh -c 'echo >/run/etc/subuid'
  run user_compose ls
  assert_equal "$status" 27
  assert_contains "usermod --add-subuids"
}

# hide PROGRAM: it is there no more in this host.
hide ()
{
  host mount --bind /dev/null "$(command -v "$1")"
}

show ()
{
  host umount "$(command -v "$1")"
}

@test "without newuidmap, or where it has no rights: told in one line" {
  hide newuidmap
  run user_compose ls
  assert_equal "$status" 27
  assert_output "perry-compose: newuidmap is not installed: install the package uidmap"
  show newuidmap
  run as_user setpriv --no-new-privs "$COMPOSE" ls
  assert_equal "$status" 27
  assert_one_line
  assert_contains no_new_privs
}

@test "without slirp4netns or its device: up says so and leaves nothing, down needs neither" {
  stack
  hide slirp4netns
  user_compose down -t 1
  run user_compose up -d
  assert_equal "$status" 27
  assert_contains "install the package slirp4netns"
  refute_contains "warning: undo"
  run user_compose doctor
  assert_equal "$status" 27
  assert_contains "missing  way out of the session: slirp4netns is not installed"
  show slirp4netns
  host chmod 600 /run/dev/tun
  run user_compose up -d
  assert_equal "$status" 22
  assert_contains "/dev/net/tun: Permission denied"
  host chmod 666 /run/dev/tun
  run user_compose down
  assert_success
  assert_output ""
  run user_compose doctor
  assert_success
}

@test "a slirp4netns that hangs is ended, and is not in the way of the next" {
  stack
  user_compose down -t 1
  printf '#!/bin/sh\nexec sleep 1000\n' >"$USER_HOME/hangs"
  chmod 755 "$USER_HOME/hangs"
  host mount --bind "$USER_HOME/hangs" "$(command -v slirp4netns)"
  run user_compose up -d
  assert_equal "$status" 22
  assert_contains "slirp4netns: it does not start"
  show slirp4netns
  user_compose up -d
  user_compose down -t 1
}

@test "networks that need no way out do without slirp4netns" {
  hide slirp4netns
  load_image_of_user
  cat >"$USER_HOME/demo/compose.yaml" <<'EOT'
services:
  alone: { image: localhost/busybox, command: [sleep, "100000"], network_mode: none, stop_grace_period: 0s }
EOT
  user_compose up -d
  assert_equal "$(user_compose exec -T alone cat /sys/class/net/lo/operstate)" unknown
  user_compose down
  show slirp4netns
}

@test "the slirp4netns of a session that ends is not taken for the next one's" {
  local old
  load_image_of_user
  stack_file
  cat >"$USER_HOME/demo/other.yaml" <<'EOT'
services:
  other: { image: localhost/busybox, command: [sleep, "100000"], stop_grace_period: 0s }
EOT
  user_compose -f other.yaml up -d
  old=$(host pgrep -x slirp4netns)
  host kill -STOP "$old"
  user_compose -f other.yaml down
  host_background sh -c "sleep 2; kill -CONT $old"
  user_compose up -d >"$WORK/up.log" 2>&1 || fail "$(cat "$WORK/up.log")"
  wait_for 30 said_by_user 8080
  user_compose exec -T cli nc -w 2 web 80
  user_compose down -t 1
  wait_for 30 nothing_left_of_user || fail "$(cat "$WORK/left")"
}

@test "what only the host's root can mount or make is the host's own" {
  load_image_of_user
  cat >"$USER_HOME/demo/compose.yaml" <<'EOT'
x-all: &all { image: localhost/busybox, command: [sleep, "100000"], stop_grace_period: 0s }
services:
  network: { <<: *all, network_mode: host }
  ipc: { <<: *all, ipc: host }
  device: { <<: *all, devices: ["/dev/null:/dev/nothing", /dev/zero] }
EOT
  user_compose up -d
  assert_equal "$(user_compose exec -T network ls /sys/class/net)" "$(host ls /sys/class/net)"
  assert_equal "$(user_compose exec -T ipc readlink /proc/self/ns/ipc)" "$(host readlink /proc/self/ns/ipc)"
  user_compose exec -T device sh -c '[ -c /dev/nothing ] && [ -c /dev/zero ] && echo text >/dev/nothing'
  user_compose down
}

@test "slirp4netns was killed: the next up brings it back with the ports of all" {
  stack
  host kill -KILL "$(host pgrep -x slirp4netns)"
  run said_by_user 8080
  assert_failure
  user_compose up -d
  assert_equal "$(said 127.0.0.1 8080)" hello
  assert_equal "$(said 127.0.0.1 8081)" hello
  host kill -KILL "$(host pgrep -x slirp4netns)"
  user_compose restart -t 1 cli
  assert_equal "$(said 127.0.0.1 8081)" hello
  user_compose down -t 1
}

@test "what takes a cgroup is refused in one line that says how to get one" {
  local command
  stack
  for command in "pause web" "stats --no-stream"; do
    # shellcheck disable=SC2086 # a command and its options
    run user_compose --progress quiet $command
    assert_failure
    assert_one_line
    assert_contains "the container has no cgroup: that takes one delegated to this user (systemd-run --user"
  done
  echo 'services: { limited: { image: localhost/busybox, mem_limit: 64m } }' >"$USER_HOME/demo/limited.yaml"
  run user_compose --progress quiet -p limited -f limited.yaml up -d
  assert_equal "$status" 21
  assert_one_line
  assert_contains "linux.resources.memory.limit: make cgroup"
  assert_contains "Permission denied: that takes one delegated to this user"
  user_compose down -t 1
  user_compose -p limited down
}

# The program by the user from cgroups that are his; version 2 makes a container's beside that of its caller.
# shellcheck disable=SC2016 # for the inner shell
in_delegated ()
{
  host sh -c 'for d in /sys/fs/cgroup/*/; do echo 0 >"$d/delegated/own/cgroup.procs" || exit; done; home=$1; shift
    exec setpriv --reuid 5555 --regid 5555 --clear-groups --inh-caps=-all env -C "$home/demo" -u PERRY_COMPOSE_DATA \
      -u PERRY_COMPOSE_RUN HOME="$home" XDG_RUNTIME_DIR="$home/run" "$@"' sh "$USER_HOME" "$COMPOSE" "$@" </dev/null
}

@test "in cgroups that were delegated to the user: limits, statistics, pause" {
  require_v1
  load_image_of_user
  # shellcheck disable=SC2016 # for the inner shell
  host sh -c 'for d in /sys/fs/cgroup/*/; do
      mkdir -p "$d/delegated/own"
      for file in cpuset.cpus cpuset.mems; do
        [ ! -e "$d/$file" ] || { cat "$d/$file" >"$d/delegated/$file"; cat "$d/$file" >"$d/delegated/own/$file"; }
      done
      chown -R 5555 "$d/delegated"
    done'
  cat >"$USER_HOME/demo/compose.yaml" <<'EOT'
services:
  a: { image: localhost/busybox, command: [sleep, "100000"], mem_limit: 64m, pids_limit: 20, cpus: 0.5, stop_grace_period: 0s }
EOT
  in_delegated up -d
  run in_delegated stats --no-stream
  assert_contains "/ 64MiB"
  in_delegated pause
  run in_delegated ps
  assert_contains "(Paused)"
  in_delegated unpause
  in_delegated down
  wait_for 30 nothing_left_of_user || fail "$(cat "$WORK/left")"
  # shellcheck disable=SC2016 # for the inner shell
  host sh -c 'for d in /sys/fs/cgroup/*/; do rmdir "$d/delegated/own" "$d/delegated" || exit; done'
}
