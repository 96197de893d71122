#!/usr/bin/env bats
# compose_hooks.bats - post_start and pre_stop that never end: the command that runs them does, and so do they.
load compose_helpers

# web_with HOOKS: a service that has them.
web_with ()
{
  compose_file <<X
services:
  web:
    image: localhost/busybox
    command: sleep 1000
    init: true
    $1
X
}

hook_processes ()
{
  host pgrep -f '[s]leep 1013'
}

@test "post_start that hangs: killed after the time for one call, and up is undone" {
  web_with 'post_start: [{command: [sh, -c, "sleep 1013 & sleep 1013"]}]'
  PERRY_CONTAINER_OP_TIMEOUT_SECS=2 run_compose up -d
  assert_failure 28
  assert_contains "service 'web': post_start: [0] sh: the hook took longer than 2 s and was killed"
  run_compose ps -a -q
  assert_output ''
}

@test "post_start that hangs, --on-failure halt: it is gone from the container" {
  web_with 'post_start: [{command: [sleep, "1013"]}]'
  PERRY_CONTAINER_OP_TIMEOUT_SECS=2 run_compose up -d --on-failure halt
  assert_failure 28
  run hook_processes
  assert_output ''
  [ "$(status_of_service web | jq -r .state)" = running ]
}

@test "pre_stop that hangs: the container is stopped, and the warning says why so late" {
  web_with 'pre_stop: [{command: [sleep, "1013"]}]'
  up
  run_compose stop -t 2
  assert_success
  assert_contains 'demo-web-1: pre_stop: [0] sleep: the hook took longer than 2 s and was killed'
  assert_equal 143 "$(status_of_service web | jq .exitCode)"
  up
  PERRY_CONTAINER_OP_TIMEOUT_SECS=1 run_compose down
  assert_success
  assert_contains 'the hook took longer than 1 s and was killed'
  run hook_processes
  assert_output ''
}
