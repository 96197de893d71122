# perry-monitor through perry-compose: how containers end and start again, their health, and what a killed monitor leaves.

load compose_helpers

# state_is SERVICE STATE: as ps tells it
state_is ()
{
  [ "$(compose ps -a --format json | jq -r --arg s "$1" 'select(.Service == $s) | .State')" = "$2" ]
}

has_ended ()
{
  state_is "$1" exited
}

# status SERVICE FILTER: of status.json
status_of ()
{
  status_of_service "$1" | jq -r "$2"
}

health_is ()
{
  [ "$(jq -r .status "$DATA/containers/$(container_of "$1")/health.json")" = "$2" ]
}

restarted ()
{
  [ "$(status_of "$1" '.restarts // 0')" -ge "$2" ]
}

is_gone ()
{
  [ ! -e "$1" ]
}

# lines_of_log PATTERN NUMBER: all services together, as many or more
lines_of_log ()
{
  [ "$(compose logs --no-log-prefix | grep -c "$1")" -ge "$2" ]
}

@test "a container's end: exit status, signal, out of memory" {
  compose_file <<'EOF'
services:
  seven: { image: localhost/busybox, command: [sh, -c, 'exit 7'] }
  killed: { image: localhost/busybox, command: [sleep, '1000'] }
  hungry: { image: localhost/busybox, mem_limit: 16m, command: [sh, -c, 'a=x; while :; do a=$$a$$a; done'] }
EOF
  up
  host kill -KILL "$(host_pid_of killed)"
  for service in seven killed hungry; do
    wait_for 30 has_ended $service
  done
  assert_equal "7 null" "$(status_of seven '"\(.exitCode) \(.reason)"')"
  assert_equal "137 killed:9" "$(status_of killed '"\(.exitCode) \(.reason)"')"
  assert_equal "137 oom-killed true" "$(status_of hungry '"\(.exitCode) \(.reason) \(.oomKilled)"')"
}

host_pid_of ()
{
  status_of "$1" .pid
}

# Where the container's changes of its root are.
upper_of ()
{
  record_of "$1" | jq -r .overlay.upper
}

@test "the network goes with a container that ends by itself" {
  compose_file <<'EOF'
services:
  short: { image: localhost/busybox, command: ['true'] }
EOF
  up
  wait_for 30 has_ended short
  wait_for 30 is_gone "$RUN/containers/$(container_of short)"
  run host ip -o link
  refute_contains veth
}

@test "restart: on-failure, so many times, with a growing delay" {
  compose_file <<'EOF'
services:
  fails: { image: localhost/busybox, restart: 'on-failure:3', command: [sh, -c, 'echo started; exit 5'] }
  works: { image: localhost/busybox, restart: on-failure, command: ['true'] }
EOF
  up
  wait_for 30 has_ended works
  wait_for 30 has_ended fails
  assert_equal "5 3" "$(status_of fails '"\(.exitCode) \(.restarts)"')"
  assert_equal 0 "$(status_of works '.restarts // 0')"
  log=$DATA/containers/$(container_of fails)/log.jsonl
  assert_equal 4 "$(wc -l <"$log")"
  # 100 + 200 + 400 ms
  first=$(date -d "$(jq -sr '.[0].ts' "$log")" +%s%3N)
  last=$(date -d "$(jq -sr '.[3].ts' "$log")" +%s%3N)
  [ $((last - first)) -ge 700 ] || fail "restarted within $((last - first)) ms"
}

@test "a container that ends at once costs next to nothing; stop ends the restarts" {
  compose_file <<'EOF'
services:
  loop: { image: localhost/busybox, restart: always, command: ['false'] }
EOF
  up
  wait_for 30 restarted loop 3
  monitor=$(status_of loop .monitorPid)
  before=$(host awk '{ print $14 + $15 + $16 + $17 }' "/proc/$monitor/stat")
  sleep 3
  after=$(host awk '{ print $14 + $15 + $16 + $17 }' "/proc/$monitor/stat")
  # clock ticks: 5 % of three seconds are 15
  [ $((after - before)) -lt 15 ] || fail "$((after - before)) clock ticks in 3 s"
  compose stop -t 0
  restarts=$(status_of loop .restarts)
  assert_equal "exited true" "$(status_of loop '"\(.state) \(.stoppedByUser)"')"
  sleep 2
  assert_equal "$restarts" "$(status_of loop .restarts)"
}

@test "always: killed, it comes back with its address and network namespace" {
  compose_file <<'EOF'
services:
  web: { image: localhost/busybox, restart: always, command: [sleep, '1000'] }
EOF
  up
  address=$(service_exec web ip -4 -o addr show eth0)
  namespace=$(service_exec web readlink /proc/self/ns/net)
  host kill -KILL "$(host_pid_of web)"
  wait_for 30 restarted web 1
  wait_for 30 state_is web running
  assert_equal "$address" "$(service_exec web ip -4 -o addr show eth0)"
  assert_equal "$namespace" "$(service_exec web readlink /proc/self/ns/net)"
}

@test "health: starting, healthy, unhealthy; the probe's output is kept" {
  compose_file <<'EOF'
services:
  web:
    image: localhost/busybox
    command: [sh, -c, 'touch /ok; sleep 1000 & wait']
    healthcheck: { test: 'echo looking; test -e /ok', interval: 200ms, retries: 2, start_period: 100ms }
EOF
  up --wait
  wait_for 30 health_is web healthy
  service_exec web rm /ok
  wait_for 30 health_is web unhealthy
  health=$(cat "$DATA/containers/$(container_of web)/health.json")
  assert_equal looking "$(jq -r '.log[0].output' <<<"$health")"
  [ "$(jq '.failingStreak' <<<"$health")" -ge 2 ]
  [ "$(jq '.log | length' <<<"$health")" -le 5 ]
  service_exec web touch /ok
  wait_for 30 health_is web healthy
}

@test "health: a probe that hangs is killed with what it started" {
  compose_file <<'EOF'
services:
  web:
    image: localhost/busybox
    command: [sleep, '1000']
    healthcheck: { test: 'sleep 4711 & sleep 4711', interval: 100ms, timeout: 300ms, retries: 1 }
EOF
  up
  wait_for 30 health_is web unhealthy
  assert_equal -1 "$(jq '.log[0].exitCode' "$DATA/containers/$(container_of web)/health.json")"
  # Several more; at most one runs at a time.
  sleep 2
  run host ps -e -o args=
  [ "$(grep -c '^sleep 4711' <<<"$output")" -le 2 ] || show "more than one probe"
}

@test "health: x-perry.on_unhealthy restarts or stops" {
  compose_file <<'EOF'
services:
  again:
    image: localhost/busybox
    command: [sh, -c, 'trap "exit 0" TERM; sleep 1000 & wait']
    healthcheck: { test: 'false', interval: 200ms, retries: 1 }
    x-perry: { on_unhealthy: restart }
  ends:
    image: localhost/busybox
    restart: always
    command: [sh, -c, 'trap "exit 0" TERM; sleep 1000 & wait']
    healthcheck: { test: 'false', interval: 200ms, retries: 1 }
    x-perry: { on_unhealthy: stop }
EOF
  up
  wait_for 30 restarted again 1
  wait_for 30 has_ended ends
  assert_equal "unhealthy 0" "$(status_of ends '"\(.reason) \(.restarts // 0)"')"
}

@test "stop: the signal, then SIGKILL after stop_grace_period; a paused one, too" {
  compose_file <<'EOF'
services:
  polite: { image: localhost/busybox, stop_signal: SIGUSR1, command: [sh, -c, 'trap "exit 9" USR1; echo ready; sleep 1000 & wait'] }
  deaf: { image: localhost/busybox, stop_grace_period: 300ms, command: [sh, -c, 'trap "" TERM; echo ready; sleep 1000'] }
  frozen: { image: localhost/busybox, command: [sh, -c, 'trap "exit 8" TERM; echo ready; sleep 1000 & wait'] }
EOF
  up
  wait_for 30 lines_of_log ready 3
  compose pause frozen
  state_is frozen paused
  compose stop
  assert_equal 9 "$(status_of polite .exitCode)"
  assert_equal 137 "$(status_of deaf .exitCode)"
  assert_equal 8 "$(status_of frozen .exitCode)"
}

@test "a killed monitor: the container lives, is seen, and can be stopped" {
  compose_file <<'EOF'
services:
  web: { image: localhost/busybox, command: [sh, -c, 'while :; do echo tick; sleep 0.05; done'] }
EOF
  up
  pid=$(host_pid_of web)
  host kill -KILL "$(status_of web .monitorPid)"
  sleep 0.3
  host kill -0 "$pid"
  state_is web running
  service_exec web true
  compose stop -t 0
  run host kill -0 "$pid"
  assert_failure
  up
  state_is web running
}

@test "a killed monitor: start gives the container another one, which misses nothing that is printed" {
  compose_file <<'EOF'
services:
  web: { image: localhost/busybox, command: [sh, -c, 'i=0; until [ -e /enough ]; do echo $$i; i=$$((i+1)); sleep 0.05; done; echo $$i >/last; exit 3'] }
EOF
  up
  monitor=$(status_of web .monitorPid)
  host kill -KILL "$monitor"
  sleep 0.5
  compose start
  [ "$(status_of web .monitorPid)" != "$monitor" ]
  service_exec web touch /enough
  wait_for 30 has_ended web
  # Nobody but its parent learns a process's exit status.
  assert_equal "255 monitor-died" "$(status_of web '"\(.exitCode) \(.reason)"')"
  last=$(cat "$(upper_of web)/last")
  [ "$last" -gt 5 ]
  assert_equal "$(seq 0 $((last - 1)))" "$(compose logs --no-log-prefix)"
  wait_for 30 is_gone "$RUN/containers/$(container_of web)"
}

@test "a killed monitor and a killed container: dead, and up makes it new" {
  compose_file <<'EOF'
services:
  web: { image: localhost/busybox, command: [sleep, '1000'] }
EOF
  up
  pid=$(host_pid_of web)
  host kill -KILL "$(status_of web .monitorPid)"
  host kill -KILL "$pid"
  wait_for 30 state_is web dead
  up
  state_is web running
}

@test "a network's sysctls are the container's" {
  compose_file <<'EOF'
services:
  web:
    image: localhost/busybox
    command: [sleep, '1000']
    sysctls: { net.ipv4.ip_unprivileged_port_start: 7 }
EOF
  up
  assert_equal 7 "$(service_exec web cat /proc/sys/net/ipv4/ip_unprivileged_port_start)"
  assert_equal 1024 "$(host cat /proc/sys/net/ipv4/ip_unprivileged_port_start)"
}

@test "twenty monitors take less than 400 KiB each" {
  compose_file <<'EOF'
services:
  web: { image: localhost/busybox, command: [sleep, '1000'], scale: 20, network_mode: none }
EOF
  up
  for dir in "$DATA"/containers/*/; do
    pss=$(host awk '/^Pss:/ { print $2 }' "/proc/$(jq .monitorPid "$dir/status.json")/smaps_rollup")
    [ "$pss" -le 400 ] || fail "$pss KiB"
  done
}

@test "start right after an end: the network is there" {
  compose_file <<'EOF'
services:
  web: { image: localhost/busybox, command: [sh, -c, 'trap "exit 0" TERM; sleep 0.3 & wait; ip -4 -o addr show eth0; [ ! -e /again ] || sleep 1000 & wait'] }
EOF
  up
  wait_for 30 has_ended web
  status=$DATA/containers/$(container_of web)/status.json
  for _ in 1 2 3; do
    compose start
    # shellcheck disable=SC2016 # the inner shell's
    timeout 30 sh -c 'until grep -q "\"exited\"" "$0"; do :; done' "$status"
  done
  touch "$(upper_of web)/again"
  compose start
  wait_for 30 lines_of_log 'inet ' 5
  service_exec web ip -4 -o addr show eth0
  assert_equal 5 "$(compose logs --no-log-prefix | grep -c 'inet ')"
}

@test "an OCI runtime that tells no process is not believed" {
  cat >"$WORK/odd" <<'EOF'
#!/bin/sh
[ "$1" != --version ] || echo odd version 1.0
for word; do
  [ "$before" != --pid-file ] || echo -1 >"$word"
  before=$word
done
EOF
  chmod 755 "$WORK/odd"
  compose_file <<'EOF'
services: { a: { image: localhost/busybox, command: [sleep, "1000"], network_mode: none, stop_grace_period: 0s } }
EOF
  run_compose --runtime "$WORK/odd" up -d
  assert_failure
  assert_contains 'odd says that the container is process -1'
}

@test "a container that prints without end: its probes run and end, it is stopped, and a tiny log does not hold the monitor up" {
  compose_file <<'X'
x-flood: &flood
  image: localhost/busybox
  network_mode: none
  init: true
  command: [sh, -c, "trap : TERM; yes b >&2 & yes aaaaaaaaaaaaaaaa"]
  healthcheck: {test: [CMD, "yes"], interval: 100ms, timeout: 1s, retries: 2}
services:
  plain: {<<: *flood, logging: {options: {max-size: 1m}}}
  tiny: {<<: *flood, logging: {options: {max-size: 1k, max-file: "3"}}}
X
  up
  wait_for 20 health_is plain unhealthy
  wait_for 20 health_is tiny unhealthy
  SECONDS=0
  compose stop -t 1
  [ $SECONDS -lt 10 ] || fail "it took $SECONDS s"
  assert_equal '137 137' "$(status_of plain .exitCode) $(status_of tiny .exitCode)"
}

@test "a monitor that is told to end while its container is made ends it as soon as it runs" {
  cat >slow <<X
#!/bin/sh
case "\$*" in *" create "*) touch creating; while [ ! -e go ]; do sleep 0.05; done ;; esac
exec "$PERRY" "\$@"
X
  sed -i "s|touch creating|touch $PROJECT/creating|; s|-e go|-e $PROJECT/go|" slow
  chmod +x slow
  compose_file <<'X'
services:
  a: {image: localhost/busybox, init: true, command: sleep 1000, restart: unless-stopped}
X
  host_background "$COMPOSE" --runtime "$PROJECT/slow" up -d
  wait_for 30 [ -e creating ]
  host pkill -TERM -x perry-monitor
  # Time for a signal that would be taken now.
  sleep 0.3
  touch go
  wait_for 30 sh -c "jq -e '.state == \"exited\" and .stoppedByUser != true' $DATA/containers/*/status.json"
}
