# containerd.bats - containerd and ctr, with the configuration and the command that README.md shows.
load engine

setup_file ()
{
  local n
  for n in containerd ctr nsenter podman; do
    [ -n "$(command -v $n)" ] || skip "needs $n"
  done
  begin_namespaces
  cd "$BATS_FILE_TMPDIR" || return 1
  {
    printf 'root = "%s/root"\nstate = "%s/state"\n' "$PWD" "$PWD"
    snippet containerd
    printf '[grpc]\n  address = "%s/c.sock"\n' "$PWD"
  } >config.toml
  within_forever containerd --config "$PWD/config.toml" >"$PWD/containerd.log" 2>&1
  wait_for 20 tool version >/dev/null
  make_rootfs image
  tar -C image -cf image.tar .
  mkdir p
  # An image archive, by a tool that is there.
  archiver import "$PWD/image.tar" $IMAGE
  archiver save --format docker-archive -o "$PWD/bb.tar" $IMAGE
  tool image import "$PWD/bb.tar"
}

teardown_file ()
{
  [ -e "$BATS_FILE_TMPDIR/holder" ] || return 0
  end_namespaces
  wait_for 5 census_empty "$(file_tag)" "$BATS_FILE_TMPDIR" || { census "$(file_tag)" "$BATS_FILE_TMPDIR"; return 1; }
}

teardown ()
{
  tool task kill -s KILL c1 >/dev/null 2>&1 || true
  sleep 0.3
  tool task rm -f c1 >/dev/null 2>&1 || true
  tool container rm c1 >/dev/null 2>&1 || true
}

IMAGE=docker.io/library/busybox:latest

archiver ()
{
  within podman --root "$PWD/p/root" --runroot /run/podman --tmpdir /run/podman.tmp --storage-driver vfs --cgroup-manager cgroupfs \
    --events-backend file "$@" </dev/null
}

within_forever ()
{
  nsenter -t "$(cat "$BATS_FILE_TMPDIR/holder")" -m -n -- "$@" </dev/null 3>&- &
}

tool ()
{
  within ctr -a "$BATS_FILE_TMPDIR/c.sock" -n "$(file_tag)" "$@" </dev/null
}

# run_tool [OPTION...] IMAGE ID COMMAND...
run_tool ()
{
  tool run --runc-binary "$PERRY" "$@"
}

task_status ()
{
  tool task ls | awk '$1 == "c1" { print $3 }'
}

is_task ()
{
  [ "$(task_status)" = "$1" ]
}

@test "containerd reads the handler of README.md" {
  run within containerd --config "$BATS_FILE_TMPDIR/config.toml" config dump
  assert_contains "BinaryName = \"$PERRY\""
}

@test "the command of README.md" {
  local -a words
  read -ra words < <(snippet ctr)
  run tool "${words[@]:1}"
  assert_success
  assert_output hello
}

@test "exit statuses" {
  run run_tool --rm $IMAGE c1 sh -c 'exit 7'
  assert_equal 7 "$status"
  run run_tool --rm $IMAGE c1 no-such-command
  assert_failure
  assert_contains "executable file not found"
}

@test "a task: exec, pause, resume, metrics, kill" {
  run_tool -d $IMAGE c1 sleep 100
  is_task RUNNING
  run tool task exec --exec-id e1 c1 echo in
  assert_output in
  run tool task exec --exec-id e2 c1 sh -c 'exit 9'
  assert_equal 9 "$status"
  tool task pause c1
  is_task PAUSED
  tool task resume c1
  is_task RUNNING
  run tool task ps c1
  assert_success
  tool task kill -s KILL c1
  wait_for 5 is_task STOPPED
  tool task rm c1 || true
}

@test "limits" {
  run_tool -d --memory-limit 67108864 --pids-limit 30 $IMAGE c1 sleep 100 || run_tool -d --memory-limit 67108864 $IMAGE c1 sleep 100
  local pid
  pid=$(tool task ls | awk '$1 == "c1" { print $2 }')
  if [ "$(cgroup_mode)" = unified ]; then
    assert_equal 67108864 "$(cat "$(cgroup_of "$pid" memory)/memory.max")"
  else
    assert_equal 67108864 "$(cat "$(cgroup_of "$pid" memory)/memory.limit_in_bytes")"
  fi
}
