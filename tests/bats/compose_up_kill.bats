# kill -9 of `up` and of `down` at any moment: the next `down` leaves nothing.

load compose_helpers

# How many moments; spread over the time that the command takes undisturbed.
MOMENTS=${PERRY_KILL_MOMENTS:-20}

stack ()
{
  compose_file <<'EOF'
x-service: &service
  image: localhost/busybox
  command: [sh, -c, 'trap "exit 0" TERM; sleep 100000 & wait']
services:
  a: { <<: *service, networks: [one, two], volumes: [data:/data], ports: ["8080:80"] }
  b: { <<: *service, networks: [one], depends_on: [a], secrets: [key] }
  c: { <<: *service, networks: [two], depends_on: { b: { condition: service_healthy } } }
  d: { <<: *service, networks: [two] }
networks: { one: {}, two: { internal: true } }
volumes: { data: {} }
secrets: { key: { environment: KEY } }
EOF
  sed -i 's/secrets: \[key\] }/secrets: [key], healthcheck: { test: [CMD, "true"], interval: 100ms } }/' compose.yaml
  export KEY=secret
}

# took COMMAND...: microseconds, in the host.
took ()
{
  local begin
  begin=$(now)
  "$@" >"$WORK/took.log" 2>&1 || fail "$*: $(cat "$WORK/took.log")"
  echo $(($(now) - begin))
}

# killed_after MICROSECONDS ARGUMENT...
killed_after ()
{
  local delay=$1
  shift
  host_background "$COMPOSE" "$@"
  sleep "$(printf '%d.%06d' $((delay / 1000000)) $((delay % 1000000)))"
  host kill -KILL "$HOST_PID" 2>/dev/null || true
  wait "${BACKGROUND[-1]}" || true
}

@test "kill -9 of up at $MOMENTS moments, then down" {
  local time moment
  stack
  time=$(took compose up -d)
  compose down -v -t 1
  assert_clean
  for ((moment = 0; moment < MOMENTS; moment++)); do
    killed_after $((time * moment / MOMENTS)) up -d
    compose down -v -t 1 || fail "down after moment $moment of $MOMENTS"
    assert_clean || fail "moment $moment of $MOMENTS"
  done
}

@test "kill -9 of up at a few moments, then up, then down" {
  local time moment few=$(((MOMENTS + 3) / 4))
  stack
  time=$(took compose up -d)
  compose down -v -t 1
  for ((moment = 0; moment < few; moment++)); do
    killed_after $((time * moment / few)) up -d
    compose up -d || fail "up after moment $moment of $few"
    assert_equal 4 "$(compose ps -q | wc -l)"
    compose down -v -t 1
    assert_clean || { find "$DATA/containers" -ls; fail "moment $moment of $few"; }
  done
}

@test "kill -9 of down at a few moments, then down" {
  local time moment few=$(((MOMENTS + 1) / 2))
  stack
  up
  time=$(took compose down -v -t 1)
  for ((moment = 0; moment < few; moment++)); do
    up
    killed_after $((time * moment / few)) down -v -t 1
    compose down -v -t 1 || fail "down after moment $moment of $few"
    assert_clean || { find "$DATA/containers" -ls; fail "moment $moment of $few"; }
  done
}

# interrupted SIGNAL MICROSECONDS: in the middle of `up`, or earlier where it was faster this time.
interrupted ()
{
  local part delay
  for part in 2 3 5 8 12; do
    host_background "$COMPOSE" up -d
    delay=$(($2 / part))
    sleep "$(printf '%d.%06d' $((delay / 1000000)) $((delay % 1000000)))"
    host kill "-$1" "$HOST_PID" 2>/dev/null || true
    wait "${BACKGROUND[-1]}" || return 0
    compose down -v -t 1
  done
  fail "up was always faster"
}

@test "SIGINT and SIGTERM of up take away what it has made" {
  local time signal
  stack
  time=$(took compose up -d)
  compose down -v -t 1
  for signal in INT TERM; do
    interrupted "$signal" "$time"
    assert_clean || fail "SIG$signal: $(cat "$WORK/background.log")"
  done
}

@test "a line of the journal that is not whole takes nobody else's container or volume away" {
  compose_file <<'END'
services: { a: { image: localhost/busybox, command: [sleep, "300"], network_mode: none, stop_grace_period: 0s } }
END
  up
  local id line
  mkdir -p "$DATA/volumes/other_d/_data"
  echo '{"name": "other_d"}' >"$DATA/volumes/other_d/volume.json"
  id=$(container_of a)
  for line in "container ${id:0:1}" "container ${id:0:63}" "started ${id:0:1}" "volume other_d"; do
    mkdir -p "$DATA/projects/other"
    printf '%s' "$line" >"$DATA/projects/other/journal"
    compose -p other down
  done
  # another command's line came behind it
  mkdir -p "$DATA/projects/other"
  printf '%s\n' "replaced ${id:0:2}" "container ${id:0:3}removed ${id:0:4}" >"$DATA/projects/other/journal"
  compose -p other down
  run_compose ps -q
  assert_output "$id"
  service_exec a true
  run_compose volume ls -q
  assert_contains other_d
  compose volume rm other_d
}

@test "undo leaves a network and a volume that another project has made under the journal's names" {
  compose_file <<'END'
name: other
services: { a: { image: localhost/busybox, networks: [shared], volumes: ["shared:/d"] } }
networks: { shared: { name: shared } }
volumes: { shared: { name: shared } }
END
  up
  compose rm -f -s
  printf '%s\n' 'network shared' 'volume shared' 'network none' 'volume none' >"$WORK/lines"
  mkdir -p "$DATA/projects/demo"
  cp "$WORK/lines" "$DATA/projects/demo/journal"
  run_compose -p demo down
  assert_success
  [ ! -e "$DATA/projects/demo/journal" ]
  assert_equal 'shared shared' "$(compose network ls -q) $(compose volume ls -q)"
  cp "$WORK/lines" "$DATA/projects/other/journal"
  compose -p other down
  assert_equal ' ' "$(compose network ls -q) $(compose volume ls -q)"
}

@test "what a killed up was making is gone before the next one makes anything" {
  compose_file <<'END'
services: { a: { image: localhost/busybox, command: [sleep, "300"], network_mode: none, stop_grace_period: 0s } }
END
  local id=ab12
  id=$(printf '%s' "$id$id$id$id" "$id$id$id$id" "$id$id$id$id" "$id$id$id$id")
  mkdir -p "$DATA/containers/.$id/upper" "$DATA/names" "$DATA/projects/demo"
  ln -s "$id" "$DATA/names/demo-a-1"
  echo "container $id" >"$DATA/projects/demo/journal"
  # another job's sweep has it just now
  # shellcheck disable=SC2016 # for the inner shell
  host_background sh -c 'exec 9<"$1" && flock 9 && exec sleep 30' sh "$DATA/containers/.$id"
  wait_for 30 host sh -c "! flock -n '$DATA/containers/.$id' true"
  up
  host kill "$HOST_PID"
  run ls -A "$DATA/containers"
  assert_output "$(container_of a)"
}

@test "what a killed down was removing of a volume goes with the next command, unless it is another's work" {
  compose_file <<'END'
services: { a: { image: localhost/busybox, command: [sleep, "300"], network_mode: none, stop_grace_period: 0s } }
END
  local left=$DATA/volumes/.demo_v.gone.1 command
  for command in 'up -d' 'down -v' 'volume prune -f'; do
    mkdir -p "$left/_data/deep"
    # shellcheck disable=SC2086 # words
    compose $command
    [ ! -e "$left" ] || fail "after $command"
  done
  mkdir -p "$left"
  # shellcheck disable=SC2016 # for the inner shell
  host_background sh -c 'exec 9<"$1" && flock 9 && exec sleep 60' sh "$DATA/volumes"
  wait_for 30 host sh -c "! flock -n '$DATA/volumes' true"
  up
  [ -e "$left" ]
  host kill "$HOST_PID"
  wait_for 30 host flock -n "$DATA/volumes" true
}
