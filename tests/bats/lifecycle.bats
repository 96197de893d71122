#!/usr/bin/env bats
# lifecycle.bats - create, start, kill, delete: every state, every command that a state refuses, and deaths in between.
load helpers

@test "created, running, stopped, gone" {
  args sh -c 'trap "exit 0" TERM; touch /ran; while :; do sleep 0.05; done'
  create_container
  assert_equal created "$(status_of "$ID")"
  [ ! -e "$ROOTFS/ran" ]
  run_perry start "$ID"
  assert_success
  assert_output ""
  wait_for 5 test -e "$ROOTFS/ran"
  assert_equal running "$(status_of "$ID")"
  run_perry kill "$ID"
  assert_success
  wait_status "$ID" stopped
  run_perry delete "$ID"
  assert_success
  run_perry state "$ID"
  assert_failure 1
  assert_contains "container does not exist"
}

@test "the process of a created container runs nothing before start" {
  create_container
  pid=$(pid_of "$ID")
  [ -e "$STATE_ROOT/$ID/start.sock" ]
  refute_contains "sleep" <<<"$(tr '\0' ' ' <"/proc/$pid/cmdline")"
  perry start "$ID"
  [ ! -e "$STATE_ROOT/$ID/start.sock" ]
  assert_equal "sleep 1000 " "$(tr '\0' ' ' <"/proc/$pid/cmdline")"
}

@test "start is refused when it is not due" {
  start_container
  run_perry start "$ID"
  assert_failure 1
  assert_contains "cannot start an already running container"
  assert_one_line
  perry kill "$ID" KILL
  wait_status "$ID" stopped
  run_perry start "$ID"
  assert_failure 1
  assert_contains "cannot start a container that has stopped"
  run_perry start "$ID-none"
  assert_failure 1
  assert_contains "container does not exist"
}

@test "two starts at once: one wins" {
  create_container
  perry start "$ID" >"$WORK/1" 2>&1 &
  one=$!
  perry start "$ID" >"$WORK/2" 2>&1 &
  two=$!
  failures=0
  wait $one || failures=$((failures + 1))
  wait $two || failures=$((failures + 1))
  assert_equal 1 "$failures"
  grep -q "cannot start an already running container" "$WORK/1" "$WORK/2"
}

@test "a process killed before start" {
  create_container
  kill -KILL "$(pid_of "$ID")"
  wait_status "$ID" stopped
  begin=$(date +%s%N)
  run_perry start "$ID"
  [ $(($(date +%s%N) - begin)) -lt 1000000000 ]
  assert_failure 1
  assert_contains "cannot start a container that has stopped"
  run_perry delete "$ID"
  assert_success
}

@test "a process killed while start waits for it" {
  into=$ROOTFS/hook
  printf '#!/bin/sh\ntouch /hook-ran\nsleep 100\n' >"$into"
  chmod +x "$into"
  config '.hooks.startContainer = [{"path": "/hook"}]'
  create_container
  perry start "$ID" >"$WORK/out" 2>&1 &
  starter=$!
  wait_for 5 test -e "$ROOTFS/hook-ran"
  kill -KILL "$(pid_of "$ID")"
  if wait $starter; then fail "start succeeded"; fi
  grep -q "was killed before it could run its program" "$WORK/out"
}

@test "a container id that is taken" {
  start_container
  before=$(cat "$STATE_ROOT/$ID/state.json")
  run_perry create "$ID"
  assert_failure 1
  assert_contains "container with given ID already exists"
  assert_one_line
  run_perry run "$ID"
  assert_failure 1
  assert_contains "container with given ID already exists"
  assert_equal running "$(status_of "$ID")"
  assert_equal "$before" "$(cat "$STATE_ROOT/$ID/state.json")"
}

@test "ids that are none" {
  local bad
  for bad in '' . .. .hidden ../up a/b 'a b' $'a\nb' 'ä' 'a:b' "$(printf 'a%.0s' {1..1025})"; do
    for command in create start state kill delete; do
      run_perry $command -- "$bad"
      assert_failure 1
      assert_contains "invalid container ID format"
    done
  done
  [ ! -e "$STATE_ROOT" ] || [ -z "$(ls -A "$STATE_ROOT")" ]
}

@test "state directories are private" {
  start_container
  assert_equal "" "$(find "$STATE_ROOT" -perm /077 ! -type l)"
}

@test "no process: create succeeds, start fails" {
  config 'del(.process)'
  create_container
  assert_equal created "$(status_of "$ID")"
  run_perry start "$ID"
  assert_failure 1
  assert_contains "process"
  assert_equal created "$(status_of "$ID")"
  run_perry delete "$ID"
  assert_success
}

@test "a create that fails leaves nothing" {
  config '.mounts += [{"destination": "/x", "type": "bind", "source": "/nonexistent/path", "options": ["bind"]}]'
  run_perry create "$ID"
  assert_failure
  assert_one_line
  assert_contains "mounts[7]"
  [ ! -e "$STATE_ROOT/$ID" ]
  census_empty "$TAG" "$WORK"
}

@test "a program that is not there" {
  args /nonexistent
  run_perry run "$ID"
  assert_failure
  assert_contains "/nonexistent"
  [ ! -e "$STATE_ROOT/$ID" ]
}

@test "start of a program that ends at once succeeds" {
  args true
  for _ in 1 2 3 4 5 6 7 8 9 10; do
    create_container
    run_perry start "$ID"
    assert_success
    wait_status "$ID" stopped
    perry delete "$ID"
  done
}

@test "exit statuses of run" {
  run_in sh -c 'exit 7'
  assert_failure 7
  run_in true
  assert_success
  args sleep 1000
  perry run "$ID" </dev/null >/dev/null 2>&1 &
  runner=$!
  wait_status "$ID" running
  perry kill "$ID" KILL
  status=0
  wait $runner || status=$?
  assert_equal 137 "$status"
}

@test "the state root: a link, a file, somebody else's, writable for others, relative, long" {
  mkdir "$WORK/real"
  ln -s real "$WORK/link"
  run "$PERRY" --root "$WORK/link" create --bundle "$BUNDLE" "$ID"
  assert_failure 1
  assert_contains "link"
  : >"$WORK/file"
  run "$PERRY" --root "$WORK/file" create --bundle "$BUNDLE" "$ID"
  assert_failure 1
  mkdir -m 0777 "$WORK/open"
  run "$PERRY" --root "$WORK/open" create --bundle "$BUNDLE" "$ID"
  assert_failure 1
  assert_contains "others can write"
  mkdir -m 0700 "$WORK/other"
  chown 12345 "$WORK/other"
  run "$PERRY" --root "$WORK/other" create --bundle "$BUNDLE" "$ID"
  assert_failure 1
  assert_contains "belongs to user 12345"
  run "$PERRY" --root / list
  assert_failure 1
  assert_equal "" "$(find "$WORK/real" "$WORK/open" "$WORK/other" -mindepth 1)"
  long=$WORK/$(printf 'd%.0s' {1..200})/$(printf 'e%.0s' {1..90})
  cd "$BUNDLE"
  for root in relative-root "$long"; do
    "$PERRY" --root "$root" create --bundle "$BUNDLE" "$ID" </dev/null >/dev/null 2>&1 3>&-
    run "$PERRY" --root "$root" start "$ID"
    assert_success
    run "$PERRY" --root "$root" delete --force "$ID"
    assert_success
  done
}

@test "a state root that is full, without inodes, read-only" {
  require_root
  mkdir -m 0700 "$STATE_ROOT"
  refusals=0
  for options in size=4k size=8k size=12k nr_inodes=2 nr_inodes=3 nr_inodes=4 ro; do
    mount -t tmpfs -o "mode=0700,$options" none "$STATE_ROOT"
    status=0
    perry create --bundle "$BUNDLE" "$ID" </dev/null >"$WORK/out" 2>&1 || status=$?
    left=$(find "$STATE_ROOT" -mindepth 1 -maxdepth 1 -name "$ID")
    [ $status -ne 0 ] || perry delete "$ID"
    umount "$STATE_ROOT"
    [ $status -ne 0 ] || continue
    [ $status -eq 1 ] || fail "$options: status $status"
    assert_equal "" "$left"
    assert_equal 1 "$(wc -l <"$WORK/out")"
    refusals=$((refusals + 1))
  done
  [ $refusals -ge 3 ]
  census_empty "$TAG" "$WORK"
}

@test "the process has no signal blocked or ignored" {
  run_in grep -E '^Sig(Blk|Ign)' /proc/self/status
  assert_success
  assert_output "SigBlk:	0000000000000000
SigIgn:	0000000000000000"
  args sh -c 'grep ^SigBlk /proc/1/status >/blocked'
  start_container
  wait_for 5 test -s "$ROOTFS/blocked"
  assert_equal "SigBlk:	0000000000000000" "$(cat "$ROOTFS/blocked")"
}
