# compose_helpers.bash - what the bats files of perry-compose load: a host of its own for each test, images, and a census
# that fails a test after whose `down` something is left.
#
# A file begins with `load compose_helpers`. Unless it says otherwise, each test has
#   $COMPOSE      the program ($PERRY_BUILD/perry-compose; both can be given in the environment)
#   $WORK         a directory with a short name (sockets); gone after the test
#   $PROJECT      $WORK/demo, the current directory: the project's name is "demo"
#   $DATA, $RUN   perry-compose's data and run directory, below $WORK (PERRY_COMPOSE_DATA, PERRY_COMPOSE_RUN)
#   a "host": namespaces of processes, mounts, network and cgroups of its own, with an own /run, and the image
#                 localhost/busybox loaded. It has only `lo`, so nothing in it reaches the machine's network. All that
#                 runs in it ends with the test, whatever it is
# and at its end, if it went well: `compose down -v` (where there is still a compose.yaml) has to bring the host back to
# what it was.
# A file with a setup () or teardown () of its own calls setup_compose and teardown_compose there; one whose tests start no
# containers has `setup () { setup_files; }`, which makes the directories only and runs the program where the tests run.
#
#   compose_file <<'EOF' … EOF               write compose.yaml; compose_file NAME: another one
#   compose up -d                            run the program in the host; a hanging one is killed after $PERRY_TIMEOUT s (124)
#   run_compose ps                           the same by bats' `run`: $status, $output, $lines
#   host CMD...                              any command in the host, in the current directory, under the same time limit
#   host_background CMD...                   start it there; $HOST_PID is its pid as the host sees it, output in $WORK/background.log
#   up [OPTION...]                           `compose up -d OPTION...`, and its output if it fails
#   service_exec SERVICE CMD...              `compose exec -T SERVICE CMD...`
#   container_of SERVICE [NUMBER]            its container's id;  record_of SERVICE, status_of_service SERVICE: their JSON
#   load_image NAME...                       further images of contrib/images (made once, kept in $PERRY_TEST_CACHE)
#   fetch URL                                a page, by curl in the host
#   snapshot                                 what there is in the host: processes, mounts, interfaces, routes, packet filter,
#                                            cgroups, files of perry-compose that are not meant to stay
#   mark_clean; assert_clean                 remember the snapshot; compare with it (setup_compose has called mark_clean)
#   expect_leftovers                         in a test that ends with containers: no comparison at its end
# A limit given to wait_for only ends a test that fails: 30 s, for machines that have other work. What a test says of time
# has to hold there, too: a condition that is waited for, never a sleep that should be enough.
# and all assertions of helpers.bash: assert_success, assert_failure, assert_output, assert_contains, refute_contains,
# assert_match, assert_equal, assert_one_line, fail, wait_for, require_program, require_v1, require_v2, …

# shellcheck source=tests/bats/helpers.bash
. "${BASH_SOURCE[0]%/*}/helpers.bash"

COMPOSE=${COMPOSE:-$PERRY_BUILD/perry-compose}
export PERRY_TEST_CACHE=${PERRY_TEST_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/perry-tests}

# --- directories -------------------------------------------------------------------------------------------------------

setup_files ()
{
  [ -x "$COMPOSE" ] || fail "there is no program at $COMPOSE: set COMPOSE or PERRY_BUILD" || return 1
  WORK=$(mktemp -d /tmp/pc.XXXXXX)
  PROJECT=$WORK/demo
  DATA=$WORK/data
  RUN=$WORK/run
  HOLDER=
  EXPECT_LEFTOVERS=
  export PERRY_COMPOSE_DATA=$DATA PERRY_COMPOSE_RUN=$RUN
  unset "${!COMPOSE_@}" "${!DOCKER_@}"
  mkdir -m 700 "$DATA" "$RUN"
  mkdir "$PROJECT"
  cd "$PROJECT" || return 1
}

compose_file ()
{
  cat >"$PROJECT/${1:-compose.yaml}"
}

# --- the host ----------------------------------------------------------------------------------------------------------

cgroup_roots ()
{
  if [ "$(cgroup_mode)" = unified ]; then
    echo /sys/fs/cgroup
  else
    sed -nE 's/^[^ ]+ [^ ]+ [^ ]+ [^ ]+ (\/sys\/fs\/cgroup\/[^ ]+) .* - cgroup2? .*/\1/p' /proc/self/mountinfo
  fi
}

# A cgroup of the test's own in each hierarchy: what is made in the host is below it.
make_cgroups ()
{
  local root file
  for root in $(cgroup_roots); do
    mkdir -p "$root/$TAG" || return 1
    for file in cpuset.cpus cpuset.mems; do
      [ ! -e "$root/$TAG/$file" ] || [ -n "$(cat "$root/$TAG/$file")" ] || cat "$root/$file" >"$root/$TAG/$file" 2>/dev/null || true
    done
  done
}

# The first process of the host; bash, because it takes the exit status of whatever is left to it.
# shellcheck disable=SC2016 # for the inner shell
holder_script='
  ip link set lo up
  mount -t tmpfs -o mode=755 run /run && mkdir -p /run/lock /run/netns
  mount -t tmpfs -o mode=1777 shm /dev/shm
  while read -r _ _ _ _ place _ rest; do
    rest=" $rest"
    case $rest in
      *" - cgroup2 "*) type=cgroup2 options= ;;
      *" - cgroup "*) type=cgroup options=$(sed -E "s/.* - cgroup [^ ]+ //; s/^(rw|ro)//; s/,(xattr|release_agent=[^,]*|clone_children)//g; s/^,//" <<<"$rest") ;;
      *) continue ;;
    esac
    case $place in /sys/fs/cgroup*) ;; *) continue ;; esac
    echo "$type $place $options"
  done </proc/self/mountinfo >/run/hierarchies
  umount -R -l /sys
  mount -t sysfs -o ro,nosuid,nodev,noexec sys /sys
  grep -q "^cgroup2 /sys/fs/cgroup " /run/hierarchies || mount -t tmpfs -o mode=755 cgroup /sys/fs/cgroup
  while read -r type place options; do
    mkdir -p "$place"
    mount -t "$type" ${options:+-o "$options"} cgroup "$place" || exit 1
  done </run/hierarchies
  rm /run/hierarchies
  if [ -e /sys/fs/cgroup/cgroup.procs ]; then
    mkdir /sys/fs/cgroup/host && echo 0 >/sys/fs/cgroup/host/cgroup.procs
    for name in $(cat /sys/fs/cgroup/cgroup.controllers); do echo "+$name" >/sys/fs/cgroup/cgroup.subtree_control || true; done
  fi
  mkdir /run/ready
  while :; do sleep 86397 & wait $!; done'

begin_host ()
{
  local root roots
  require_root
  make_cgroups || return 1
  roots=$(cgroup_roots | sed "s|\$|/$TAG|")
  # shellcheck disable=SC2016 # for the inner shell
  bash -c '
    for dir in $0; do echo 0 >"$dir/cgroup.procs" || exit 1; done
    exec unshare -mnpC --fork --kill-child --mount-proc --propagation private bash -c "$1"' \
    "$roots" "$holder_script" </dev/null >"$WORK/holder.log" 2>&1 3>&- &
  UNSHARE_PID=$!
  wait_for 30 find_holder || { cat "$WORK/holder.log"; return 1; }
  wait_for 30 [ -d "/proc/$HOLDER/root/run/ready" ] || { cat "$WORK/holder.log"; return 1; }
  HOST_CGROUPS=$(for root in $(cgroup_roots); do
    if [ "$root" = /sys/fs/cgroup ]; then echo "$root/$TAG/host"; else echo "$root/$TAG"; fi
  done)
}

# The shell becomes unshare, whose only child is the first process.
find_holder ()
{
  [ "$(cat "/proc/$UNSHARE_PID/comm")" = unshare ] && HOLDER=$(pgrep -P "$UNSHARE_PID")
}

# The cgroups come first: their names are those of the machine.
# shellcheck disable=SC2016 # for the inner shell
enter_script='
  for dir in $0; do echo 0 >"$dir/cgroup.procs" || exit 125; done
  exec nsenter -t "$HOLDER" -m -n -p -C --wd="$PWD" -- "$@"'

enter ()
{
  HOLDER=$HOLDER bash -c "$enter_script" "$HOST_CGROUPS" "$@" 3>&-
}

# The time limit is inside, where it ends the command itself.
host ()
{
  enter timeout --foreground -k 5 "$PERRY_TIMEOUT" "$@"
}

# shellcheck disable=SC2016 # for the inner shell
host_background ()
{
  rm -f "$WORK/background.pid"
  enter sh -c 'echo $$ >"$0.new" && mv "$0.new" "$0" && exec "$@"' "$WORK/background.pid" "$@" </dev/null >"$WORK/background.log" 2>&1 &
  BACKGROUND+=($!)
  wait_for 30 [ -e "$WORK/background.pid" ]
  # shellcheck disable=SC2034 # for the tests
  HOST_PID=$(cat "$WORK/background.pid")
}

# --- the program -------------------------------------------------------------------------------------------------------

compose ()
{
  if [ -n "$HOLDER" ]; then
    host "$COMPOSE" "$@" </dev/null
  else
    timeout --foreground -k 5 "$PERRY_TIMEOUT" "$COMPOSE" "$@" </dev/null 3>&-
  fi
}

run_compose ()
{
  run compose "$@"
}

up ()
{
  compose up -d "$@" >"$WORK/up.log" 2>&1 || fail "up: $(cat "$WORK/up.log")"
}

service_exec ()
{
  local service=$1
  shift
  compose exec -T "$service" "$@"
}

# container_of SERVICE [NUMBER]
container_of ()
{
  local dir
  for dir in "$DATA"/containers/*/; do
    # shellcheck disable=SC2016 # jq's variables
    if jq -e --arg s "$1" --argjson n "${2:-1}" '.service == $s and (.number // 1) == $n and (.oneoff | not)' \
      "$dir/container.json" >/dev/null 2>&1; then
      basename "$dir"
      return
    fi
  done
  fail "service $1 has no container $2"
}

record_of ()
{
  local id
  id=$(container_of "$@") && cat "$DATA/containers/$id/container.json"
}

status_of_service ()
{
  local id
  id=$(container_of "$@") && cat "$DATA/containers/$id/status.json"
}

load_image ()
{
  local name archive
  for name; do
    archive=$("$TOP/contrib/images/make" "$name") || return 1
    PERRY_TIMEOUT=120 compose image load -i "$archive" >"$WORK/load.log" 2>&1 || fail "image load $name: $(cat "$WORK/load.log")"
  done
}

fetch ()
{
  host curl --silent --show-error --fail --max-time 10 "$@"
}

# --- what is left ------------------------------------------------------------------------------------------------------

# Left out is what the first project makes for all that come after it: the cgroup above those of containers, that of the
# monitors, locks, the OCI runtime's cache.
# shellcheck disable=SC2016 # for the inner shell
snapshot_script='
  export LC_ALL=C
  ps -e -o pid=,ppid=,stat=,args= | awk -v self=$$ "
    \$1 == 1 || \$1 == self || \$2 == self || \$3 ~ /^Z/ || (\$2 == 1 && \$5 == 86397) { next }
    { \$1 = \$2 = \$3 = \"\"; sub (/^ */, \"\"); print \"process\", \$0 }" | sort
  sed -E "s/^[0-9]+ [0-9]+ [^ ]+ /mount /; s/ (shared|master|propagate_from):[0-9]+//g" /proc/self/mountinfo | sort
  ip -o link | sed -E "s/^[0-9]+: /interface /; s/ (state|qlen) [^ ]+//g"
  ip route | sed "s/^/route /"
  { nft list ruleset || iptables-save; } 2>/dev/null | sed -E "s/packets [0-9]+ bytes [0-9]+//; s/^/packet filter /"
  find /sys/fs/cgroup -mindepth 1 -type d -not -name perry -not -path "*/perry/monitors" -printf "cgroup %p\n" | sort
  cd "$PERRY_COMPOSE_RUN" && find . -mindepth 2 -not -path "./runtime/.cache*" -not -path ./network/dns \
    -not -path ./network/dns-internal -not -path ./network/lock -not -path ./network/reload -printf "file RUN/%P\n" | sort
  find /run/netns /run/netavark* /dev/shm -mindepth 1 -printf "file %p\n" 2>/dev/null | sort
  find "$PERRY_COMPOSE_DATA"/containers "$PERRY_COMPOSE_DATA"/networks "$PERRY_COMPOSE_DATA"/images/tmp -mindepth 1 -maxdepth 1 \
    -printf "file %p\n" 2>/dev/null | sort
  find "$PERRY_COMPOSE_DATA"/volumes -mindepth 1 -maxdepth 1 -name ".*" -printf "file %p\n" 2>/dev/null | sort'

snapshot ()
{
  enter sh -c "$snapshot_script"
}

mark_clean ()
{
  snapshot >"$WORK/clean"
}

is_clean ()
{
  snapshot >"$WORK/now"
  diff -U0 "$WORK/clean" "$WORK/now" >"$WORK/left"
}

# A process that was told to end may take a moment.
assert_clean ()
{
  wait_for 10 is_clean >/dev/null || fail "left behind (+) or gone (-):
$(grep '^[-+][^-+]' "$WORK/left")"
}

expect_leftovers ()
{
  EXPECT_LEFTOVERS=1
}

# --- begin and end of a test -------------------------------------------------------------------------------------------

setup_compose ()
{
  local archive
  archive=$("$TOP/contrib/images/make" busybox) || return 1
  TAG=$(file_tag)t$BATS_TEST_NUMBER
  BACKGROUND=()
  setup_files || return 1
  begin_host || return 1
  compose image load -i "$archive" >"$WORK/load.log" 2>&1 || fail "image load: $(cat "$WORK/load.log")"
  mark_clean
}

end_host ()
{
  local root
  if [ -n "${UNSHARE_PID-}" ]; then
    kill -KILL ${HOLDER:+"$HOLDER"} "$UNSHARE_PID" 2>/dev/null || true
    wait "$UNSHARE_PID" 2>/dev/null || true
  fi
  for root in $(cgroup_roots); do
    [ ! -d "$root/$TAG" ] || wait_for 30 find "$root/$TAG" -depth -type d -exec rmdir {} + 2>/dev/null || return 1
  done
}

teardown_compose ()
{
  local failed=0
  [ -n "${WORK-}" ] || return 0
  if [ -n "$HOLDER" ] && [ -n "${BATS_TEST_COMPLETED-}" ] && [ -z "$EXPECT_LEFTOVERS" ]; then
    cd "$PROJECT" || failed=1
    if [ -e compose.yaml ]; then
      compose down -v --remove-orphans --timeout 1 >"$WORK/down.log" 2>&1 || { echo "down failed:"; cat "$WORK/down.log"; failed=1; }
    fi
    assert_clean || failed=1
  fi
  cd / || return 1
  [ -z "${TAG-}" ] || end_host || { echo "cgroups of the test are left"; failed=1; }
  rm -rf --one-file-system "$WORK" || failed=1
  WORK=
  return $failed
}

setup () { setup_compose; }
teardown () { teardown_compose; }
teardown_file () { :; }
