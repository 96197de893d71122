#!/usr/bin/env bats
# bats file_tags=compose
# compose_changes.bats - what changing commands look at before they change anything, and what they say with --dry-run.
# shellcheck disable=SC2154 # of bats' run
bats_require_minimum_version 1.5.0
load compose_helpers

SLEEP='image: localhost/busybox, init: true, stop_grace_period: 0s, command: sleep 1000'

# names: of the containers that run, in one line
names ()
{
  compose ps --format json | jq -r .Name | sort | xargs
}

@test "a taken port is told of before anything is removed" {
  compose_file <<X
services:
  a: {$SLEEP, scale: 2}
  b: {$SLEEP, ports: ["127.0.0.1:18061:80"]}
  c: {$SLEEP, ports: ["127.0.0.1:18062-18063:80"]}
X
  up
  run_compose --progress plain scale a=1 b=2
  assert_failure 17
  assert_contains "container demo-b-2: host port 18061/tcp is in use by container demo-b-1"
  refute_contains Removing
  assert_equal "demo-a-1 demo-a-2 demo-b-1 demo-c-1" "$(names)"
  run_compose --dry-run up -d --scale a=1 --scale c=3
  assert_failure 17
  run_compose --progress plain up -d --scale a=1 --scale c=3
  assert_failure 17
  assert_contains "container demo-c-3: host port 18063/tcp is in use by container demo-c-2"
  assert_equal "demo-a-1 demo-a-2 demo-b-1 demo-c-1" "$(names)"
  host_background python3 -c 'import socket, time; s = socket.create_server (("127.0.0.1", 18064)); print (1, flush=True); time.sleep (60)'
  wait_for 5 grep -q 1 "$WORK/background.log"
  sed -i 's/18061/18064/; s/scale: 2/scale: 1/' compose.yaml
  run_compose --progress plain up -d
  assert_failure 17
  assert_contains 18064
  refute_contains Recreating
  assert_equal "demo-a-1 demo-a-2 demo-b-1 demo-c-1" "$(names)"
  host kill "$HOST_PID"
  # The ports of one that goes can be had by another.
  cat >compose.yaml <<X
services: { d: {$SLEEP, ports: ["127.0.0.1:18061:80", "127.0.0.1:18062-18063:80"]} }
X
  up --remove-orphans
  assert_equal demo-d-1 "$(names)"
}

@test "completions offer containers and images by name" {
  compose container create --name single --network none localhost/busybox >"$WORK/out"
  assert_equal single "$(compose --complete -- container rm si)"
  assert_equal localhost/busybox:latest "$(compose --complete -- image rm '' | grep busybox)"
  assert_equal "$(compose image ls --names)" "$(compose --complete -- image inspect '')"
  compose container rm single >"$WORK/out"
}

# would 'WORDS;WORDS…' ARGUMENTS...: --dry-run says all of these, and changes nothing.
would ()
{
  local IFS=';' words
  local -a wanted
  read -ra wanted <<<"$1"
  shift
  unset IFS
  run_compose --progress plain --dry-run "$@"
  assert_success
  for words in "${wanted[@]}"; do
    assert_contains "$words"
  done
  # shellcheck disable=SC2016 # for the inner shell
  state_of_all >after
  diff before after || fail "$*: something was changed"
}

# What is on disk but for its times, and which processes run.
state_of_all ()
{
  (cd "$DATA" && find . -not -path './images/*' -type f -exec sha256sum {} + | sort -k 2; find . -not -path './images/*' | sort)
  compose ps -a --format json | jq -c '[.Name, .State]'
}

@test "--dry-run of every command that changes something says it, and does nothing" {
  compose_file <<X
services:
  a: {$SLEEP, networks: [n], volumes: ["v:/v"]}
  old: {$SLEEP, networks: [n]}
  ended: {image: localhost/busybox, command: "true", networks: [n]}
networks: {n: }
volumes: {v: }
X
  up --wait
  compose container create --name single --network none localhost/busybox >"$WORK/out"
  compose -p other up --no-start 2>"$WORK/out"
  compose -p other rm -f 2>"$WORK/out"
  sed -i '/ old:/d; s/sleep 1000/sleep 999/' compose.yaml
  state_of_all >before
  would 'Container demo-a-1  Would be removed;Network demo_n  Would be removed;Volume demo_v  Would be removed;Image localhost/busybox  Would be removed' \
    down -v --rmi all
  would 'Container demo-a-1  Recreating;Container demo-old-1  Orphan' up -d
  would 'Container demo-old-1  Removing' up -d --remove-orphans
  would 'Container demo-a-1  Would be stopped;Container demo-a-1  Would be started' restart a
  would 'Container demo-a-1  Would be stopped' stop
  would 'Container demo-ended-1  Would be started' start
  would 'Container demo-a-1  Would be killed' kill
  would 'Container demo-old-1  Would be removed' kill --remove-orphans
  would 'Container demo-a-1  Would be paused' pause
  would 'Container demo-ended-1  Would be removed' rm -f
  would 'Container demo-a-2  Creating' scale a=2
  would 'a container of service a would be run' run --rm a true
  would 'touch would be run in container demo-a-1' exec a touch /x
  would 'container demo-a-1: would be copied' cp compose.yaml a:/
  would 'a container would be run' container run --network none localhost/busybox true
  would 'a container would be created' container create --network none localhost/busybox true
  would 'single would be started' container start single
  would 'single would be removed' container rm single
  would 'demo-a-1 would be stopped' container stop demo-a-1
  would 'demo-a-1 would be restarted' container restart demo-a-1
  would 'demo-a-1 would be sent the signal' container kill demo-a-1
  would 'demo-a-1 would be paused' container pause demo-a-1
  would 'touch would be run in container demo-a-1' container exec demo-a-1 touch /x
  would 'would be removed' container prune
  would 'other_v would be removed' volume rm other_v
  would 'other_v would be removed' volume prune -a
  would 'other_n would be removed' network rm other_n
  would 'other_n would be removed' network prune
  would '/systemd/system/perry-compose-boot.service would be written' systemd --install
  would '' boot
  would 'Would be stopped' boot --stop
  run_compose --dry-run volume rm demo_v
  assert_failure 29
  run_compose --dry-run network rm demo_n
  assert_failure 29
  run_compose --dry-run volume rm none
  assert_failure 13
  compose -p other down -v >"$WORK/out" 2>&1
  compose container rm single >"$WORK/out"
}

@test "up --wait: what ended and was brought back meanwhile has to stay" {
  compose_file <<X
services:
  slow: {$SLEEP, healthcheck: {test: ["CMD", "test", "-e", "/ready"], interval: 100ms, retries: 100}, post_start: [{command: ["sh", "-c", "sleep 1; touch /ready"]}]}
  crash: {image: localhost/busybox, restart: always, command: ["sh", "-c", "exit 3"]}
X
  run_compose --progress quiet up --wait slow crash
  assert_failure 20
  assert_contains "service 'crash': container demo-crash-1 ends again and again, last with exit status 3"
  sed -i 's/exit 3/test -e x \&\& exec sleep 1000; touch x; exit 3/; s/restart: always/&, init: true, stop_grace_period: 0s/' compose.yaml
  up --wait
  assert_equal "demo-crash-1 demo-slow-1" "$(names)"
  local from=$SECONDS
  up --wait
  ((SECONDS - from < 3))
}
