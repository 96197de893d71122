# After `down` the host is what it was before `up`: processes, mounts, interfaces, routes, packet filter, cgroups, files.

load compose_helpers

# Everything that leaves traces: networks, ports, volumes, secrets, health checks, a restart policy, limits, shared namespaces.
everything ()
{
  compose_file <<'EOF'
services:
  db:
    image: localhost/busybox
    command: [sh, -c, 'trap "exit 0" TERM; sleep 100000 & wait']
    healthcheck: { test: [CMD, "true"], interval: 200ms, retries: 1 }
    volumes: [data:/data, /anonymous]
    networks: [inside]
    mem_limit: 64m
    pids_limit: 50
    cpus: 0.5
  web:
    image: localhost/busybox
    command: [sh, -c, 'trap "exit 0" TERM; httpd -p 80 -h /etc; sleep 100000 & wait']
    depends_on: { db: { condition: service_healthy } }
    networks: [inside, outside]
    ports: ["127.0.0.1:8080:80", "9000-9001:90-91", "5353:53/udp"]
    secrets: [key]
    configs: [{ source: text, target: /etc/text }]
    tmpfs: [/scratch]
    restart: always
    deploy: { replicas: 1 }
  side:
    image: localhost/busybox
    command: [sh, -c, 'trap "exit 0" TERM; sleep 100000 & wait']
    network_mode: service:web
    pid: service:web
    restart: on-failure
  alone:
    image: localhost/busybox
    command: [sh, -c, 'trap "exit 0" TERM; sleep 100000 & wait']
    network_mode: none
networks:
  inside: { internal: true }
  outside: { enable_ipv6: true }
volumes: { data: {} }
secrets: { key: { environment: KEY } }
configs: { text: { content: some text } }
EOF
  export KEY=secret
}

@test "down after up: nothing is left" {
  everything
  up
  run snapshot
  assert_contains perry-monitor
  compose down -v
  assert_clean
}

@test "down after up, stop, start, restart, kill, pause: nothing is left" {
  everything
  up
  compose stop -t 1 alone
  compose start alone
  compose restart -t 1 db
  compose kill web
  compose pause db
  compose unpause db
  compose up -d
  compose down -v
  assert_clean
}

@test "down while paused, and down after stop: nothing is left" {
  everything
  up
  compose pause
  compose down -v -t 2
  assert_clean
  up
  compose stop -t 1
  compose down -v
  assert_clean
}

@test "down after all monitors were killed: nothing is left" {
  everything
  up
  host pkill -KILL -x perry-monitor
  compose down -v -t 1
  assert_clean
}

@test "down after all containers were killed: nothing is left" {
  everything
  up
  # one that shares another's pid namespace may have ended with it: xargs says 123
  host sh -c 'cat "$1"/containers/*/status.json | jq .pid | xargs kill -KILL' sh "$DATA" || [ $? = 123 ]
  compose down -v -t 1
  assert_clean
}

@test "down after monitors and their containers were killed: nothing is left" {
  everything
  up
  host sh -c 'pkill -KILL -x perry-monitor; cat "$1"/containers/*/status.json | jq .pid | xargs kill -KILL' sh "$DATA" || true
  compose down -v -t 1
  assert_clean
}

@test "down while health checks are on their way into the container: nothing is left" {
  compose_file <<'EOF'
services:
  a: &service
    image: localhost/busybox
    command: [sh, -c, 'trap "exit 0" TERM; sleep 100000 & wait']
    healthcheck: { test: [CMD, "true"], interval: 20ms }
  b: *service
  c: *service
  d: *service
EOF
  for ((i = 0; i < 30; i++)); do
    up
    sleep 0.0$((i % 7))
    compose down -t 1
    assert_clean || fail "round $i"
  done
}

@test "up that fails takes away what it has made" {
  compose_file <<'EOF'
services:
  one: { image: localhost/busybox, command: [sleep, "1000"], networks: [net], volumes: [data:/data] }
  two: { image: localhost/busybox, command: [/no/such/program], networks: [net], depends_on: [one] }
networks: { net: {} }
volumes: { data: {} }
EOF
  run_compose up -d
  assert_failure
  assert_contains /no/such/program
  assert_clean
  [ ! -e "$DATA/volumes/demo_data" ]
}

@test "one-off containers and --rm: nothing is left" {
  everything
  run_compose run --rm -T --no-deps db echo hello
  assert_success
  assert_contains hello
  compose down -v
  assert_clean
}

@test "two projects: the down of one leaves the other alone" {
  compose_file <<'EOF'
services:
  a: { image: localhost/busybox, command: [sh, -c, 'trap "exit 0" TERM; sleep 100000 & wait'] }
EOF
  up
  snapshot >"$WORK/one"
  compose -p other up -d
  compose -p other down -v
  cp "$WORK/one" "$WORK/clean.one"
  snapshot >"$WORK/now"
  diff "$WORK/one" "$WORK/now"
}
