# podman.bats - Podman as root, with the configuration that README.md shows.
load engine

setup_file ()
{
  local n
  for n in podman conmon script nsenter; do
    [ -n "$(command -v $n)" ] || skip "needs $n"
  done
  begin_namespaces
  # Podman's default limits are above what a host without CAP_SYS_RESOURCE has.
  {
    printf '[containers]\ndefault_ulimits = ["nofile=1024:4096", "nproc=4096:4096"]\n'
    snippet podman
  } >"$BATS_FILE_TMPDIR/containers.conf"
  grep -q "$PERRY" "$BATS_FILE_TMPDIR/containers.conf"
  make_rootfs "$BATS_FILE_TMPDIR/image"
  tar -C "$BATS_FILE_TMPDIR/image" -cf "$BATS_FILE_TMPDIR/image.tar" .
  engine import "$BATS_FILE_TMPDIR/image.tar" "$IMAGE" 2>/dev/null
}

teardown_file ()
{
  [ -e "$BATS_FILE_TMPDIR/holder" ] || return 0
  engine rm -af -t 0 >/dev/null 2>&1 || true
  end_namespaces
  wait_for 5 census_empty "$(file_tag)" "$BATS_FILE_TMPDIR" || { census "$(file_tag)" "$BATS_FILE_TMPDIR"; return 1; }
}

teardown ()
{
  engine rm -af -t 0 >/dev/null 2>&1
}

IMAGE=localhost/bb

engine ()
{
  within env CONTAINERS_CONF="$BATS_FILE_TMPDIR/containers.conf" podman --root "$BATS_FILE_TMPDIR/root" \
    --runroot /run/podman --tmpdir /run/podman.tmp --cgroup-manager cgroupfs --events-backend file \
    --storage-driver "${PERRY_PODMAN_DRIVER:-vfs}" "$@" </dev/null
}

run_image ()
{
  engine run --cgroup-parent "$(cgroup_parent)" --network host "$@"
}

inspect ()
{
  engine inspect -f "{{.State.$2}}" "$1"
}

@test "run: output, exit status, errors of the program's name" {
  run run_image --rm $IMAGE echo hello
  assert_output hello
  run run_image --rm $IMAGE sh -c 'exit 7'
  assert_equal 7 "$status"
  run -127 run_image --rm $IMAGE no-such-command
  assert_equal 127 "$status"
  run run_image --rm $IMAGE /etc/passwd
  assert_equal 126 "$status"
}

@test "the runtime of a container is ours" {
  run_image -d --name c1 $IMAGE sleep 100
  assert_equal running "$(inspect c1 Status)"
  run engine inspect -f '{{.OCIRuntime}}' c1
  assert_output perry
  engine exec c1 true
}

@test "exec: environment, directory, user, status, detached" {
  run_image -d --name c1 -e A=1 $IMAGE sleep 100
  assert_equal "1 2" "$(engine exec -e B=2 c1 sh -c 'echo $A $B')"
  assert_equal /tmp "$(engine exec -w /tmp c1 pwd)"
  assert_equal "1000 1000" "$(engine exec -u 1000:1000 c1 sh -c 'echo $(id -u) $(id -g)')"
  run engine exec c1 sh -c 'exit 9'
  assert_equal 9 "$status"
  run -127 engine exec c1 nothing-here
  assert_equal 127 "$status"
  engine exec -d c1 sh -c 'echo done >/tmp/mark'
  wait_for 5 engine exec c1 test -s /tmp/mark
}

@test "a terminal" {
  local command
  printf -v command '%q ' "$(command -v nsenter)" -t "$(cat "$BATS_FILE_TMPDIR/holder")" -m -n -- \
    env CONTAINERS_CONF="$BATS_FILE_TMPDIR/containers.conf" podman --root "$BATS_FILE_TMPDIR/root" \
    --runroot /run/podman --tmpdir /run/podman.tmp --cgroup-manager cgroupfs --events-backend file \
    --storage-driver "${PERRY_PODMAN_DRIVER:-vfs}" run --cgroup-parent "$(cgroup_parent)" --network host --rm -it $IMAGE \
    sh -c 'tty; test -t 0 && echo is-tty'
  # Podman detaches at the end of its standard input: give it one without an end.
  mkfifo "$BATS_TEST_TMPDIR/stdin"
  exec 5<>"$BATS_TEST_TMPDIR/stdin"
  run timeout -k 5 60 script -qec "$command" /dev/null <&5
  assert_contains /dev/pts/
  assert_contains is-tty
}

@test "stop and kill" {
  run_image -d --name c1 $IMAGE sh -c 'trap "exit 5" TERM; while :; do sleep 0.1; done'
  wait_for 5 engine exec c1 true
  engine stop -t 20 c1
  assert_equal 5 "$(inspect c1 ExitCode)"
  run_image -d --name c2 $IMAGE sleep 100
  engine kill -s KILL c2
  assert_equal 137 "$(engine wait c2)"
}

@test "pause and unpause" {
  run_image -d --name c1 $IMAGE sleep 100
  engine pause c1
  assert_equal paused "$(inspect c1 Status)"
  engine unpause c1
  assert_equal running "$(inspect c1 Status)"
}

@test "limits, and update of them" {
  local pid
  run_image -d --name c1 -m 64m --pids-limit 50 $IMAGE sleep 100
  pid=$(inspect c1 Pid)
  if [ "$(cgroup_mode)" = unified ]; then
    assert_equal 67108864 "$(cat "$(cgroup_of "$pid" memory)/memory.max")"
  else
    assert_equal 67108864 "$(cat "$(cgroup_of "$pid" memory)/memory.limit_in_bytes")"
  fi
  assert_equal 50 "$(cat "$(cgroup_of "$pid" pids)/pids.max")"
  run run_image --name c2 -m 32m --memory-swap 32m $IMAGE tail /dev/zero
  assert_equal 137 "$status"
}

@test "default seccomp profile, capabilities, no-new-privileges" {
  assert_equal 2 "$(run_image --rm $IMAGE awk '/^Seccomp:/{print $2}' /proc/self/status)"
  assert_equal 0000000000001000 \
    "$(run_image --rm --cap-drop all --cap-add net_admin $IMAGE awk '/CapEff/{print $2}' /proc/self/status)"
  assert_equal 1 "$(run_image --rm --security-opt no-new-privileges $IMAGE awk '/NoNewPrivs/{print $2}' /proc/self/status)"
}

@test "volumes, read-only roots, tmpfs" {
  mkdir -p "$BATS_TEST_TMPDIR/v"
  echo from-host >"$BATS_TEST_TMPDIR/v/f"
  assert_equal from-host "$(run_image --rm -v "$BATS_TEST_TMPDIR/v:/v" $IMAGE sh -c 'cat /v/f; echo back >/v/g')"
  assert_equal back "$(cat "$BATS_TEST_TMPDIR/v/g")"
  run run_image --rm -v "$BATS_TEST_TMPDIR/v:/v:ro" $IMAGE touch /v/h
  assert_contains Read-only
  run run_image --rm --read-only --tmpfs /s $IMAGE sh -c 'touch /s/x && ! touch /x 2>/dev/null'
  assert_success
}

@test "a user namespace" {
  run run_image --rm --uidmap 0:200000:5000 --gidmap 0:200000:5000 $IMAGE sh -c 'id -u; cat /proc/self/uid_map'
  assert_match '^0'
  assert_match '0 +200000 +5000'
}

@test "hooks get the state" {
  local stage
  mkdir -p "$BATS_TEST_TMPDIR/hooks"
  for stage in createRuntime poststart poststop; do
    printf '#!/bin/sh\ncat >%s\n' "$BATS_TEST_TMPDIR/got.$stage" >"$BATS_TEST_TMPDIR/$stage.sh"
    chmod +x "$BATS_TEST_TMPDIR/$stage.sh"
    echo '{"version":"1.0.0","hook":{"path":"'"$BATS_TEST_TMPDIR/$stage.sh"'"},"when":{"always":true},"stages":["'$stage'"]}' \
      >"$BATS_TEST_TMPDIR/hooks/$stage.json"
  done
  engine --hooks-dir "$BATS_TEST_TMPDIR/hooks" run --cgroup-parent "$(cgroup_parent)" --network host --name c1 $IMAGE true
  engine --hooks-dir "$BATS_TEST_TMPDIR/hooks" rm c1
  for stage in createRuntime poststart poststop; do
    jq -e '.id and .bundle and .status' "$BATS_TEST_TMPDIR/got.$stage"
  done
}

@test "a network of its own, a pod's namespaces shared" {
  run engine run --cgroup-parent "$(cgroup_parent)" --network none --hostname box1 --rm $IMAGE hostname
  assert_output box1
  engine run -d --cgroup-parent "$(cgroup_parent)" --name c1 --network none --ipc shareable $IMAGE sleep 100
  assert_equal "$(readlink "/proc/$(inspect c1 Pid)/ns/net")" \
    "$(engine run --cgroup-parent "$(cgroup_parent)" --rm --network container:c1 $IMAGE readlink /proc/self/ns/net)"
}
