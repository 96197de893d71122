# What scripts that were written for docker compose rely on: exit statuses, what goes where, names, keys of JSON.

load compose_helpers

SLEEP='image: localhost/busybox, init: true, command: [sleep, "1000"]'

@test "up: output goes where the container sent it; the first that ends gives the status" {
  compose_file <<EOF
services:
  long: {$SLEEP}
  talk: {image: localhost/busybox, command: [sh, -c, 'echo to stdout; echo to stderr >&2; exit 0'], depends_on: [long]}
  late: {image: localhost/busybox, command: [sh, -c, 'exit 9'], depends_on: {talk: {condition: service_completed_successfully}}}
EOF
  compose up --abort-on-container-exit >"$WORK/out" 2>"$WORK/err" || fail "status $?: $(cat "$WORK/out" "$WORK/err")"
  grep -q '^talk-1 *| to stdout$' "$WORK/out" && ! grep -q 'to stderr' "$WORK/out"
  grep -q '^talk-1 *| to stderr$' "$WORK/err" && ! grep -q 'to stdout' "$WORK/err"
  grep -qx 'talk-1 exited with code 0' "$WORK/out"
  [ -z "$(compose ps -q)" ]
  compose container logs demo-talk-1 >"$WORK/out" 2>"$WORK/err"
  [ "$(cat "$WORK/out"; echo; cat "$WORK/err")" = $'to stdout\n\nto stderr' ]
  run_compose up --attach-dependencies talk
  assert_success
  [ "$(compose ps --services)" = long ]
}

@test "exec enters what run left running, if there is nothing else" {
  compose_file <<EOF
services: {web: {$SLEEP}}
EOF
  compose run -d web sleep 999 >"$WORK/id" 2>/dev/null
  run_compose exec -T --index 1 web ps
  assert_failure
  run_compose exec -T web ps
  assert_contains 'sleep 999'
  up
  run_compose exec -T web ps
  assert_contains 'sleep 1000'
}

@test "run: what is not required and not enabled is no dependency" {
  compose_file <<EOF
services:
  web: {image: localhost/busybox, command: [echo, here], depends_on: {debug: {condition: service_started, required: false}}}
  debug: {$SLEEP, profiles: [debug]}
EOF
  run_compose run --rm -T web
  assert_success
  assert_contains here
}

@test "COMPOSE_REMOVE_ORPHANS and COMPOSE_IGNORE_ORPHANS are read from .env, in any case" {
  compose_file <<EOF
services: {web: {$SLEEP}, gone: {$SLEEP}}
EOF
  up
  compose_file <<EOF
services: {web: {$SLEEP}}
EOF
  echo COMPOSE_IGNORE_ORPHANS=True >.env
  run_compose up -d
  refute_contains 'demo-gone-1'
  echo COMPOSE_REMOVE_ORPHANS=TRUE >.env
  run_compose up -d
  [ "$(compose ps -a --format json | jq -r .Name)" = demo-web-1 ]
}

@test "--all-resources makes what no service uses" {
  compose_file <<EOF
services: {web: {$SLEEP}}
networks: {idle: {}}
volumes: {idle: {}}
EOF
  up
  [ -z "$(compose volume ls -q)" ]
  compose --all-resources up -d --force-recreate -t 0 >/dev/null 2>&1
  [ "$(compose volume ls -q)" = demo_idle ]
  [[ $(compose network ls) = *demo_idle* ]]
}

@test "lists: docker's keys and templates; ports that are only exposed; the hash that config prints" {
  compose_file <<EOF
services:
  web: {$SLEEP, ports: ['127.0.0.1:8001:8000'], expose: ['443', '9000-9001/udp'], volumes: ['v:/v'], depends_on: [db]}
  db: {$SLEEP}
volumes: {v: }
EOF
  up
  local row keys='["Command","CreatedAt","ExitCode","Health","ID","Image","Labels","LocalVolumes","Mounts","Name","Names","Networks","Ports","Project","Publishers","RunningFor","Service","State","Status"]'
  row=$(compose ps --format json web)
  jq -e --argjson k "$keys" '$k - keys == []' <<<"$row" >/dev/null
  jq -e '.Ports == "127.0.0.1:8001->8000/tcp, 443/tcp, 9000/udp, 9001/udp" and .LocalVolumes == "1"' <<<"$row" >/dev/null
  jq -e '.Publishers[1] == {URL: "", TargetPort: 443, PublishedPort: 0, Protocol: "tcp"}' <<<"$row" >/dev/null
  [ "$(compose ps --format '{{.Service}}: {{ .State }}\t{{json .Name}}')" = $'db: running\t"demo-db-1"\nweb: running\t"demo-web-1"' ]
  [ "$(compose ps --format 'table {{.Name}}\t{{.RunningFor}}' | head -n 1 | xargs)" = 'NAME CREATED' ]
  compose ps --format '{{json .}}' web | jq -e '.Name == "demo-web-1"' >/dev/null
  [ "$(compose container ls --format '{{.Names}}')" = $'demo-db-1\ndemo-web-1' ]
  [ "$(compose stats --no-stream --format '{{.Name}} {{.PIDs}}' web)" = 'demo-web-1 2' ]
  run_compose ps --format '{{.Nme}}'
  assert_failure
  assert_contains '{{.Nme}}'
  run_compose ps --format wide
  assert_failure
  compose images --format json | jq -e 'map (.ContainerName) == ["demo-db-1", "demo-web-1"]' >/dev/null
  record_of web | jq -r '.labels | .["com.docker.compose.config-hash"], .["com.docker.compose.depends_on"]' >"$WORK/labels"
  [ "$(cat "$WORK/labels")" = "$(compose config --hash web | cut -d ' ' -f 2)"$'\ndb:service_started:false' ]
  compose stop -t 0 >/dev/null 2>&1
  compose ps -a --format json web | jq -e '.Ports == "" and .Publishers == []' >/dev/null
}

@test "ps: as many exposed ports as there are take neither memory nor time" {
  compose_file <<EOF
services:
  web: {$SLEEP, ports: ['127.0.0.1:8001:8000'], expose: ['1-65535', '1-65535/udp', '7000-8000/tcp']}
EOF
  up
  ulimit -v 1000000
  [ "$(timeout 60 "$COMPOSE" ps --format json | jq '.Publishers | length')" = 131070 ]
}

@test "start starts what the service depends on" {
  compose_file <<EOF
services: {web: {$SLEEP, depends_on: [db]}, db: {$SLEEP, depends_on: [disk]}, disk: {$SLEEP}, other: {$SLEEP}}
EOF
  compose create >/dev/null 2>&1
  run_compose start web
  assert_success
  [ "$(compose ps --services | xargs)" = 'db disk web' ]
}

@test "options that docker compose still takes are taken" {
  compose_file <<EOF
services: {web: {$SLEEP}}
EOF
  run compose run --rm -T -q --volumes /etc:/host:ro --labels a=b web ls /host/passwd
  assert_output /host/passwd
  (cd / && compose --workdir "$PROJECT" --no-ansi --verbose ps -q) >/dev/null 2>&1
  compose pull --parallel --policy missing >/dev/null 2>&1
  compose pull --no-parallel --policy missing >/dev/null 2>&1
  compose rm -a -f >/dev/null 2>&1 || [ $? = 13 ]
}

@test "what has another definition now is told: a network that is in use, a volume" {
  compose_file <<EOF
services: {web: {$SLEEP, networks: [n], volumes: ['v:/v']}}
networks: {n: {ipam: {config: [{subnet: '172.31.\${NET:-1}.0/24'}]}}}
volumes: {v: {labels: {a: '\${LABEL:-b}'}}}
EOF
  up
  run_compose up -d
  refute_contains 'another definition'
  echo LABEL=c >.env
  run_compose up -d
  assert_success
  assert_contains 'volume demo_v has another definition now and stays as it is'
  echo NET=2 >.env
  run_compose up -d
  assert_failure 29
  assert_contains "another definition now (\`down\` and \`up\` make it anew): used by demo-web-1"
  [[ $(service_exec web hostname -i) = 172.31.1.* ]]
}

@test "an env file of a service that takes no part may be missing" {
  compose_file <<EOF
services:
  web: {$SLEEP, links: [db]}
  db: {$SLEEP}
  other: {$SLEEP, env_file: none.env}
EOF
  run_compose up -d
  assert_failure 12
  up web
  [ "$(compose ps --services | xargs)" = 'db web' ]
  compose config --hash web,db >/dev/null
  compose_file <<EOF
services:
  web: {$SLEEP, links: [db]}
  db: {$SLEEP, env_file: none.env}
EOF
  run_compose up -d web
  assert_failure 12
  rm compose.yaml
  compose -p demo down -t 0 >/dev/null 2>&1
}

@test "run waits for what the service's conditions say, and for nothing else" {
  compose_file <<EOF
services:
  init: {image: localhost/busybox, command: [sh, -c, 'sleep 1; echo made >/v/x'], volumes: ['v:/v']}
  sick: {$SLEEP, healthcheck: {test: [CMD, 'false'], interval: 200ms, retries: 1}}
  bad: {image: localhost/busybox, command: ['false']}
  first: {image: localhost/busybox, command: [cat, /v/x], volumes: ['v:/v'],
    depends_on: {init: {condition: service_completed_successfully}, sick: {condition: service_started}}}
  second: {image: localhost/busybox, command: [echo, here], depends_on: {bad: {condition: service_completed_successfully}}}
volumes: {v: }
EOF
  run_compose run --rm -T first
  assert_success
  assert_contains made
  run_compose run --rm -T second
  assert_failure 20
  assert_contains "service 'bad' didn't complete successfully: exit 1"
}
