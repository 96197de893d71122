# shellcheck shell=bash
# lib.sh - what every goal loads: a bundle, the program under a time limit, the census, and one line of result.
#
# A goal is gNN.sh [COUNT]. It does something COUNT times to the program, then prints "gNN: ok: figures",
# "gNN: FAIL: what" (status 1) or "gNN: skip: why" (status 77), and leaves nothing. It begins with
#   . "${0%/*}/lib.sh"
#   count=${1:-100}
# calls `bad "what"` for each thing that is wrong, and ends with `finish "figures"`.

set -u
TOP=$(cd "${BASH_SOURCE[0]%/*}/../.." && pwd)
# shellcheck source=contrib/lib/common.sh
. "$TOP/contrib/lib/common.sh"
# shellcheck source=contrib/lib/census.sh
. "$TOP/contrib/lib/census.sh"
GOAL=${0##*/}
GOAL=${GOAL%.sh}
TAG=${PERRY_TAG-}p$GOAL-$$
WORK=$(mktemp -d "${TMPDIR:-/tmp}/perry-$GOAL.XXXXXX")
STATE_ROOT=$WORK/state
BUNDLE=$WORK/bundle
ROOTFS=$BUNDLE/rootfs
bads=0
export PERRY STATE_ROOT BUNDLE WORK TAG

perry ()
{
  timeout --foreground -k 5 "$PERRY_TIMEOUT" "$PERRY" --root "$STATE_ROOT" "$@"
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

status_of ()
{
  perry state "$1" 2>/dev/null | jq -r .status
}

is_status ()
{
  [ "$(status_of "$1")" = "$2" ]
}

# A goal goes on after something wrong, to tell how often it is; the first ten are shown.
bad ()
{
  bads=$((bads + 1))
  [ $bads -gt 10 ] || echo "$GOAL: $*" >&2
}

skip ()
{
  echo "$GOAL: skip: $*"
  exit 77
}

need ()
{
  local name
  for name; do
    [ -n "$(command -v "$name")" ] || skip "needs $name"
  done
}

# nap SECONDS: sleeps without a process of its own.
exec {nap_fd}<> <(:)
nap ()
{
  read -rt "$1" -u "$nap_fd" || true
}

# random LIMIT: 0 ... LIMIT - 1.
random ()
{
  echo $(((RANDOM << 15 | RANDOM) % $1))
}

# settled [WHAT]: `bad` if a process, cgroup, mount or state directory is left within five seconds; sweeps it.
settled ()
{
  local left
  # The cache of compiled filters is meant to stay.
  left=$(find "$STATE_ROOT" -mindepth 1 -not -path "$STATE_ROOT/.cache*" 2>/dev/null)
  [ -z "$left" ] || bad "${1-}: left in the state root: $left"
  if ! wait_for 5 census_empty "$TAG" "$WORK" >/dev/null; then
    bad "${1-}: left: $(census "$TAG" "$WORK" | head -n 5)"
    sweep "$TAG" "$WORK"
  fi
  rm -rf --one-file-system "${STATE_ROOT:?}"/*
}

# wiped ID [WHAT]: one `delete --force` has to take away all there is of ID; then settled.
wiped ()
{
  local out
  out=$(perry delete --force "$1" 2>&1) || bad "${2-}: delete --force: $out"
  settled "${2-}"
}

cleanup ()
{
  local dir
  trap - EXIT
  for dir in "$STATE_ROOT"/*/; do
    [ ! -d "$dir" ] || perry delete --force "$(basename "$dir")" >/dev/null 2>&1
  done
  census_empty "$TAG" "$WORK" || sweep "$TAG" "$WORK"
  rm -rf --one-file-system "$WORK"
}

finish ()
{
  settled "at the end"
  cleanup
  if [ $bads -gt 0 ]; then
    echo "$GOAL: FAIL: $bads wrong; $*"
    exit 1
  fi
  echo "$GOAL: ok: $*"
  exit 0
}

trap cleanup EXIT
trap 'exit 130' INT TERM HUP
[ -x "$PERRY" ] || skip "there is no program at $PERRY"
[ "$(id -u)" = 0 ] || skip "needs root"
mkdir -p "$STATE_ROOT" "$BUNDLE"
make_rootfs "$ROOTFS"
cp "$TOP/tests/bats/base.json" "$BUNDLE/config.json"
