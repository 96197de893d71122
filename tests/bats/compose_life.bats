#!/usr/bin/env bats
# A stack's life as its user sees it: what another `up` leaves alone and what it makes anew, orders, waiting, signals, limits of
# time, a restart of the host, reports as JSON.

load compose_helpers

# `pid_of_service SERVICE`
pid_of_service ()
{
  status_of_service "$1" | jq .pid
}

# has_lines NUMBER FILE: or more
has_lines ()
{
  [ "$(grep -c . "$2")" -ge "$1" ]
}

# What is left of a host's stacks after a power cut and a boot: what is on disks, by another boot.
# shellcheck disable=SC2016 # for the inner shell
reboot_host ()
{
  enter sh -c '
    # Nobody lives to write that another one has ended.
    kill -9 $(pgrep -x perry-monitor)
    for p in $(ls /proc | grep "^[0-9]"); do
      [ "$p" = 1 ] || [ "$p" = $$ ] || grep -qs 86397 "/proc/$p/cmdline" || kill -9 "$p" 2>/dev/null
    done
    for _ in $(seq 600); do
      [ -n "$(find /sys/fs/cgroup -path "*/perry/*" -name cgroup.procs -exec cat {} + 2>/dev/null)" ] || break
      sleep 0.05
    done
    for link in $(ip -o link | grep -oE "p[cv]-[0-9a-f]{8,}"); do ip link del "$link" 2>/dev/null; done
    nft flush ruleset
    find /sys/fs/cgroup -depth -type d -path "*/perry/*" -exec rmdir {} + 2>/dev/null
    awk "{ print \$5 }" /proc/self/mountinfo | grep "^$PERRY_COMPOSE_RUN\|^$PERRY_COMPOSE_DATA" | sort -r | while read -r place; do
      umount -l "$place"
    done
    rm -rf --one-file-system "$PERRY_COMPOSE_RUN"/*'
  sed -i -E 's/"bootId":"[^"]*"/"bootId":"00000000-0000-0000-0000-000000000000"/' "$DATA"/containers/*/status.json
}

@test "a second up changes nothing; what has changed is made anew, and nothing else" {
  local a b
  compose_file <<'X'
services:
  a: {image: localhost/busybox, init: true, command: sleep 1000, environment: {X: "1"}, configs: [c]}
  b: {image: localhost/busybox, init: true, command: sleep 1000, env_file: b.env, secrets: [s]}
configs: {c: {file: ./c}}
secrets: {s: {file: ./s}}
X
  echo 1 >c && echo 1 >s && echo E=1 >b.env
  up
  a=$(pid_of_service a) b=$(pid_of_service b)
  up
  assert_equal "$a $b" "$(pid_of_service a) $(pid_of_service b)"
  sed -i '1i # a comment
    s/{X: "1"}, configs: \[c\]/{ "X": "1" }, "configs": ["c"]/' compose.yaml
  up
  assert_equal "$a $b" "$(pid_of_service a) $(pid_of_service b)"
  sed -i 's/"X": "1"/"X": "2"/' compose.yaml
  up
  [ "$(pid_of_service a)" != "$a" ] || fail "another environment, the same container"
  assert_equal "$b" "$(pid_of_service b)"
  a=$(pid_of_service a)
  echo 2 >c
  up
  [ "$(pid_of_service a)" != "$a" ] || fail "another config, the same container"
  echo E=2 >b.env
  up
  [ "$(pid_of_service b)" != "$b" ] || fail "another env file, the same container"
  a=$(pid_of_service a) b=$(pid_of_service b)
  sed -i 's/"X": "2"/"X": "3"/' compose.yaml
  up --no-recreate
  assert_equal "$a $b" "$(pid_of_service a) $(pid_of_service b)"
}

@test "start, stop and restart keep the order; restart takes those along that ask for it" {
  compose_file <<'X'
x-command: &command ["sh", "-c", "trap 'sleep 0.1; echo -$$S >>/o/log; exit 0' TERM; echo +$$S >>/o/log; while :; do sleep 0.05; done"]
services:
  a: {image: localhost/busybox, volumes: [./o:/o], environment: {S: a}, command: *command}
  b: {image: localhost/busybox, volumes: [./o:/o], environment: {S: b}, command: *command,
      depends_on: {a: {condition: service_started, restart: true}}}
  d: {image: localhost/busybox, volumes: [./o:/o], environment: {S: d}, command: *command, depends_on: [b]}
X
  up
  wait_for 30 has_lines 3 o/log
  compose stop
  compose start
  wait_for 30 has_lines 9 o/log
  compose restart a
  wait_for 30 has_lines 13 o/log
  # Which of two that have been started speaks first is the kernel's affair.
  assert_equal '-d -b -a -b -a' "$(grep ^- o/log | xargs)"
  assert_equal 'start a start b start d stop d stop b stop a start a start b start d stop b stop a start a start b' \
    "$(compose events --since 1h --until 0s --json | jq -r 'select(.action == "start" or .action == "stop") | .action, .service' | xargs)"
}

@test "up that fails returns a container to what it was" {
  local id
  compose_file <<'X'
services:
  a: {image: localhost/busybox, init: true, command: sleep 1000}
  b: {image: localhost/busybox, command: [/no/such/program], depends_on: [a]}
X
  up --no-deps a
  compose stop a
  id=$(container_of a)
  run_compose up -d
  assert_failure 21
  [[ ! $output =~ [0-9a-f]{64} ]] || fail "a whole id is in: $output"
  assert_equal 2 "$(grep -c 'no such file or directory' <<<"$output")"
  assert_equal "$id" "$(container_of a)"
  assert_equal exited "$(status_of_service a | jq -r .state)"
  run_compose ps -a -q
  assert_one_line
}

@test "kill -9 of an up that waits: its jobs end, the lock is free, and what it made goes with the next command" {
  compose_file <<'X'
services:
  a: {image: localhost/busybox, init: true, command: sleep 1000, volumes: ["v:/v"],
      healthcheck: {test: "false", start_period: 100s, interval: 1s}}
  b: {image: localhost/busybox, init: true, command: sleep 1000, depends_on: {a: {condition: service_healthy}}}
volumes: {v: }
X
  host_background "$COMPOSE" up -d
  wait_for 30 grep -q 'Waiting for a' "$WORK/background.log"
  enter kill -9 "$HOST_PID"
  run_compose stop
  assert_failure 13
  refute_contains waiting
  assert_clean
  run_compose volume ls -q
  assert_output ''
}

@test "two ups of one project: one waits for the other; another project does not wait" {
  compose_file <<'X'
services:
  a: {image: localhost/busybox, init: true, command: sleep 1000, healthcheck: {test: test -e /ok, interval: 100ms, start_period: 100s}}
X
  host_background "$COMPOSE" up -d --wait
  wait_for 30 grep -q Waiting "$WORK/background.log"
  compose -p other up -d 2>"$WORK/other"
  compose -p other down 2>"$WORK/other"
  compose up -d >"$WORK/second" 2>&1 &
  wait_for 30 grep -q "project demo: waiting for another command, process $HOST_PID" "$WORK/second"
  service_exec a touch /ok
  wait "${BACKGROUND[-1]}"
  wait $! || fail "$(cat "$WORK/second")"
  grep -q Healthy "$WORK/background.log"
}

@test "attached: the first signal stops in order, status 130 or 143; the second kills" {
  local signal code
  compose_file <<'X'
services:
  a: {image: localhost/busybox, volumes: ["v:/v"], command: ["sh", "-c", "echo ready; trap 'echo bye; exit 0' TERM; while :; do sleep 0.05; done"]}
  b: {image: localhost/busybox, command: ["sh", "-c", "trap '' TERM; echo deaf; while :; do sleep 0.05; done"], stop_grace_period: 60s}
volumes: {v: }
X
  for signal in INT TERM; do
    host_background "$COMPOSE" up
    wait_for 30 grep -q ready "$WORK/background.log"
    wait_for 30 grep -q deaf "$WORK/background.log"
    enter kill -"$signal" "$HOST_PID"
    wait_for 30 grep -q bye "$WORK/background.log"
    SECONDS=0
    enter kill -"$signal" "$HOST_PID"
    wait "${BACKGROUND[-1]}" && code=0 || code=$?
    assert_equal "$((128 + $(kill -l "$signal")))" "$code"
    [ $SECONDS -lt 30 ] || fail "it took $SECONDS s"
    assert_equal '0 137' "$(status_of_service a | jq .exitCode) $(status_of_service b | jq .exitCode)"
  done
  run_compose volume ls -q
  assert_output demo_v
}

@test "an OCI runtime that hangs: the call is named, its processes are killed, status 28" {
  cat >hang <<'X'
#!/bin/sh
case "$*" in *--version* | *features*) echo hang version 1 ;; *) sleep 1009 ;; esac
X
  chmod +x hang
  compose_file <<'X'
services:
  a: {image: localhost/busybox, command: sleep 1000}
X
  PERRY_CONTAINER_OP_TIMEOUT_SECS=1 run_compose --json --runtime "$PROJECT/hang" up -d
  assert_failure 28
  assert_contains "$PROJECT/hang create did not end within 1 seconds"
  assert_equal '504 timeout' "$(jq -r '"\(.code) \(.type)"' <<<"${lines[-1]}")"
  run host pgrep -f '[s]leep 1009'
  assert_output ''
}

@test "with --json, warnings are objects" {
  compose_file <<'X'
services:
  a: {image: localhost/busybox, init: true, command: sleep 1000, cpu_count: 3, security_opt: ["apparmor=x"], environment: {A: $NOT_SET}}
X
  [ ! -e /sys/kernel/security/apparmor/profiles ] || skip "this machine has AppArmor"
  run_compose --enforcement strict --json up -d
  assert_failure 25
  assert_equal 'enforcement 403' "$(jq -r '"\(.type) \(.code)"' <<<"${lines[-1]}")"
  run_compose ps -aq
  assert_output ''
  compose --enforcement warn --json --progress quiet up -d 2>"$WORK/err"
  assert_equal 'a services.a.cpu_count ignored
a services.a.security_opt[0] ignored' "$(jq -r 'select(.type == "warning" and .field) | "\(.service) \(.field) \(.action)"' <"$WORK/err" | sort)"
  assert_equal 3 "$(jq -r 'select(.backend and .message) | .message' <"$WORK/err" | grep -c .)"
}

# shellcheck disable=SC2016 # for the inner shell
@test "untrusted without a kernel of its own: only by the variable's 1; warned of, an event, an annotation" {
  compose_file <<'X'
services:
  a: {image: localhost/busybox, init: true, command: sleep 1000, x-perry: {policy: untrusted}}
X
  run_compose up -d
  assert_failure 27
  PERRY_ALLOW_UNTRUSTED_SHARED_KERNEL=0 run_compose up -d
  assert_failure 27
  export PERRY_ALLOW_UNTRUSTED_SHARED_KERNEL=1
  run_compose up -d
  assert_success
  assert_contains "SHARES THIS MACHINE'S KERNEL"
  run_compose events --until 0s
  assert_contains untrusted-shared-kernel
  run host "$(record_of a | jq -r .runtime)" --root "$RUN/runtime" state "$(container_of a)"
  assert_contains '"perry.untrusted.shared-kernel":'
  service_exec a sh -c 'grep -q "Seccomp:.2" /proc/self/status && ! touch /x && [ "$(ls /sys/class/net)" = lo ]'
}

@test "links are names of the one that is linked to" {
  compose_file <<'X'
services:
  db: {image: localhost/busybox, init: true, command: sleep 1000}
  web: {image: localhost/busybox, init: true, command: sleep 1000, links: ["db:store"]}
X
  up
  service_exec web nslookup store | grep -q "$(record_of db | jq -r '.networks[0].addresses[0]')"
}

@test "--dry-run: what would be made, and a port that somebody has" {
  compose_file <<'X'
services:
  a: {image: localhost/busybox, init: true, command: sleep 1000, ports: ["8080:80"], volumes: ["v:/v"]}
volumes: {v: }
X
  run_compose --dry-run up -d
  assert_success
  assert_contains 'Network demo_default  Creating'
  assert_contains 'Volume demo_v  Creating'
  assert_contains 'Container demo-a-1  Creating'
  assert_clean
  host_background busybox nc -l -p 8080
  wait_for 30 host sh -c 'grep -q ":1F90 " /proc/net/tcp /proc/net/tcp6'
  run_compose --dry-run up -d
  assert_failure 17
  assert_contains "host port 8080/tcp is in use by busybox (pid $HOST_PID)"
  enter kill "$HOST_PID"
}

@test "down without a file, and of all projects, reports as JSON" {
  compose_file <<'X'
services:
  a: {image: localhost/busybox, init: true, command: sleep 1000, volumes: ["v:/v"]}
volumes: {v: }
X
  up
  compose -p other up -d 2>"$WORK/other"
  rm compose.yaml
  run compose -p demo --json --progress quiet down
  assert_output '{"project":"demo","containers_removed":1,"networks_removed":1,"volumes_removed":0,"errors":[]}'
  run compose --json --progress quiet down --all-projects -v
  assert_output '{"project":"other","containers_removed":1,"networks_removed":1,"volumes_removed":1,"errors":[]}'
  run_compose volume rm demo_v
  assert_success
}

@test "what was killed for want of memory says so, also under an init" {
  require_controller memory
  compose_file <<'X'
services:
  a: {image: localhost/busybox, mem_limit: 20m, memswap_limit: 20m, command: &hog ["sh", "-c", "x=a; while :; do x=$$x$$x; done"]}
  b: {image: localhost/busybox, init: true, mem_limit: 20m, memswap_limit: 20m, command: *hog}
X
  up
  run_compose wait a b
  assert_equal 'oom-killed oom-killed' "$(status_of_service a | jq -r .reason) $(status_of_service b | jq -r .reason)"
}

@test "after the host's restart: ps tells, boot brings back what is to come back, in order; up brings back all" {
  local db web
  compose_file <<'X'
services:
  db: {image: localhost/busybox, init: true, command: sleep 1000, restart: always, volumes: ["v:/v"],
       healthcheck: {test: test -e /v/ok, interval: 100ms, retries: 100}}
  web: {image: localhost/busybox, init: true, command: sleep 1000, restart: unless-stopped, ports: ["8080:80"],
        depends_on: {db: {condition: service_healthy}}}
  once: {image: localhost/busybox, init: true, command: sleep 1000}
  stopped: {image: localhost/busybox, init: true, command: sleep 1000, restart: unless-stopped}
volumes: {v: }
X
  up --no-deps db once stopped
  service_exec db touch /v/ok
  up
  compose stop stopped
  compose container run -d --init --network none --restart always --name alone localhost/busybox sleep 1000
  reboot_host
  run compose ps -a --format json
  assert_equal 'db exited 255 host-reboot
once exited 255 host-reboot
stopped exited 143 
web exited 255 host-reboot' "$(jq -r '"\(.Service) \(.State) \(.ExitCode) \(.Reason)"' <<<"$output" | sort)"
  run_compose boot
  assert_success
  run_compose ps --services
  assert_equal 'db web' "$(tr '\n' ' ' <<<"$output" | sed 's/ $//')"
  db=$(status_of_service db | jq -r .startedAt) web=$(status_of_service web | jq -r .startedAt)
  [[ $db < $web ]] || fail "db started at $db, web at $web"
  service_exec web nslookup db >/dev/null
  assert_equal running "$(compose container inspect alone | jq -r '.[0].State.Status')"
  compose boot --stop
  assert_equal exited "$(compose container inspect alone | jq -r '.[0].State.Status')"
  compose container rm alone
  up
  run_compose ps -q
  assert_equal 4 "${#lines[@]}"
  reboot_host
  run_compose down
  assert_success
  assert_clean
}

@test "the image's health check holds unless the service has its own or none; a probe that is killed says so" {
  local archive config
  archive=$("$TOP/contrib/images/make" busybox)
  mkdir "$WORK/image"
  tar -xf "$archive" -C "$WORK/image"
  config=$(jq -r '.[0].Config' "$WORK/image/manifest.json")
  jq -c '.config.Healthcheck = {Test: ["CMD-SHELL", "test -e /ok"], Interval: 100000000, Retries: 1}' "$WORK/image/$config" >"$WORK/config"
  jq -c '.[0].RepoTags = ["localhost/checked:latest"]' "$WORK/image/manifest.json" >"$WORK/manifest"
  rm -f "$WORK/image/repositories" "$WORK/image/$config"
  mv "$WORK/config" "$WORK/image/$config"
  mv "$WORK/manifest" "$WORK/image/manifest.json"
  tar -cf "$WORK/checked.tar" -C "$WORK/image" .
  compose image load -i "$WORK/checked.tar"
  compose_file <<'X'
services:
  image: {image: localhost/checked, init: true, command: sleep 1000}
  none: {image: localhost/checked, init: true, command: sleep 1000, healthcheck: {test: [NONE]}}
  disabled: {image: localhost/checked, init: true, command: sleep 1000, healthcheck: {disable: true}}
  slow: {image: localhost/checked, init: true, command: sleep 1000, healthcheck: {test: echo begun; sleep 1009, timeout: 200ms, retries: 1}}
X
  health ()
  {
    compose ps --format json | jq -r '"\(.Service)=\(.Health)"' | sort | tr '\n' ' ' | grep -q "$1"
  }
  up
  wait_for 30 health 'disabled= image=unhealthy none= slow=unhealthy '
  service_exec image touch /ok
  wait_for 30 health 'image=healthy none= '
  assert_equal $'begun\nthe probe was killed after 200 ms' \
    "$(jq -r '.log[-1].output' "$DATA/containers/$(container_of slow)/health.json")"
}
