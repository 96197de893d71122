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
