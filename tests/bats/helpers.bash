# helpers.bash - what every bats file loads: a bundle, the program under a time limit, assertions, and a census that
# fails a test which leaves a process, cgroup, mount or state directory behind.
#
# A file begins with `load helpers`. Unless it says otherwise, each test has
#   $PERRY        the program ($PERRY_BUILD/perry-runtime; both can be given in the environment)
#   $BUNDLE       a bundle of its own: rootfs with a static busybox and all its applets, config.json (base.json, whose
#                 program is `sleep 1000`); $ROOTFS is $BUNDLE/rootfs, and the current directory is $BUNDLE
#   $STATE_ROOT   a state root of its own
#   $ID           a container id that no other test has; more ids have to begin with it: "$ID-2", "${ID}b"
#   $WORK         $BATS_TEST_TMPDIR, gone after the test
# A file with a setup () or teardown () of its own calls setup_bundle and teardown_bundle there.
#
#   config '.process.cwd = "/tmp"'           edit config.json; further arguments go to jq (--arg x "$y")
#   args sh -c 'echo $0'                     set process.args
#   perry state "$ID"                        run the program; a hanging one is killed after $PERRY_TIMEOUT seconds (124)
#   run_perry state "$ID"                    the same by bats' `run`: $status, $output, $lines
#   run_in cat /etc/passwd                   set process.args, run them in a container in the foreground: $status, $output
#   start_container [ID [OPTION...]]         `run --detach`; its output is in $WORK/ID.log
#   create_container [ID [OPTION...]]        `create`; the same log
#   in_container CMD...                      `exec "$ID" CMD...` by `run`
#   pid_of ID, status_of ID, wait_status ID STATUS, wait_for SECONDS CMD...
#   cgroup_of PID CONTROLLER                 the directory below /sys/fs/cgroup that PID is in
#   assert_success, assert_failure [STATUS], assert_output TEXT, assert_contains TEXT, refute_contains TEXT,
#   assert_match REGEX, assert_equal WANT GOT, assert_one_line, fail MESSAGE
#   helper NAME                              the path of tests/bats/src/NAME.c, compiled (static); into_rootfs NAME
#   background CMD...                        run CMD, kill it in teardown; $! is its pid
#   setup_user                               instead of setup_bundle: the bundle belongs to an ordinary user ($USER_NAME,
#                                            $USER_UID, $USER_GID), everything is below $USER_DIR, and `perry` runs as
#                                            that user with a runtime directory of its own, so without --root
#   open_way                                 the bundle can be reached by every user (bats' directory is closed to others)
#   as_user CMD...                           run CMD as that user, with a clean environment
#   require_program NAME..., require_v1, require_v2, require_hybrid, require_systemd, require_controller NAME,
#   require_kernel 5.12, require_root: skip the test where the machine lacks it

bats_require_minimum_version 1.5.0

TOP=$(cd "${BASH_SOURCE[0]%/*}/../.." && pwd)
PERRY_BUILD=${PERRY_BUILD:-$TOP/build}
PERRY=${PERRY:-$PERRY_BUILD/perry-runtime}
PERRY_TIMEOUT=${PERRY_TIMEOUT:-30}
case $PERRY in */*) ;; *) PERRY=$(command -v "$PERRY") ;; esac
# shellcheck source=contrib/lib/common.sh
. "$TOP/contrib/lib/common.sh"
# shellcheck source=contrib/lib/census.sh
. "$TOP/contrib/lib/census.sh"

# --- bundle ------------------------------------------------------------------------------------------------------------

# The names by which the census knows what is ours: of the file's run, and of the test.
file_tag ()
{
  echo "${PERRY_TAG-}pt${BATS_RUN_TMPDIR##*-}-f${BATS_FILE_TMPDIR##*/}"
}

setup_bundle ()
{
  local template=$BATS_FILE_TMPDIR/rootfs
  [ -x "$PERRY" ] || fail "there is no program at $PERRY: set PERRY or PERRY_BUILD"
  WORK=$BATS_TEST_TMPDIR
  TAG=$(file_tag)t$BATS_TEST_NUMBER
  ID=$TAG
  STATE_ROOT=$WORK/state
  BUNDLE=$WORK/bundle
  ROOTFS=$BUNDLE/rootfs
  BACKGROUND=()
  [ -d "$template" ] || make_rootfs "$template"
  mkdir -p "$BUNDLE"
  cp -a "$template" "$ROOTFS"
  cp "$TOP/tests/bats/base.json" "$BUNDLE/config.json"
  cd "$BUNDLE" || return 1
}

config ()
{
  jq "$@" <"$BUNDLE/config.json" >"$BUNDLE/config.json.new" && mv "$BUNDLE/config.json.new" "$BUNDLE/config.json"
}

args ()
{
  # shellcheck disable=SC2016 # jq's variable
  config '.process.args = $ARGS.positional' --args -- "$@"
}

# --- the program -------------------------------------------------------------------------------------------------------

# File descriptor 3 is bats' own; a process that keeps it keeps bats waiting.
perry ()
{
  if [ -n "${USER_DIR-}" ]; then
    as_user timeout --foreground -k 5 "$PERRY_TIMEOUT" "$PERRY" "$@" 3>&-
    return
  fi
  timeout --foreground -k 5 "$PERRY_TIMEOUT" "$PERRY" --root "$STATE_ROOT" "$@" 3>&-
}

# --- as an ordinary user -----------------------------------------------------------------------------------------------

# The user is made where there is none; useradd gives it 65536 subordinate ids.
make_user ()
{
  require_root
  require_program setpriv useradd
  USER_NAME=perry-rootless
  id "$USER_NAME" >/dev/null 2>&1 || useradd --create-home --shell /bin/sh "$USER_NAME" || return 1
  USER_UID=$(id -u "$USER_NAME")
  USER_GID=$(id -g "$USER_NAME")
}

# The run's own directory is closed to other users: the files of this one are beside it.
setup_user ()
{
  make_user || return 1
  setup_bundle || return 1
  USER_DIR=$(mktemp -d "${TMPDIR:-/tmp}/$TAG-user.XXXXXX") || return 1
  mkdir -m 700 "$USER_DIR/run" && mkdir "$USER_DIR/home" || return 1
  cp "$PERRY" "$USER_DIR/perry-runtime" || return 1
  mv "$BUNDLE" "$USER_DIR/bundle" || return 1
  chmod 755 "$USER_DIR"
  chown -R "$USER_UID:$USER_GID" "$USER_DIR"
  PERRY=$USER_DIR/perry-runtime
  BUNDLE=$USER_DIR/bundle
  ROOTFS=$BUNDLE/rootfs
  STATE_ROOT=$USER_DIR/run/perry-runtime
  USER_PATH=$PATH
  cd "$BUNDLE" || return 1
}

open_way ()
{
  local dir=$BUNDLE
  while [ -n "$dir" ]; do
    [ -n "$(find "$dir" -maxdepth 0 -perm -o+x)" ] || chmod o+x "$dir" || return 1
    dir=${dir%/*}
  done
}

as_user ()
{
  setpriv --reuid="$USER_UID" --regid="$USER_GID" --init-groups --inh-caps=-all \
    env -i HOME="$USER_DIR/home" USER="$USER_NAME" PATH="$USER_PATH" XDG_RUNTIME_DIR="$USER_DIR/run" "$@"
}

run_perry ()
{
  run perry "$@"
}

run_in ()
{
  args "$@"
  run perry run --bundle "$BUNDLE" "$ID"
}

start_container ()
{
  local id=${1:-$ID}
  shift || true
  perry run --detach --bundle "$BUNDLE" "$@" "$id" </dev/null >"$WORK/$id.log" 2>&1 || fail "run: $(cat "$WORK/$id.log")"
}

create_container ()
{
  local id=${1:-$ID}
  shift || true
  perry create --bundle "$BUNDLE" "$@" "$id" </dev/null >"$WORK/$id.log" 2>&1 || fail "create: $(cat "$WORK/$id.log")"
}

in_container ()
{
  run perry exec "$ID" "$@"
}

pid_of ()
{
  perry state "$1" | jq -e .pid
}

status_of ()
{
  perry state "$1" 2>&1 | jq -r .status
}

is_status ()
{
  [ "$(status_of "$1")" = "$2" ]
}

wait_status ()
{
  wait_for 10 is_status "$1" "$2"
}

cgroup_of ()
{
  local pid=$1 controller=$2 path
  if [ "$(cgroup_mode)" = unified ]; then
    path=$(sed -n 's/^0:://p' "/proc/$pid/cgroup")
    echo "/sys/fs/cgroup$path"
  else
    path=$(sed -n "s/^[0-9]*:[^:]*\b$controller\b[^:]*://p" "/proc/$pid/cgroup")
    echo "/sys/fs/cgroup/$controller$path"
  fi
}

background ()
{
  "$@" </dev/null 3>&- &
  BACKGROUND+=($!)
}

# --- assertions --------------------------------------------------------------------------------------------------------

fail ()
{
  echo "$*" >&2
  return 1
}

show ()
{
  fail "$1
  status: ${status-}
  output: ${output-}"
}

assert_success ()
{
  [ "$status" -eq 0 ] || show "it failed"
}

assert_failure ()
{
  if [ $# -gt 0 ]; then
    [ "$status" -eq "$1" ] || show "want status $1"
  else
    { [ "$status" -ne 0 ] && [ "$status" -ne 124 ] && [ "$status" -lt 128 ]; } || show "want a failure (no time-out, no signal)"
  fi
}

assert_output ()
{
  [ "$output" = "$1" ] || show "want output: $1"
}

assert_contains ()
{
  [[ $output == *"$1"* ]] || show "want, somewhere in the output: $1"
}

refute_contains ()
{
  [[ $output != *"$1"* ]] || show "do not want in the output: $1"
}

assert_match ()
{
  [[ $output =~ $1 ]] || show "want output to match: $1"
}

assert_equal ()
{
  [ "$1" = "$2" ] || fail "want: $1
  got:  $2"
}

# An error is one line.
assert_one_line ()
{
  # shellcheck disable=SC2154 # of bats' run
  if [ -z "$output" ] || [ "${#lines[@]}" -ne 1 ]; then
    show "want exactly one line"
  fi
}

# --- conditions --------------------------------------------------------------------------------------------------------

require_v2 () { [ "$(cgroup_mode)" = unified ] || skip "needs cgroup v2 alone"; }
require_v1 () { [ "$(cgroup_mode)" != unified ] || skip "needs cgroup v1"; }
require_hybrid () { [ "$(cgroup_mode)" = hybrid ] || skip "needs the hybrid layout"; }
require_root () { [ "$(id -u)" = 0 ] || skip "needs root"; }
require_systemd () { [ -d /run/systemd/system ] || skip "needs systemd as process 1"; }
skip_unless_v1 () { require_v1; }
skip_unless_v2 () { require_v2; }

require_controller ()
{
  if [ "$(cgroup_mode)" = unified ]; then
    grep -qw "$1" /sys/fs/cgroup/cgroup.controllers || skip "needs the cgroup controller $1"
  else
    grep -q " - cgroup .*\b$1\b" /proc/self/mountinfo || skip "needs the cgroup controller $1"
  fi
}

require_program ()
{
  local name
  for name; do
    [ -n "$(command -v "$name")" ] || skip "needs $name"
  done
}

require_kernel ()
{
  printf '%s\n' "$1" "$(uname -r)" | sort -CV || skip "needs Linux $1"
}

# --- helper programs ---------------------------------------------------------------------------------------------------

into_rootfs ()
{
  local name
  for name; do
    cp "$(helper "$name")" "$ROOTFS/bin/$name" || return 1
  done
}

# --- the end of a test -------------------------------------------------------------------------------------------------

remove_containers ()
{
  local dir
  for dir in "$STATE_ROOT"/*/; do
    [ -d "$dir" ] || continue
    dir=${dir%/}
    perry delete --force "${dir##*/}" || return 1
  done
}

teardown_bundle ()
{
  local pid left failed=0
  [ -n "${TAG-}" ] || return 0
  cd / || return 1
  for pid in "${BACKGROUND[@]}"; do
    kill -KILL "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
  done
  remove_containers || failed=1
  left=$(find "$STATE_ROOT" -mindepth 1 -not -path "$STATE_ROOT/.cache*" 2>/dev/null) || true
  if [ -n "$left" ]; then
    echo "left in the state root after delete --force: $left"
    failed=1
  fi
  if ! wait_for 3 census_empty "$TAG" "$WORK" >/dev/null; then
    echo "left behind after delete --force:"
    census "$TAG" "$WORK"
    sweep "$TAG" "$WORK"
    failed=1
  fi
  [ -z "${USER_DIR-}" ] || rm -rf "$USER_DIR"
  return $failed
}

setup () { setup_bundle; }
teardown () { teardown_bundle; }

# For tests that forgot teardown_bundle.
teardown_file ()
{
  local tag
  tag=$(file_tag)
  census_empty "${tag}t" "$BATS_FILE_TMPDIR" || { census "${tag}t" "$BATS_FILE_TMPDIR"; sweep "${tag}t" "$BATS_FILE_TMPDIR"; return 1; }
}
