# compose.bats - perry-compose on cgroup v2 alone, with perry-runtime and in its place crun and runc; and, where systemd
# is process 1, that it leaves containers alone. Runs in the virtual machine, which is the host; the programs are installed.
load ../bats/compose_helpers

COMPOSE=/usr/local/bin/perry-compose
TOP_CGROUP=/sys/fs/cgroup/perry

setup ()
{
  require_v2
  setup_files
  # The data are kept from test to test, for the image.
  export PERRY_COMPOSE_DATA=/root/compose-data PERRY_COMPOSE_RUN=/run/compose-test
  DATA=$PERRY_COMPOSE_DATA
  [ -d "$DATA/images" ] || compose image load -i "$TOP/busybox.tar"
  things >"$WORK/before"
}

# What must not stay: processes, cgroups, mounts, links, rules.
things ()
{
  pgrep -a 'perry|aardvark' | cut -d' ' -f2- | sort
  find /sys/fs/cgroup -path '*perry*' -mindepth 3 -printf '%p\n' | grep -v "^$TOP_CGROUP/monitors" | sort
  grep -F -e "$DATA" -e "$RUN" /proc/self/mountinfo || true
  ip -o link | cut -d' ' -f2
  nft list tables 2>/dev/null || true
}

are_gone ()
{
  things | diff "$WORK/before" - >"$WORK/left"
}

teardown ()
{
  cd "$PROJECT" || return 1
  [ ! -e compose.yaml ] || compose down -v --timeout 1
  wait_for 10 are_gone || { cat "$WORK/left"; return 1; }
  cd / && rm -rf "$WORK"
}

# pid_of_service SERVICE
pid_of_service ()
{
  status_of_service "$1" | jq -e .pid
}

# limit SERVICE FILE: of its cgroup.
limit ()
{
  cat "$TOP_CGROUP/$(container_of "$1")/$2"
}

require_systemd_here ()
{
  [ -d /run/systemd/system ] || skip "systemd is not process 1"
}

# Two services that live until they are told to end.
two_services ()
{
  compose_file <<'X'
services:
  a:
    image: localhost/busybox
    init: true
    command: sleep 1000
    network_mode: none
    mem_limit: 32m
    cpus: 0.5
    pids_limit: 20
  b: {image: localhost/busybox, init: true, command: sleep 1000, network_mode: none, depends_on: [a], restart: unless-stopped}
X
}

# pids: of both services' processes.
pids ()
{
  echo "$(pid_of_service a) $(pid_of_service b)"
}

are_running ()
{
  [ "$(compose ps --services | sort | tr '\n' ' ')" = 'a b ' ]
}

# --- an OCI runtime ----------------------------------------------------------------------------------------------------

is_oom_killed ()
{
  status_of_service eater | jq -e '.oomKilled and .reason == "oom-killed" and .exitCode == 137'
}

has_restarted ()
{
  status_of_service web | jq -e --argjson old "$1" '.state == "running" and .restarts == 1 and .pid != $old'
}

# whole_life RUNTIME: a stack from its first `up` to `down`, each limit read back from the kernel.
whole_life ()
{
  local old
  require_program "$1"
  export PERRY_CONTAINER_BACKEND=$1
  compose_file <<'X'
services:
  web:
    image: localhost/busybox
    init: true
    command: sh -c 'echo begun; exec httpd -f -p 8099 -h /data'
    network_mode: host
    volumes: ["data:/data"]
    mem_limit: 64m
    memswap_limit: 64m
    cpus: 0.5
    pids_limit: 50
    healthcheck: {test: "echo page >/data/page; wget -q -O- http://127.0.0.1:8099/page", interval: 200ms, retries: 50}
    restart: on-failure
  eater:
    image: localhost/busybox
    network_mode: none
    depends_on: {web: {condition: service_healthy}}
    mem_limit: 16m
    memswap_limit: 16m
    command: sh -c 'x=0123456789abcdef; while :; do x=$$x$$x; done'
volumes: {data: {}}
X
  up
  assert_equal "67108864 0 50" "$(limit web memory.max) $(limit web memory.swap.max) $(limit web pids.max)"
  assert_equal "50000 100000" "$(limit web cpu.max)"
  wait_for 20 is_oom_killed >/dev/null || fail "$(status_of_service eater)"
  assert_equal page "$(curl --silent http://127.0.0.1:8099/page)"
  run service_exec web sh -c 'cat /proc/self/cgroup /data/page; exit 3'
  assert_equal 3 "$status"
  assert_contains $'0::/\npage'
  compose logs web | grep -q 'begun'
  compose pause web
  assert_equal 1 "$(limit web cgroup.freeze)"
  compose ps web | grep -q Paused
  compose unpause web
  assert_equal 0 "$(limit web cgroup.freeze)"
  compose stats --no-stream --format json web >"$WORK/stats"
  jq -e '(.MemUsage | test ("[KM]iB / 64MiB$")) and (.PIDs | tonumber >= 2)' "$WORK/stats" || fail "$(cat "$WORK/stats")"
  old=$(pid_of_service web)
  kill -KILL "$old"
  wait_for 20 has_restarted "$old" >/dev/null || fail "$(status_of_service web)"
}

@test "a whole life by perry-runtime: limits, out of memory, exec, pause, stats, restart, down" {
  whole_life perry-runtime
}

@test "a whole life by crun" {
  whole_life crun
}

@test "a whole life by runc" {
  whole_life runc
}

@test "a network of its own and a published port" {
  nft add table inet perry-probe || skip "this kernel's nf_tables has no family inet: no bridge networks"
  nft delete table inet perry-probe
  compose_file <<'X'
services:
  web: {image: localhost/busybox, init: true, command: httpd -f -p 80 -h /etc, ports: ["8098:80"], restart: always}
  client: {image: localhost/busybox, init: true, command: sleep 1000}
X
  up
  curl --silent http://127.0.0.1:8098/passwd | grep -q root
  service_exec client wget -q -O- http://web/passwd | grep -q root
}

# --- cgroups, and systemd ----------------------------------------------------------------------------------------------

@test "monitors are in a cgroup apart from who called" {
  local pid
  two_services
  up
  for pid in $(pgrep perry-monitor); do
    assert_equal 0::/perry/monitors "$(cat "/proc/$pid/cgroup")"
  done
}

@test "reload and re-execution of systemd leave containers and their limits" {
  require_systemd_here
  local before
  two_services
  up
  before=$(pids)
  systemctl daemon-reload
  systemctl daemon-reexec
  assert_equal "$before" "$(pids)"
  assert_equal "33554432 20 50000 100000" "$(limit a memory.max) $(limit a pids.max) $(limit a cpu.max)"
}

@test "the end of a service or of a session from which a stack was started is not the stack's" {
  require_systemd_here
  local before
  two_services
  systemd-run --quiet --unit=perry-test -p RemainAfterExit=yes -p WorkingDirectory="$PROJECT" \
    -E PERRY_COMPOSE_DATA -E PERRY_COMPOSE_RUN "$COMPOSE" up -d a
  wait_for 20 eval 'compose ps --services | grep -q a'
  systemd-run --quiet --scope --unit=perry-session sh -c "$COMPOSE up -d; touch $WORK/ready; exec sleep 1000" 3>&- &
  wait_for 20 [ -e "$WORK/ready" ]
  before=$(pids)
  systemctl stop perry-test.service perry-session.scope
  are_running
  assert_equal "$before" "$(pids)"
}

@test "a stack's own unit: up at start, --no-recreate at restart, stopped at stop" {
  require_systemd_here
  local before
  two_services
  compose systemd --this-project --install
  systemctl daemon-reload
  systemctl start perry-compose-demo
  are_running
  before=$(container_of a)
  systemctl restart perry-compose-demo
  are_running
  assert_equal "$before" "$(container_of a)"
  systemctl stop perry-compose-demo
  run compose ps --services
  assert_output ''
  rm /etc/systemd/system/perry-compose-demo.service
  systemctl daemon-reload
}
