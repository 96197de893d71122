#!/usr/bin/env bats
# bats file_tags=compose
# compose_init.bats - `init: true`: a program that cannot be run is told of by `up`, as without an init.
# shellcheck disable=SC2016,SC2154 # a message's $PATH; of bats' run
bats_require_minimum_version 1.5.0
load compose_helpers

# refused COMMAND WORDS [ATTRIBUTES]: the same by `up`, with and without an init
refused ()
{
  local init
  for init in false true; do
    compose_file <<<"services: { a: { image: localhost/busybox, init: $init, entrypoint: [$1]${3:+, $3} } }"
    run --separate-stderr compose --progress quiet up -d
    assert_failure 21
    [[ $stderr == *"$2"* ]] || fail "init $init: want $2: $stderr"
  done
}

@test "init: true: what is not there, what is no program, what may not be run" {
  refused nosuch 'exec: "nosuch": executable file not found in $PATH'
  refused /no/such 'exec: "/no/such": no such file or directory'
  refused ./sh 'exec: "./sh": no such file or directory' 'working_dir: /etc'
  refused /etc 'exec: "/etc": permission denied'
  refused /etc/passwd 'exec: "/etc/passwd": permission denied'
  refused sh 'exec: "sh": executable file not found in $PATH' 'environment: { PATH: "/none:" }'
}

@test "init: true: what is there runs, also by a relative path, and from a volume" {
  compose_file <<'X'
services:
  a: { image: localhost/busybox, init: true, entrypoint: [./sh, -c, "exit 3"], working_dir: /bin }
  b: { image: localhost/busybox, init: true, entrypoint: [prog], environment: { PATH: "/none:/v" }, volumes: ["./v:/v"] }
X
  mkdir v
  printf '#!/bin/sh\nexit 4\n' >v/prog
  chmod 755 v v/prog
  up
  run_compose wait a
  assert_output 3
  run_compose wait b
  assert_output 4
  run -127 compose run --rm --entrypoint nosuch a
}
