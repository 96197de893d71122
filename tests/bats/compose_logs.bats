# logs and attach: what containers print, whole and in order.

load compose_helpers

has_ended ()
{
  [ "$(compose ps -a --format json | jq -r --arg s "$1" 'select(.Service == $s) | .State')" = exited ]
}

# log_of SERVICE: the file's name
log_of ()
{
  echo "$DATA/containers/$(container_of "$1")/log.jsonl"
}

# followed PATTERN [TIMES]: lines in what `logs -f` has printed
followed ()
{
  [ "$(grep -c "$1" "$WORK/background.log")" -ge "${2:-1}" ]
}

has_left ()
{
  ! host kill -0 "$HOST_PID" 2>/dev/null
}

# logged LINE: by any container
logged ()
{
  jq -es --arg line "$1" 'any (.[]; .data == $line)' "$DATA"/containers/*/log.jsonl >"$WORK/logged" 2>&1
}

@test "streams, order, prefixes, times, the last lines" {
  compose_file <<'EOF'
x-told: &told { image: localhost/busybox, volumes: ['./go:/go'] }
services:
  one: { <<: *told, command: [sh, /go/say, '1', '3', '5'] }
  two: { <<: *told, command: [sh, /go/say, '2', '4', '6'] }
EOF
  mkdir go
  # shellcheck disable=SC2016 # for the inner shell
  echo 'for i; do until [ -e /go/$i ]; do sleep 0.02; done; if [ $i = 3 ]; then echo $i >&2; else echo $i; fi; done' >go/say
  up
  # The next one speaks when the monitor has what the one before it said.
  for i in 1 2 3 4 5 6; do
    touch go/$i
    wait_for 30 logged $i
  done
  wait_for 30 has_ended one
  wait_for 30 has_ended two
  run_compose logs
  assert_success
  assert_equal "$(printf '%s\n' 'one-1  | 1' 'two-1  | 2' 'one-1  | 3' 'two-1  | 4' 'one-1  | 5' 'two-1  | 6')" "$output"
  run_compose logs --no-log-prefix --stream stderr
  assert_equal 3 "$output"
  run_compose logs --no-log-prefix --tail 1 two
  assert_equal 6 "$output"
  run_compose logs -t --no-log-prefix --tail 1 two
  assert_match '^20[0-9-]+T[0-9:.]+Z 6$'
  run_compose logs --since 1h --until 30m
  assert_equal "" "$output"
  run_compose logs --format json --tail 1 one
  assert_equal "one stdout 5" "$(jq -r '"\(.service) \(.stream) \(.data)"' <<<"$output")"
  run_compose logs nosuch
  assert_failure
  assert_contains nosuch
  run_compose logs --since yesterday
  assert_failure
}

@test "what is binary, long or without a newline comes back as it was" {
  compose_file <<'EOF'
services:
  bin: { image: localhost/busybox, command: [sh, -c, 'cat /data/bytes; printf end'], volumes: ['./data:/data'] }
EOF
  mkdir data
  { head -c 100000 /dev/urandom; head -c 3000000 /dev/zero | tr '\0' x; printf 'gr\303\274\303\237e\n'; } >data/bytes
  up
  wait_for 30 has_ended bin
  # The program ends the last line, which had no newline.
  compose logs --no-log-prefix >out
  { cat data/bytes; echo end; } | cmp - out
  jq -c . "$(log_of bin)" >parsed
  [ "$(awk '{ if (length > most) most = length } END { print most }' "$(log_of bin)")" -lt 110000 ]
  run jq -r 'select(.encoding == null and (.partial | not)).data' "$(log_of bin)"
  assert_contains grüße
}

@test "rotation: so many files of such a size, and the last lines over all of them" {
  compose_file <<'EOF'
services:
  many:
    image: localhost/busybox
    command: [sh, -c, 'i=0; while [ $$i -lt 1000 ]; do echo line $$i; i=$$((i+1)); done']
    logging: { driver: json-file, options: { max-size: 20k, max-file: '3' } }
EOF
  up
  wait_for 30 has_ended many
  log=$(log_of many)
  [ -e "$log.1" ] && [ -e "$log.2" ] && [ ! -e "$log.3" ]
  for file in "$log" "$log.1" "$log.2"; do
    [ "$(stat -c %s "$file")" -le 20480 ]
    jq -c . "$file" >/dev/null
  done
  assert_equal "$(seq -f 'line %g' 600 999)" "$(compose logs --no-log-prefix --tail 400)"
}

@test "follow: restarts, rotation and containers that come later; ends with them" {
  compose_file <<'EOF'
services:
  a:
    image: localhost/busybox
    command: [sh, -c, 'trap "exit 0" TERM; i=0; while [ $$i -lt 200 ]; do echo a $$i; i=$$((i+1)); done; sleep 1000 & wait']
    logging: { driver: json-file, options: { max-size: 4k, max-file: '20' } }
EOF
  up
  host_background "$COMPOSE" logs -f
  wait_for 30 followed 'a 199$'
  compose restart
  wait_for 30 followed 'a 199$' 2
  cat >>compose.yaml <<'EOF'
  b: { image: localhost/busybox, command: [sh, -c, 'echo from b; trap "exit 0" TERM; sleep 1000 & wait'] }
EOF
  up
  wait_for 30 followed 'from b'
  assert_equal 400 "$(grep -c '^a-1 .*| a [0-9]*$' "$WORK/background.log")"
  compose stop -t 1
  wait_for 30 has_left
}

@test "a log that was replaced by a link is refused, for reading and for writing" {
  compose_file <<'EOF'
services:
  web: { image: localhost/busybox, command: [echo, hello] }
EOF
  up
  wait_for 30 has_ended web
  echo precious >"$WORK/precious"
  log=$(log_of web)
  ln -sf "$WORK/precious" "$log"
  run_compose logs
  assert_failure
  assert_contains "symbolic link"
  run_compose start
  assert_failure
  assert_equal precious "$(cat "$WORK/precious")"
}

@test "kill -9 of the monitor in a burst: every record is whole" {
  compose_file <<'EOF'
services:
  burst: { image: localhost/busybox, command: [sh, -c, 'while :; do echo some line of a burst; done'] }
EOF
  for _ in 1 2 3; do
    up
    sleep 0.2
    host kill -KILL "$(status_of_service burst | jq .monitorPid)"
    compose stop -t 0
    compose start
    compose stop -t 0
    jq -c . "$(log_of burst)" >/dev/null
    compose down -t 0
  done
}

@test "logging.driver none" {
  compose_file <<'EOF'
services:
  quiet: { image: localhost/busybox, command: [echo, hello], logging: { driver: none } }
EOF
  up
  wait_for 30 has_ended quiet
  [ ! -e "$(log_of quiet)" ]
}

@test "attach: input goes in, output comes out, the exit status is the container's" {
  compose_file <<'EOF'
services:
  cat: { image: localhost/busybox, stdin_open: true, command: [sh, -c, 'read x; echo got $$x; echo bad >&2; exit 6'] }
EOF
  up
  status=0
  echo hello | host "$COMPOSE" attach cat >out 2>err || status=$?
  assert_equal 6 "$status"
  assert_equal "got hello" "$(cat out)"
  assert_equal bad "$(cat err)"
  run_compose attach cat
  assert_failure
}

@test "attach: signals are the container's" {
  compose_file <<'EOF'
services:
  trap: { image: localhost/busybox, command: [sh, -c, 'trap "exit 11" INT; while :; do echo tick; sleep 0.1; done'] }
EOF
  up
  host_background "$COMPOSE" attach trap
  wait_for 30 grep -q tick "$WORK/background.log"
  host kill -INT "$HOST_PID"
  status=0
  wait "${BACKGROUND[-1]}" || status=$?
  assert_equal 11 "$status"
}

@test "attach: a terminal, its size, and the keys that leave it" {
  require_program script
  compose_file <<'EOF'
services:
  sh: { image: localhost/busybox, tty: true, stdin_open: true, command: [sh] }
EOF
  up
  # What is typed before attach has the terminal is dropped: so, until there is an answer.
  (until grep -qs '^33 99' typescript && grep -q '^/dev/pts/' typescript; do printf 'stty size; tty\r' || break; sleep 0.2; done
    printf '\020\021') | host script -fqec "stty rows 33 cols 99; $COMPOSE attach sh" typescript >/dev/null
  run cat typescript
  assert_contains "33 99"
  assert_contains "/dev/pts/0"
  assert_equal running "$(compose ps --format json | jq -r .State)"
}
