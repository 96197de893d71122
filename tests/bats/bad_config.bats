# bad_config.bats - hostile and malformed config.json: refused in one line and status 1, with nothing left behind,
# or accepted, as each row of bad_config.table says. A failure names the row.
# shellcheck disable=SC2016 # jq's variables

load helpers

# --- what the table's rows are written with --------------------------------------------------------------------------

raw () { printf '%s' "$1" >config.json; }
# shellcheck disable=SC2034 # of perry ()
within () { PERRY_TIMEOUT=$1; }
replace () { sed -i "s/$1/$2/" config.json; }
without () { config --arg t "$1" '.linux.namespaces |= map(select(.type != $t))'; }
mount () { config ".mounts += [$1]"; }
device () { config ".linux.devices = [$1]"; }
hook () { config ".hooks.createRuntime = [$1]"; }
limits () { config ".linux.resources$1"; }
seccomp () { config ".linux.seccomp = $1"; }

namespace ()
{
  config --arg t "$1" --arg p "${2-}" '.linux.namespaces += [{"type": $t} + if $p == "" then {} else {"path": $p} end]'
}

users ()
{
  namespace user
  config ".linux.gidMappings = [{\"containerID\": 0, \"hostID\": 0, \"size\": 100}] | .linux.uidMappings = $1"
}

# A rule for getpriority, which no program here needs, with one condition.
rule ()
{
  seccomp "{\"defaultAction\": \"SCMP_ACT_ALLOW\",
            \"syscalls\": [{\"names\": [\"getpriority\"], \"action\": \"SCMP_ACT_ERRNO\", \"args\": [$1]}]}"
}

listener ()
{
  seccomp "{\"defaultAction\": \"SCMP_ACT_ALLOW\", \"listenerPath\": $1,
            \"syscalls\": [{\"names\": [\"getpriority\"], \"action\": \"SCMP_ACT_NOTIFY\"}]}"
}

rules ()
{
  seccomp "{\"defaultAction\": \"SCMP_ACT_ALLOW\",
            \"syscalls\": [range($1) | {\"names\": [\"getpriority\"], \"action\": \"SCMP_ACT_ERRNO\",
                          \"args\": [{\"index\": 0, \"value\": ., \"op\": \"SCMP_CMP_EQ\"}]}]}"
}

large_annotation ()
{
  config '.annotations = {"org.example": ("x" * 10485760)}'
}

# --- the rows --------------------------------------------------------------------------------------------------------

prepare_and_run ()
{
  within 5
  args echo ran
  eval "$1"
  perry run --bundle "$BUNDLE" "$ID" </dev/null
}

# Say what is wrong with a row's result; nothing if it is right.
judge ()
{
  local kind=${1:0:1} text=${1:2} left
  if [ "$kind" = "=" ]; then
    [ "$status" -eq 0 ] || echo "refused"
  else
    [ "$status" -eq 1 ] || echo "status $status"
    [ "${#lines[@]}" -eq 1 ] || echo "${#lines[@]} lines"
  fi
  [[ $output == *"$text"* ]] || echo "not said: $text"
  left=$(census "$TAG" "$WORK"; ls -d "$STATE_ROOT/$ID" 2>/dev/null || true)
  [ -z "$left" ] || echo "left behind: $left"
}

check_row ()
{
  local title=$1 code=$2 want=$3 fault
  rm -rf config.json
  cp "$TOP/tests/bats/base.json" config.json
  run prepare_and_run "$code"
  fault=$(judge "$want")
  [ -n "$fault" ] || return 0
  printf '%s\n  %s\n  status %s, output: %.400s\n' "row $title" "$fault" "$status" "$output" >&2
  sweep "$TAG" "$WORK"
  rm -rf "${STATE_ROOT:?}/$ID"
  return 1
}

# All rows whose number is from $1 to $2.
check_rows ()
{
  local from=$1 to=$2 line title='' code='' rows=0 failed=0
  while IFS= read -r line <&4; do
    case $line in
      '# '[0-9]*) title=${line#\# } code='' ;;
      '#'* | '') ;;
      '! '* | '= '*)
        if [ "${title%% *}" -lt "$from" ] || [ "${title%% *}" -gt "$to" ]; then continue; fi
        rows=$((rows + 1))
        check_row "$title" "$code" "$line" || failed=$((failed + 1))
        ;;
      *) code+=$line$'\n' ;;
    esac
  done 4<"$TOP/tests/bats/bad_config.table"
  [ "$rows" -gt 0 ] || fail "no rows"
  [ "$failed" -eq 0 ] || fail "$failed of $rows rows failed"
}

@test "bad config: document and process (1-35)" { check_rows 1 35; }
@test "bad config: namespaces, devices, seccomp, hooks (36-54)" { check_rows 36 54; }
@test "bad config: mounts and text (55-66)" { check_rows 55 66; }
@test "bad config: cgroups, root, values (67-80)" { check_rows 67 80; }

@test "bad config: no process can be created, and start says so (7)" {
  config 'del(.process)'
  create_container
  run_perry start "$ID"
  assert_failure 1
  assert_contains process
  perry delete --force "$ID"
}

@test "bad config: changes between create and start have no effect (67)" {
  args sh -c 'echo first >/result; exec sleep 1000'
  create_container
  config '.process.args = ["sh", "-c", "echo second >/result; exec sleep 1000"] | .process.env = [null]'
  perry start "$ID"
  wait_for 5 test -s "$ROOTFS/result"
  assert_equal first "$(cat "$ROOTFS/result")"
  perry delete --force "$ID"
}

@test "bad config: no limit of processes or a limit of none starts (69)" {
  limits '.pids.limit = -1'
  run_in echo ran
  assert_success
  assert_contains ran
}

@test "bad config: a cgroup that has processes is refused (72)" {
  local dir
  start_container
  dir=$(cgroup_of "$(pid_of "$ID")" pids)
  config --arg p "${dir#/sys/fs/cgroup/pids}" '.linux.cgroupsPath = $p'
  run_perry run --bundle "$BUNDLE" "$ID-2"
  assert_failure 1
  assert_one_line
  assert_contains cgroup
  assert_equal running "$(status_of "$ID")"
}

# A freezer that is frozen would stop the container's first process before it is the container's.
@test "bad config: a frozen cgroup is refused (72)" {
  require_controller freezer
  require_v1
  local dir=/sys/fs/cgroup/freezer/$ID
  mkdir "$dir"
  echo FROZEN >"$dir/freezer.state"
  config --arg p "/$ID" '.linux.cgroupsPath = $p'
  run_perry run --bundle "$BUNDLE" "$ID"
  echo THAWED >"$dir/freezer.state"
  rmdir "$dir"
  assert_failure 1
  assert_one_line
  assert_contains frozen
}

# root_on OPTIONS: the container's root directory on a small file system of its own, with a shell in it.
root_on ()
{
  require_root
  mkdir "$WORK/fs"
  command mount -t tmpfs -o size=8m tmpfs "$WORK/fs"
  mkdir "$WORK/fs/bin"
  cp "$ROOTFS/bin/busybox" "$WORK/fs/bin/echo"
  command mount -o "remount,$1" "$WORK/fs"
  config --arg d "$WORK/fs" '.root.path = $d'
  run_in echo ran
  umount "$WORK/fs"
}

@test "bad config: a root directory without execution (75)" {
  root_on noexec
  assert_failure 1
  assert_one_line
  assert_contains "ermission denied"
}

@test "bad config: a read-only root directory without the mount points (75)" {
  root_on ro
  assert_failure 1
  assert_one_line
  assert_contains "mounts[0]"
  assert_contains "Read-only file system"
}

@test "bad config: a root directory on a full file system (75)" {
  root_on nr_inodes=3
  assert_failure 1
  assert_one_line
  assert_contains "mounts[0]"
  assert_contains "No space left on device"
}
