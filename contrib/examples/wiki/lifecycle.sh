#!/bin/bash
# lifecycle.sh: the whole life of the wiki, each step checked.
#
#   contrib/examples/wiki/lifecycle.sh [PROGRAM]
#
# PROGRAM is by default perry-compose. The images have to be loaded (README.md). It uses the project name "wiki-lifecycle" and
# port ${WIKI_PORT:-8081}; what it makes it removes, also when a step fails.
set -euo pipefail
export LC_ALL=C
compose=${1:-perry-compose}
cd "${0%/*}"
work=$(mktemp -d)
project=wiki-lifecycle
port=${WIKI_PORT:-8081}
url=http://127.0.0.1:$port
volumes=${PERRY_COMPOSE_DATA:-/var/lib/perry-compose}/volumes

# In the environment for this run: a deployment has them in a file or a vault, the same for as long as the volumes are.
secret () { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }
WIKI_DB_PASSWORD=$(secret) WIKI_ADMIN_PASSWORD=$(secret) WIKI_SECRET_KEY=$(secret)
export WIKI_DB_PASSWORD WIKI_ADMIN_PASSWORD WIKI_SECRET_KEY

step () { printf '==> %s\n' "$*"; }
die () { echo "lifecycle: $*" >&2; exit 1; }
run () { "$compose" -p "$project" "$@"; }

cleanup ()
{
  local rc=$?
  trap - EXIT
  [ $rc = 0 ] || run logs --no-color --tail 20 || true
  [ -e "$work/gone" ] || run down -v --timeout 5 >/dev/null 2>&1 || true
  rm -rf --one-file-system "$work"
  exit $rc
}
trap cleanup EXIT
trap 'exit 130' INT TERM HUP

# api NAME=VALUE...: a call of MediaWiki's API by POST, with the cookies that it has given us.
api ()
{
  local arguments=() argument
  for argument; do
    arguments+=(--data-urlencode "$argument")
  done
  curl --silent --show-error --fail --max-time 30 -b "$work/cookies" -c "$work/cookies" "${arguments[@]}" \
    "$url/api.php?format=json&formatversion=2"
}

token () { api action=query meta=tokens type="$1" | jq -er ".query.tokens.$1token"; }
user_name () { api action=query meta=userinfo | jq -r .query.userinfo.name; }
page () { curl --silent --show-error --fail --max-time 30 "$url/index.php?title=$1&action=raw"; }

log_in ()
{
  local answer
  answer=$(api action=clientlogin username=Admin "password=$WIKI_ADMIN_PASSWORD" rememberMe=1 "loginreturnurl=$url/" \
    "logintoken=$(token login)")
  [ "$(jq -r .clientlogin.status <<<"$answer")" = PASS ] || die "cannot log in: $answer"
}

write_page ()
{
  api action=edit "title=$1" "text=$2" "token=$(token csrf)" | jq -e '.edit.result == "Success"' >/dev/null || die "cannot write $1"
}

upload ()
{
  curl --silent --show-error --fail --max-time 30 -b "$work/cookies" -c "$work/cookies" -F action=upload -F format=json \
    -F "filename=$1" -F ignorewarnings=1 -F "token=$(token csrf)" -F "file=@$work/$1" "$url/api.php" |
    jq -e '.upload.result == "Success"' >/dev/null || die "cannot upload $1"
}

uploaded () { curl --silent --show-error --fail --location --max-time 30 "$url/index.php?title=Special:Redirect/file/$1"; }

# What a browser keeps when it is closed.
forget_session () { sed -i '/[sS]ession/d' "$work/cookies"; }

have_volumes ()
{
  local name
  for name in database config uploads; do
    [ -n "$(ls -A "$volumes/${project}_$name" 2>/dev/null)" ] || die "volume $name is gone"
  done
}

step "Fresh start: both services are healthy"
run up --wait
answer=$(api action=query meta=siteinfo)
[ "$(jq -r .query.general.sitename <<<"$answer")" = "Team wiki" ] || die "the wiki does not answer: $answer"

step "The database cannot be reached but from the wiki"
! (exec 3<>/dev/tcp/127.0.0.1/5432) 2>/dev/null || die "the database listens on the host"
run exec -T wiki php -r 'exit (@fsockopen ("db", 5432) ? 0 : 1);' || die "the wiki cannot reach the database"

step "A page and a file"
log_in
write_page Minutes "Written at the first start."
printf 'an uploaded file\n' >"$work/Notes.txt"
upload Notes.txt
[ "$(page Minutes)" = "Written at the first start." ] || die "the page is not there"

step "down keeps the volumes"
run down --timeout 10
have_volumes
! curl --silent --max-time 2 "$url/" >/dev/null || die "something still answers at $url"

step "Up again: page, file, and the log-in from before"
run up --wait
[ "$(page Minutes)" = "Written at the first start." ] || die "the page did not outlive down"
[ "$(uploaded Notes.txt)" = "an uploaded file" ] || die "the file did not outlive down"
forget_session
[ "$(user_name)" = Admin ] || die "the cookie of the first start is not good any more"

step "up brings back a database that was killed, and leaves the rest alone"
before=$(run ps -q wiki)
run kill -s KILL db
run up --wait
[ "$(page Minutes)" = "Written at the first start." ] || die "the page did not outlive a killed database"
[ "$(run ps -q wiki)" = "$before" ] || die "the wiki's container was made anew for nothing"

step "down -v: nothing is left"
run down -v --timeout 10
touch "$work/gone"
for name in database config uploads; do
  [ ! -e "$volumes/${project}_$name" ] || die "volume $name is still there"
done
[ -z "$(run ps -aq)" ] || die "there are still containers: $(run ps -a)"
echo "ok"
