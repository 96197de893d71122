#!/usr/bin/env bats
# hooks.bats - which hooks run when, where, with what; and what becomes of those that fail or hang.
load helpers
# shellcheck disable=SC2016 # jq's variables, and the hooks'

# A hook on the host that notes its name, its state document and its directory in $WORK.
note_hook ()
{
  cat >"$WORK/note" <<EOF
#!/bin/sh
echo "\$1" >>$WORK/order
cat >$WORK/state.\$1
pwd >$WORK/cwd.\$1
echo "\$0" >$WORK/zero.\$1
cat /proc/1/comm >$WORK/init.\$1
EOF
  chmod +x "$WORK/note"
}

hook_of ()
{
  config --arg kind "$1" --arg path "$2" '.hooks[$kind] = [{"path": $path, "args": ["arg0", $kind]}]'
}

@test "order, state, directory" {
  note_hook
  for kind in prestart createRuntime poststart poststop; do hook_of $kind "$WORK/note"; done
  create_container
  assert_equal "prestart createRuntime" "$(xargs <"$WORK/order")"
  pid=$(pid_of "$ID")
  for kind in prestart createRuntime; do
    jq -e --arg id "$ID" --arg b "$BUNDLE" --argjson pid "$pid" '.status == "created" and .id == $id and .bundle == $b
      and .pid == $pid and .ociVersion == "1.0.2"' "$WORK/state.$kind"
    assert_equal "$BUNDLE" "$(cat "$WORK/cwd.$kind")"
    assert_equal 1 "$(wc -l <<<"$(cat "$WORK/state.$kind")")"
  done
  perry start "$ID"
  assert_equal "prestart createRuntime poststart" "$(xargs <"$WORK/order")"
  jq -e --argjson pid "$pid" '.status == "running" and .pid == $pid' "$WORK/state.poststart"
  perry kill "$ID" KILL
  wait_status "$ID" stopped
  perry delete "$ID"
  assert_equal "prestart createRuntime poststart poststop" "$(xargs <"$WORK/order")"
  jq -e '.status == "stopped"' "$WORK/state.poststop"
  assert_equal "$BUNDLE" "$(cat "$WORK/cwd.poststop")"
}

@test "hooks of the create phase find the process in its cgroup and namespaces, with its limits" {
  require_controller pids
  cat >"$WORK/hook" <<EOF
#!/bin/sh
pid=\$(sed 's/.*"pid":\([0-9]*\).*/\1/')
cp /proc/\$pid/cgroup $WORK/cgroup
readlink /proc/\$pid/ns/net /proc/self/ns/net >$WORK/net
grep -c ' $ROOTFS/proc proc ' /proc/\$pid/mounts >$WORK/mounts
echo "\$0 \$#" >$WORK/zero
EOF
  chmod +x "$WORK/hook"
  config --arg path "$WORK/hook" '.linux.resources.pids = {"limit": 99} | .hooks.prestart = [{"path": $path}]'
  create_container
  local pid
  pid=$(pid_of "$ID")
  cmp "$WORK/cgroup" "/proc/$pid/cgroup"
  assert_equal 99 "$(cat "$(cgroup_of "$pid" pids)/pids.max")"
  assert_equal 2 "$(sort -u "$WORK/net" | wc -l)"
  assert_equal 1 "$(cat "$WORK/mounts")"
  assert_equal "$WORK/hook 0" "$(cat "$WORK/zero")"
}

@test "poststop hooks come after the container is gone" {
  printf '#!/bin/sh\nls -A %s >%s/left\n' "$STATE_ROOT" "$WORK" >"$WORK/hook"
  chmod +x "$WORK/hook"
  hook_of poststop "$WORK/hook"
  start_container
  perry delete --force "$ID"
  assert_equal "" "$(cat "$WORK/left")"
}

@test "createContainer hooks: program of the host, namespaces of the container, before pivot_root" {
  printf '#!/bin/sh\nreadlink /proc/self/ns/mnt /proc/self/ns/pid >%s/ns\ncat >%s/document\n' "$WORK" "$WORK" >"$WORK/hook"
  chmod +x "$WORK/hook"
  hook_of createContainer "$WORK/hook"
  create_container
  assert_equal "$(readlink "/proc/$(pid_of "$ID")/ns/mnt")" "$(head -1 "$WORK/ns")"
  jq -e '.status == "created" and .pid == 1' "$WORK/document"
}

@test "startContainer hooks: program of the container, before its own program, as its user" {
  printf '#!/bin/sh\ncat >/tmp/state\nid -u >/tmp/uid\necho "$GREETING" >/tmp/env\n' >"$ROOTFS/hook"
  chmod +x "$ROOTFS/hook"
  mkdir -p "$ROOTFS/tmp" && chmod 1777 "$ROOTFS/tmp"
  hook_of startContainer /hook
  config '.process.user = {"uid": 1000, "gid": 1000} | .process.env += ["GREETING=hello"]'
  args sh -c 'cp /tmp/uid /tmp/seen; sleep 1000'
  create_container
  [ ! -e "$ROOTFS/tmp/uid" ]
  perry start "$ID"
  wait_for 5 test -e "$ROOTFS/tmp/seen"
  assert_equal 1000 "$(cat "$ROOTFS/tmp/uid")"
  assert_equal hello "$(cat "$ROOTFS/tmp/env")"
  jq -e '.status == "created" and .pid == 1' "$ROOTFS/tmp/state"
}

@test "arguments and environment" {
  config --arg out "$WORK/env" '.hooks.prestart = [{"path": "/bin/sh", "args": ["sh", "-c", "env >" + $out], "env": ["A=1"]}]'
  create_container
  # The shell sets PWD and the like itself.
  assert_equal A=1 "$(grep -vE '^(PWD|OLDPWD|SHLVL|_)=' "$WORK/env")"
}

@test "a failing hook of each kind before start" {
  for kind in prestart createRuntime createContainer; do
    config --arg kind $kind '.hooks = {($kind): [{"path": "/bin/sh", "args": ["sh", "-c", "exit 0"]},
      {"path": "/bin/sh", "args": ["sh", "-c", "echo to-out; echo to-err >&2; exit 3"]}]}'
    run_perry create "$ID"
    assert_failure 1
    assert_contains "error running $kind hook #1: exit status 3, stdout: to-out, stderr: to-err"
    assert_one_line
    [ ! -e "$STATE_ROOT/$ID" ]
  done
  census_empty "$TAG" "$WORK"
}

@test "a failing startContainer hook" {
  config '.hooks.startContainer = [{"path": "/bin/sh", "args": ["sh", "-c", "exit 4"]}]'
  create_container
  run_perry start "$ID"
  assert_failure 1
  assert_contains "error running startContainer hook #0: exit status 4"
  wait_status "$ID" stopped
}

@test "a failing poststart hook kills the container" {
  config '.hooks.poststart = [{"path": "/bin/sh", "args": ["sh", "-c", "exit 5"]}]'
  create_container
  run_perry start "$ID"
  assert_failure 1
  assert_contains "error running poststart hook #0: exit status 5"
  wait_status "$ID" stopped
}

@test "failing poststop hooks: the others run, delete succeeds" {
  config --arg out "$WORK/ran" '.hooks.poststop = [{"path": "/bin/false"}, {"path": "/nonexistent"},
    {"path": "/bin/sh", "args": ["sh", "-c", "touch " + $out]}]'
  create_container
  run_perry delete "$ID"
  assert_success
  [ -e "$WORK/ran" ]
}

@test "poststop hooks run when create fails" {
  config --arg out "$WORK/ran" '.hooks = {"prestart": [{"path": "/bin/false"}],
    "poststop": [{"path": "/bin/sh", "args": ["sh", "-c", "touch " + $out]}]}'
  run_perry create "$ID"
  assert_failure 1
  [ -e "$WORK/ran" ]
}

@test "programs that are none" {
  for path in relative /nonexistent /tmp /etc/hostname; do
    config --arg path $path '.hooks = {"createRuntime": [{"path": $path}]}'
    run_perry create "$ID"
    assert_failure 1
    assert_contains createRuntime
    assert_contains 0
    assert_one_line
  done
}

@test "timeouts that are none" {
  for t in 0 -1; do
    config --argjson t $t '.hooks = {"poststart": [{"path": "/bin/true", "timeout": $t}]}'
    run_perry create "$ID"
    assert_failure 1
    assert_contains timeout
  done
}

@test "a hook that hangs, ignores SIGTERM and leaves a child with its pipes" {
  cat >"$WORK/hook" <<EOF
#!/bin/sh
trap '' TERM
sleep 987 &
echo \$! >$WORK/child
wait
EOF
  chmod +x "$WORK/hook"
  config --arg path "$WORK/hook" '.hooks.prestart = [{"path": $path, "timeout": 1}]'
  begin=$(date +%s%N)
  run_perry create "$ID"
  took=$((($(date +%s%N) - begin) / 1000000))
  assert_failure 1
  assert_contains "error running prestart hook #0: hook ran past specified timeout of 1.0s"
  [ "$took" -ge 1000 ] && [ "$took" -lt 3000 ]
  child_gone () { ! kill -0 "$(cat "$WORK/child")"; }
  wait_for 3 child_gone
}

@test "a hook that does not read its state, and one that leaves a daemon" {
  config '.annotations = {"big": ("x" * 300000)} | .hooks.prestart = [{"path": "/bin/true"}]'
  create_container
  perry delete "$ID"
  config --arg pid "$WORK/daemon" 'del(.annotations) |
    .hooks.prestart = [{"path": "/bin/sh", "args": ["sh", "-c", "sleep 5 & echo $! >" + $pid]}]'
  begin=$(date +%s%N)
  create_container
  [ $((($(date +%s%N) - begin) / 1000000)) -lt 3000 ]
  kill "$(cat "$WORK/daemon")"
}
