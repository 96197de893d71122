#!/usr/bin/env bats
# compose_flags.bats - options of the program and of its commands, and the environment variables that stand for them: each
# has to change what it says it changes.

# shellcheck disable=SC2016,SC2030,SC2031 # what containers' shells expand; `run` sets variables of its test

load compose_helpers

SLEEP='image: localhost/busybox, init: true, command: sleep 1000'

# The command of service a as `config` with these options has it.
command_with ()
{
  compose "$@" config --format json | jq -r '.services.a.command | join (" ")'
}

name_with ()
{
  compose "$@" config --format json | jq -r .name
}

@test "options before the command, and their variables" {
  mkdir x
  compose_file <<'EOF'
name: fromfile
services:
  a: {image: localhost/busybox, command: "sleep ${N:-1000}"}
  b: {image: localhost/busybox, profiles: [p]}
networks: {unused: {}}
EOF
  sed 's/fromfile/other/' compose.yaml >x/other.yaml
  echo N=5 >n5
  echo N=6 >n6
  echo N=7 >.env
  [ "$(command_with)" = 'sleep 7' ]
  [ "$(command_with --env-file n5)" = 'sleep 5' ]
  [ "$(command_with --env-file n5 --env-file n6)" = 'sleep 6' ]
  [ "$(COMPOSE_ENV_FILES=n6,n5 command_with)" = 'sleep 5' ]
  [ "$(COMPOSE_DISABLE_ENV_FILE=1 command_with)" = 'sleep 1000' ]
  [ "$(N=9 command_with)" = 'sleep 9' ]
  [ "$(name_with)" = fromfile ]
  [ "$(name_with -f x/other.yaml)" = other ]
  [ "$(COMPOSE_FILE=compose.yaml:x/other.yaml name_with)" = other ]
  [ "$(COMPOSE_PATH_SEPARATOR=, COMPOSE_FILE=compose.yaml,x/other.yaml name_with)" = other ]
  [ "$(COMPOSE_PROJECT_NAME=fromenv name_with)" = fromenv ]
  [ "$(COMPOSE_PROJECT_NAME=fromenv name_with -p flag)" = flag ]
  [ "$(host sh -c "cat compose.yaml | '$COMPOSE' -f - config --format json" | jq -r .name)" = fromfile ]
  compose --project-directory x config --format json | jq -e '.services' >/dev/null
  [ "$(compose config --services | xargs)" = a ]
  [ "$(COMPOSE_PROFILES=x,p compose config --services | xargs)" = 'a b' ]
  [ "$(compose --profile '*' config --services | xargs)" = 'a b' ]
  [ "$(compose config --format json | jq -c '.networks | keys')" = '["default"]' ]
  [ "$(compose --all-resources config --format json | jq -c '.networks | keys')" = '["default","unused"]' ]
  for bad in '--progress bogus' '--ansi bogus' '-p Bad/Name'; do
    # shellcheck disable=SC2086 # two words
    run_compose $bad ps
    assert_failure
  done
  COMPOSE_PARALLEL_LIMIT=x run_compose ps
  assert_failure
  assert_contains COMPOSE_PARALLEL_LIMIT
  run_compose --compatibility ps
  assert_contains 'has no effect'
}

@test "every command has help, and says what it is" {
  local words
  compose --help | sed -n '/^COMMANDS/,/^$/s/^   \([a-z]\+\( [a-z]\+\)\?\) .*/\1/p' >"$WORK/commands"
  [ "$(wc -l <"$WORK/commands")" -gt 40 ]
  while read -ra words; do
    run timeout 5 "$COMPOSE" "${words[@]}" --help
    assert_success
    assert_contains "perry-compose ${words[*]} - "
  done <"$WORK/commands"
}

@test "what is shown of progress; a dry run does nothing" {
  compose_file <<EOF
services: {a: {$SLEEP}}
EOF
  run_compose --dry-run up -d
  assert_success
  assert_contains 'Container demo-a-1'
  [ -z "$(ls "$DATA/containers")" ]
  run_compose --progress quiet up -d
  assert_output ''
  run_compose --progress json up -d --force-recreate
  jq -e .status <<<"${lines[0]}" >/dev/null
  run_compose --parallel 1 --progress plain --ansi always restart -t 0
  assert_contains Started
  refute_contains $'\e[?25l'
}

@test "up: what is made anew, how many, and what is left alone" {
  compose_file <<EOF
services:
  db: {$SLEEP, volumes: [/anon]}
  web: {$SLEEP, depends_on: [db], environment: {X: '1'}}
EOF
  id () { container_of "$@"; }
  local db web volume
  compose create --scale db=2 -y --no-build >/dev/null 2>&1
  [ "$(compose ps -a --status created -q | wc -l)" = 3 ]
  up --quiet-pull --pull missing
  [ "$(compose ps -q | wc -l)" = 2 ]
  db=$(id db) web=$(id web)
  up --no-deps --force-recreate web
  [ "$(id db)" = "$db" ] && [ "$(id web)" != "$web" ]
  web=$(id web)
  up --always-recreate-deps web
  [ "$(id db)" != "$db" ] && [ "$(id web)" = "$web" ]
  db=$(id db) volume=$(record_of db | jq -r '.mounts[0].volume')
  up --force-recreate db
  [ "$(record_of db | jq -r '.mounts[0].volume')" = "$volume" ]
  up --force-recreate -V db
  [ "$(record_of db | jq -r '.mounts[0].volume')" != "$volume" ]
  sed -i "s/'1'/'2'/" compose.yaml
  up --no-recreate
  inside=$(service_exec web sh -c 'echo $X')
  [ "$inside" = 1 ]
  up --scale db=3 --wait --wait-timeout 10 -t 1
  [ "$(compose ps -q db | wc -l)" = 3 ] && [ "$(service_exec web sh -c 'echo $X')" = 2 ]
  compose scale --no-deps db=1 >/dev/null 2>&1
  [ "$(compose ps -q db | wc -l)" = 1 ]
  run_compose up -d --no-start --force-recreate web
  [ "$(status_of_service web 2>/dev/null | jq -r .state)" != running ]
  sed -i '/^  web/d' compose.yaml
  run_compose up -d
  assert_contains 'demo-web-1; --remove-orphans'
  COMPOSE_IGNORE_ORPHANS=1 run_compose up -d
  refute_contains demo-web-1
  [ "$(compose ps -a -q | wc -l)" = 2 ] && [ "$(compose ps -a --orphans=false -q | wc -l)" = 1 ]
  run_compose up -d --remove-orphans
  [ "$(compose ps -a -q | wc -l)" = 1 ]
  run_compose up -d --force-recreate --no-recreate
  assert_failure
}

@test "up attached: whose output, when it ends, with what status" {
  compose_file <<EOF
services:
  db: {$SLEEP}
  hidden: {image: localhost/busybox, command: echo hidden text, attach: false}
  one: {image: localhost/busybox, command: [sh, -c, 'echo one text'], depends_on: [db]}
  bad: {image: localhost/busybox, command: [sh, -c, 'echo bad text; sleep 0.3; exit 3']}
EOF
  up db
  run_compose up one
  assert_success
  assert_contains 'one text'
  [ "$(compose ps -q db | wc -l)" = 1 ]
  run_compose up --exit-code-from bad one bad
  [ "$status" = 3 ]
  [ "$(compose ps -q | wc -l)" = 0 ]
  run_compose up --abort-on-container-failure --no-log-prefix --no-color one bad
  [ "$status" = 3 ]
  [[ $output = *$'\nbad text\n'* ]]
  run_compose up --abort-on-container-exit --timestamps --attach bad one bad
  refute_contains 'one text'
  [[ $output =~ 20[0-9-]+T[0-9:.]+Z\ bad\ text ]]
  run_compose up --no-attach one one bad
  refute_contains 'one text'
  assert_contains 'bad text'
  run_compose up hidden bad
  refute_contains 'hidden text'
  run_compose up --attach nobody
  assert_failure
  assert_contains 'no such service: nobody'
  host_background "$COMPOSE" up --attach hidden db
  wait_for 30 sh -c "grep -qs running '$DATA'/containers/*/status.json"
  host kill -INT "$HOST_PID"
  wait_for 30 sh -c "! kill -0 ${BACKGROUND[-1]} 2>/dev/null"
  [ "$(compose ps -q | wc -l)" = 0 ]
}

@test "run: what its options change" {
  echo FOO=1 >vars
  compose_file <<EOF
services:
  db: {$SLEEP}
  web: {$SLEEP, depends_on: [db], ports: ['127.0.0.1:8080:80'], networks: {default: {aliases: [wally]}}}
EOF
  run compose run --rm -T -q --no-deps -e A=b --env-from-file vars -u 1000 -w /tmp --entrypoint 'sh -c' web 'id -u; pwd; echo $A $FOO'
  assert_output '1000
/tmp
b 1'
  [ "$(compose ps -a -q | wc -l)" = 0 ]
  compose run -d --name extra --use-aliases -p 127.0.0.1:8099:80 -v /etc:/host:ro --cap-add SYS_TIME --cap-drop CHOWN -l q=r web \
    httpd -f -h /host >"$WORK/id" 2>/dev/null
  [[ $(service_exec db nslookup wally) = *10.89.* ]]
  wait_for 30 fetch http://127.0.0.1:8099/passwd
  jq -e '.labels.q == "r" and .oneoff' "$DATA/containers/$(cat "$WORK/id")/container.json" >/dev/null
  jq -e '.process.capabilities.bounding | index ("CAP_SYS_TIME") and (index ("CAP_CHOWN") | not)' \
    "$DATA/containers/$(cat "$WORK/id")/config.json" >/dev/null
  compose run -d --name ports -P web sleep 100 >/dev/null 2>&1
  run_compose run --rm -T -P web true
  assert_failure
  assert_contains 8080
  compose stop >/dev/null 2>&1
  compose rm -f >/dev/null 2>&1
  compose kill --remove-orphans >/dev/null 2>&1
  [ "$(compose ps -a --format json | jq -r .Name | sort | xargs)" = 'extra ports' ]
  [ "$(host sh -c "echo in | '$COMPOSE' run --rm -T -q --no-deps web cat")" = in ]
}

@test "lists, logs, signals: ps, logs, kill, pause, restart, images, port, stats, events, ls, volumes, version, wait" {
  compose_file <<EOF
services:
  db: {image: localhost/busybox, init: true, command: [sh, -c, 'echo first; echo second >&2; trap "echo usr; " USR1; while :; do sleep 0.1; done'],
    volumes: ['v:/v'], scale: 2}
  web: {$SLEEP, depends_on: {db: {condition: service_started, restart: true}}, ports: ['127.0.0.1:8080:80']}
volumes: {v: }
EOF
  up
  [ "$(compose ps --services)" = $'db\nweb' ]
  [ "$(compose ps -q --no-trunc | awk '{ print length }' | sort -u)" = 64 ]
  for number in 1 2; do wait_for 30 sh -c "grep -q second '$DATA/containers/$(container_of db $number)/log.jsonl'"; done
  [ "$(compose logs --no-log-prefix --no-color --index 2 -n 1 db)" = second ]
  [[ $(compose logs -t --tail 1 --index 1 db) =~ ^db-1\ *\|\ 20[0-9-]+T[0-9:.]+Z\  ]]
  [ "$(compose logs --since 1h --index 1 db | wc -l)" = 2 ] && [ -z "$(compose logs --until 1h db)" ]
  compose kill -s USR1 db >/dev/null 2>&1
  wait_for 30 sh -c "grep -q usr '$DATA/containers/$(container_of db)/log.jsonl'"
  compose pause db >/dev/null 2>&1
  [ "$(compose ps --status paused -q | wc -l)" = 2 ] && [ "$(compose ps --filter status=paused --services)" = db ]
  compose unpause db >/dev/null 2>&1
  local web
  web=$(status_of_service web | jq .pid)
  compose restart --no-deps -t 0 db >/dev/null 2>&1
  [ "$(status_of_service web | jq .pid)" = "$web" ]
  compose restart -t 0 db >/dev/null 2>&1
  [ "$(status_of_service web | jq .pid)" != "$web" ]
  [ "$(compose images -q | wc -l)" = 1 ] && compose images --format json | jq -e '.[0].ID' >/dev/null
  [ "$(compose port --index 1 web 80)" = 127.0.0.1:8080 ]
  [[ $(compose top web) = *'sleep 1000'* ]]
  compose stats --no-stream --format json --no-trunc web | jq -e '.Name == "demo-web-1"' >/dev/null
  compose events --since 1h --until 0s --json web | jq -es 'map (.action) | index ("create") == 0' >/dev/null
  [ "$(compose ls -q)" = demo ] && compose ls --format json | jq -e '.[0].Name == "demo"' >/dev/null
  [ -z "$(compose ls -q --filter name=nobody)" ]
  [ "$(compose volumes -q)" = demo_v ] && compose volumes --format json | jq -e '.Name == "demo_v"' >/dev/null
  [ "$(compose version --short)" = "$(compose version -f json | jq -r .version)" ]
  host_background "$COMPOSE" wait web
  sleep 0.2
  compose kill web >/dev/null 2>&1
  wait_for 30 sh -c "! kill -0 ${BACKGROUND[-1]} 2>/dev/null"
  grep -q 137 "$WORK/background.log"
  [ "$(compose ls -q)" = demo ]
  compose stop -t 0 >/dev/null 2>&1
  [ -z "$(compose ls -q)" ] && [ "$(compose ls -a -q)" = demo ]
  compose start --wait --wait-timeout 5 >/dev/null 2>&1
  [ "$(compose ps -q | wc -l)" = 3 ]
  compose rm -s -f -v web >/dev/null 2>&1
  [ "$(compose ps -a --services)" = db ]
  compose down -v -t 0 --rmi all >/dev/null 2>&1
  [ -z "$(compose image ls -q)" ]
}
