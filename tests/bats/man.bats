# The examples of the man pages do what they say, line by line as printed (but for the container's name and paths of the
# host).

load helpers

setup ()
{
  setup_bundle
  mkdir "$WORK/bin"
  printf '#!/bin/sh\nexec "%s" --root "%s" "$@"\n' "$PERRY" "$STATE_ROOT" >"$WORK/bin/perry-runtime"
  chmod +x "$WORK/bin/perry-runtime"
  PATH=$WORK/bin:$PATH
  args sleep 1000
}

# examples [COMMAND]: the lines between .EX and .EE of a page.
examples ()
{
  sed -n '/^\.EX/,/^\.EE/{/^\.E[XE]/!p}' "$TOP/man/perry-runtime${1:+-$1}.8.in" \
    | sed -e 's/\\-/-/g' -e "s/\\\\(aq/'/g" -e "s/\\bhello\\b/$ID/g" -e "s,/srv/,$WORK/,g" -e "s,/run/,$WORK/,g"
}

# try [COMMAND]: each line by a shell; all have to succeed, but those that go on for ever are ended.
try ()
{
  examples "$@" >"$WORK/lines"
  [ -s "$WORK/lines" ] || fail "no examples"
  local line status shell
  while read -r line
    do
      status=0
      shell=(bash -c)
      case $line in
        cd\ *) cd "${line#cd }" || return 1; continue ;;
        *\ run\ *) shell=(on_terminal) ;;
        *--interval*) shell=(timeout 2 bash -c) ;;
      esac
      "${shell[@]}" "$line" </dev/null >"$WORK/out" 2>&1 3>&- || status=$?
      case $line:$status in
        *:0 | *--interval*:124) ;;
        *) fail "$line: status $status: $(cat "$WORK/out")" || return 1 ;;
      esac
  done <"$WORK/lines"
}

# on_terminal LINE: the same where somebody types exit.
on_terminal ()
{
  timeout 20 script -qec "$1" "$WORK/typescript" <<<exit
}

@test "perry-runtime(8): from an empty directory to a container" {
  require_program script
  cd "$WORK"
  [ -x /bin/busybox ] || skip "needs /bin/busybox"
  try
}

@test "create" {
  mv "$BUNDLE" "$WORK/$ID"
  BUNDLE=$WORK/$ID
  try create
  is_status "$ID" created
  assert_equal "$(pid_of "$ID")" "$(cat "$WORK/$ID.pid")"
}

@test "start" {
  create_container
  try start
  is_status "$ID" running
}

@test "run" {
  args true
  examples run | head -n 1 >"$WORK/first"
  run bash "$WORK/first"
  assert_success
  args sleep 1000
  examples run | sed 1d >"$WORK/second"
  run bash "$WORK/second" 3>&-
  assert_success
  is_status "$ID" running
}

@test "delete" {
  create_container
  try delete
  [ -z "$(perry list -q)" ]
}

@test "kill" {
  start_container
  try kill
  wait_status "$ID" stopped
}

@test "exec" {
  require_program script
  start_container
  run bash -c "$(examples exec | sed -n 1p)"
  assert_success
  assert_contains "sleep 1000"
  run script -qec "$(examples exec | sed -n 2p)" "$WORK/typescript" <<<"exit 3"
  assert_failure 3
  run bash -c "$(examples exec | sed -n 3p)"
  assert_success
  assert_match "uid=1000.* gid=1000"
  assert_contains /tmp
}

@test "state, list, ps" {
  start_container
  try state
  try list
  try ps
}

@test "pause, resume" {
  start_container
  try pause
  try resume
  is_status "$ID" running
}

@test "update, events" {
  require_root
  require_controller memory
  require_controller pids
  start_container
  try update
  try events
}

@test "spec, features" {
  cd "$WORK"
  try spec
  try features
}
