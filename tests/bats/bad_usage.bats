#!/usr/bin/env bats
# bad_usage.bats - hostile and mistaken command lines: each is refused in one line that names what is wrong, in bounded
# time, and leaves nothing. The commands of a table are run in $BUNDLE; @ stands for the container's id.
load helpers

# refuse STATUS WORDS COMMAND...: run COMMAND with an empty standard input.
refuse ()
{
  local want=$1 words=$2
  shift 2
  run --separate-stderr perry "$@" </dev/null
  # shellcheck disable=SC2154 # of bats' run
  [ "$status" -eq "$want" ] || fail "$*: status $status, want $want: $stderr"
  # shellcheck disable=SC2154
  [ "${#stderr_lines[@]}" -eq 1 ] || fail "$*: want one line on standard error: $stderr"
  [[ $stderr == *"$words"* ]] || fail "$*: want '$words' in: $stderr"
}

# refuse_rows <TABLE: STATUS|WORDS|COMMAND
refuse_rows ()
{
  local want words line
  while IFS='|' read -r want words line; do
    # shellcheck disable=SC2086 # words
    refuse "$want" "$words" ${line//@/$ID}
  done
}

nothing_left ()
{
  [ ! -e "$STATE_ROOT/$ID" ] || fail "a state directory is left"
  census_empty "$TAG" "$WORK"
}

@test "bundles, pid files, sockets, descriptors" {
  config '.process.terminal = true'
  mkdir "$WORK/dir"
  mkfifo "$WORK/fifo"
  : >"$WORK/file"
  long=$(printf 'n%.0s' {1..300})
  refuse_rows <<END
1|$WORK/none|create --bundle $WORK/none @
1|$WORK/file|create --bundle $WORK/file @
1|$WORK/dir|create --bundle $WORK/dir @
1|name too long|create --bundle $WORK/$long @
1|--preserve-fds|create --preserve-fds 1000000 @
1|--preserve-fds|create --preserve-fds -1 @
1|--preserve-fds|create --preserve-fds 4294967296 @
1|$WORK/none|create --console-socket $WORK/none @
1|$WORK/file|create --console-socket $WORK/file @
1|$WORK/fifo|create --console-socket $WORK/fifo @
1|$WORK/dir|create --console-socket $WORK/dir @
1|$long|create --console-socket $WORK/$long @
1|console socket|create --console-socket= @
END
  refuse 1 @abstract create --console-socket @abstract "$ID"
  nothing_left
  config '.process.terminal = false'
  refuse_rows <<END
1|--pid-file $WORK/dir|create --pid-file $WORK/dir @
1|--pid-file $WORK/none/x|create --pid-file $WORK/none/x @
1|--pid-file $WORK/dir/|create --pid-file $WORK/dir/ @
1|--pid-file $WORK/$long|create --pid-file $WORK/$long @
1|$WORK/none|create --pidfd-socket $WORK/none @
1|$WORK/file|create --pidfd-socket $WORK/file @
END
  [ -p "$WORK/fifo" ] && [ ! -s "$WORK/file" ] && [ -z "$(ls -A "$WORK/dir")" ]
  nothing_left
}

@test "a console socket that nobody listens on any more" {
  require_program python3
  config '.process.terminal = true'
  python3 -c 'import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])' "$WORK/dead"
  refuse 1 "Connection refused" create --console-socket "$WORK/dead" "$ID"
  nothing_left
}

@test "a pid file that is a link is replaced, not followed" {
  echo precious >"$WORK/precious"
  ln -s precious "$WORK/link"
  create_container "$ID" --pid-file "$WORK/link"
  assert_equal precious "$(cat "$WORK/precious")"
  [ ! -L "$WORK/link" ]
}

@test "logs: a FIFO that nobody reads, a directory, a directory that is not there" {
  mkfifo "$WORK/fifo"
  local log
  for log in "$WORK/fifo" "$WORK" "$WORK/none/log"; do
    refuse 1 "log file $log: " --log "$log" create "$ID"
  done
  nothing_left
}

@test "state roots: a file, a link, somebody else's, 300 bytes, none" {
  : >"$WORK/file"
  mkdir -m 0700 "$WORK/real" "$WORK/other"
  ln -s real "$WORK/link"
  chown 12345 "$WORK/other"
  local root
  for root in "$WORK/file" "$WORK/link" "$WORK/other" "/$(printf 'n%.0s' {1..300})" / /proc /dev/null; do
    run --separate-stderr "$PERRY" --root "$root" create "$ID"
    [ "$status" -eq 1 ] || fail "$root: $status"
    [ "${#stderr_lines[@]}" -eq 1 ] || fail "$root: $stderr"
    [[ $stderr == *"$root"* ]] || fail "$root: $stderr"
  done
  assert_equal "" "$(find "$WORK/real" "$WORK/other" -mindepth 1)"
}

@test "ids" {
  local id
  for id in '' . .. .x ../x x/.. / 'a b' $'a\n' $'a\tb' 'ä' 'a:b' 'a@b' 'a*' "$(printf 'a%.0s' {1..1025})"; do
    for command in create run state start kill delete exec pause resume ps update events; do
      want=1
      operands=()
      case $command in exec) want=255 operands=(true) ;; update) operands=() ;; esac
      refuse $want "invalid container ID format" $command -- "$id" "${operands[@]}"
    done
  done
  nothing_left
}

@test "exec --process: a FIFO, a directory, nothing, not JSON, another document" {
  start_container
  mkfifo "$WORK/fifo"
  : >"$WORK/empty"
  echo '{' >"$WORK/cut"
  echo '[]' >"$WORK/list"
  echo '{"cwd": "/"}' >"$WORK/no-args"
  echo '{"args": ["true"]}' >"$WORK/no-cwd"
  echo '{"args": ["true"], "cwd": "/", "user": {"uid": -1}}' >"$WORK/bad-user"
  refuse_rows <<END
255|$WORK/fifo|exec --process $WORK/fifo @
255|$WORK|exec --process $WORK @
255|$WORK/none|exec --process $WORK/none @
255|$WORK/empty|exec --process $WORK/empty @
255|$WORK/cut:|exec --process $WORK/cut @
255|$WORK/list|exec --process $WORK/list @
255|args|exec --process $WORK/no-args @
255|cwd|exec --process $WORK/no-cwd @
255|user.uid|exec --process $WORK/bad-user @
255|no command|exec @
255|NOTHING|exec --env NOTHING @ true
255|--user|exec --user root @ true
255|--user|exec --user :5 @ true
255|--user|exec --user 5: @ true
255|--additional-gids|exec --additional-gids x @ true
255|--cap|exec --cap CAP_NONE @ true
255|cwd|exec --cwd relative @ true
255|--cgroup|exec --cgroup ../.. @ true
255|--preserve-fds|exec --preserve-fds 1000000 @ true
END
  assert_equal running "$(status_of "$ID")"
}

@test "kill: signals that are none, and some that are" {
  args sh -c 'trap "" TERM; touch /ready; while :; do sleep 0.05; done'
  start_container
  wait_for 5 test -e "$ROOTFS/ready"
  local signal
  for signal in SIGFOO -1 999 65 0x9 9x ' 9' '9 ' SIG sigsigkill KILLL '' RTMIN+99; do
    refuse 1 "unknown signal \"$signal\"" kill -- "$ID" "$signal"
  done
  for signal in term TERM SIGterm 15 0; do
    run_perry kill "$ID" "$signal"
    assert_success
  done
  assert_equal running "$(status_of "$ID")"
}

@test "update: nothing, a part, something else on standard input" {
  start_container
  local text
  for text in '' '{' '[]' 'x' '{"pids": {"limit": "x"}}' '{"memory": 5}'; do
    run --separate-stderr perry update --resources - "$ID" <<<"$text"
    [ "$status" -eq 1 ] || fail "$text: $status"
    [ "${#stderr_lines[@]}" -eq 1 ] || fail "$text: $stderr"
  done
  run --separate-stderr perry update --resources - "$ID" </dev/null
  assert_failure 1
  mkfifo "$WORK/fifo"
  refuse 1 "$WORK/fifo" update --resources "$WORK/fifo" "$ID"
  refuse 1 "$WORK" update --resources "$WORK" "$ID"
}

@test "closed standard streams: nothing that is opened takes their places" {
  # shellcheck disable=SC2016 # the inner shell's
  bash -c '"$@" <&- >&- 2>&- 3>&-' - "$PERRY" --root "$STATE_ROOT" run --detach "$ID"
  local pid
  pid=$(pid_of "$ID")
  assert_equal "/dev/null /dev/null /dev/null" "$(readlink "/proc/$pid/fd/0" "/proc/$pid/fd/1" "/proc/$pid/fd/2" | xargs)"
  local closed
  for closed in '<&-' '>&-' '2>&-'; do
    run timeout 10 bash -c "\"\$@\" $closed 3>&-" - "$PERRY" --root "$STATE_ROOT" state "$ID"
    [ "$status" -le 1 ] || fail "$closed: $status"
  done
}
