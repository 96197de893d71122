#!/usr/bin/env bats
# compose_attributes.bats - attributes of services, networks and volumes: each is seen where it works, inside of a container,
# in its cgroup or on the host. Many share one stack, so that the file takes seconds.

# shellcheck disable=SC2016,SC2030,SC2031 # what containers' shells expand; `run` sets variables of its test

load compose_helpers

# Every service of these files stops at once.
SLEEP='image: localhost/busybox, init: true, command: sleep 1000'
# fetch's options where the server may not listen yet: the first that is answered counts.
FIRST_ANSWER=(--retry 30 --retry-delay 1 --retry-connrefused)

# inside SERVICE WANT CMD...: what CMD says in SERVICE's container
inside ()
{
  local service=$1 want=$2 got
  shift 2
  got=$(service_exec "$service" "$@" 2>&1) || true
  [ "$got" = "$want" ] || { echo "$service: $*: want '$want', got '$got'"; return 1; }
}

# said SERVICE REGEX CMD...
said ()
{
  local service=$1 want=$2 got
  shift 2
  got=$(service_exec "$service" "$@" 2>&1) || true
  [[ $got =~ $want ]] || { echo "$service: $*: want '$want', got '$got'"; return 1; }
}

# limit SERVICE CONTROLLER FILE WANT: a file of its cgroup
limit ()
{
  local pid path got
  pid=$(status_of_service "$1" | jq .pid)
  path=$(host sed -nE "s/^[0-9]+:([^:]*,)?$2(,[^:]*)?://p" "/proc/$pid/cgroup")
  got=$(host cat "/sys/fs/cgroup/$2/$path/$3")
  [ "$got" = "$4" ] || { echo "$1: $3: want '$4', got '$got'"; return 1; }
}

config_of ()
{
  jq -c "$2" "$DATA/containers/$(container_of "$1")/config.json"
}

@test "what a service may use" {
  local disk numbers
  require_v1
  disk=$(host sh -c 'for d in /dev/vd? /dev/sd? /dev/nvme?n1 /dev/loop0; do [ -b $d ] && echo $d && break; done')
  [ -n "$disk" ] || skip "no block device"
  numbers=$(host stat -c '%Hr:%Lr' "$disk")
  compose_file <<EOF
services:
  a:
    image: localhost/busybox
    command: sleep 1000
    init: true
    cpu_shares: 512
    cpus: '0.5'
    cpuset: "0"
    mem_limit: 64m
    mem_reservation: 32m
    memswap_limit: 128m
    pids_limit: 50
    oom_score_adj: 500
    shm_size: 3m
    cgroup_parent: /mine
    blkio_config:
      device_read_bps: [{path: $disk, rate: 12mb}]
      device_write_iops: [{path: $disk, rate: 120}]
    ulimits: {nofile: {soft: 100, hard: 200}, nproc: 300}
    device_cgroup_rules: ['c 7:* rmw']
    devices: [{source: /dev/zero, target: /dev/myzero, permissions: rw}, '/dev/null:/dev/mynull:r']
  b:
    image: localhost/busybox
    command: sleep 1000
    init: true
    cpu_quota: 40000
    cpu_period: 80000
  c:
    image: localhost/busybox
    command: sleep 1000
    init: true
    deploy: {resources: {limits: {cpus: '0.25', memory: 50M, pids: 33}, reservations: {memory: 20M, cpus: '0.5'}}}
EOF
  up
  limit a memory memory.limit_in_bytes 67108864
  limit a memory memory.soft_limit_in_bytes 33554432
  limit a memory memory.memsw.limit_in_bytes 134217728
  limit a cpu cpu.shares 512
  limit a cpu cpu.cfs_quota_us 50000
  limit a cpuset cpuset.cpus 0
  limit a pids pids.max 50
  limit a blkio blkio.throttle.read_bps_device "$numbers 12582912"
  limit a blkio blkio.throttle.write_iops_device "$numbers 120"
  host test -d "/sys/fs/cgroup/memory/mine/$(container_of a)"
  inside a 500 cat /proc/1/oom_score_adj
  inside a 3072 sh -c "df /dev/shm | awk 'END {print \$2}'"
  inside a '100 200' sh -c 'echo $(ulimit -Sn) $(ulimit -Hn)'
  said a '1, +3.*1, +5' sh -c 'ls -l /dev/myzero /dev/mynull'
  [[ $(config_of a .linux.resources.devices) = *'"type":"c","major":7,"access":"rmw"'* ]]
  limit b cpu cpu.cfs_quota_us 40000
  limit b cpu cpu.cfs_period_us 80000
  limit c cpu cpu.cfs_quota_us 25000
  limit c cpu cpu.shares 512
  limit c memory memory.limit_in_bytes 52428800
  limit c memory memory.soft_limit_in_bytes 20971520
  limit c pids pids.max 33
  # A parent that a file names is its own business.
  compose down -t 1 >/dev/null 2>&1
  host sh -c 'rmdir /sys/fs/cgroup/*/mine'
}

@test "who and where the process is, its environment, names, namespaces" {
  mkdir x
  printf 'FROM_FILE=1\nQ="a b"\nV=${FROM_FILE}x\n' >x/a.env
  printf 'RAW=${FROM_FILE} "q"\n' >x/raw.env
  echo lk=lv >x/labels
  compose_file base.yaml <<EOF
services: {b: {$SLEEP, labels: {from: base}, environment: {E: base}}}
EOF
  compose_file <<EOF
services:
  a:
    image: localhost/busybox
    command: sleep 1000
    init: true
    user: 1000:1001
    group_add: [1234, 100]
    working_dir: /tmp
    read_only: true
    tmpfs: [/t1, '/t2:size=1m,mode=700,uid=1000']
    hostname: hh
    domainname: dd.example
    dns: [9.9.9.9]
    dns_search: [s.example]
    dns_opt: [ndots:3]
    extra_hosts: ['somehost:1.2.3.4', 'gw=host-gateway']
    sysctls: {net.core.somaxconn: 555, kernel.msgmax: 9000}
    mac_address: 02:42:ac:11:65:43
    env_file: [x/a.env, {path: x/raw.env, format: raw}, {path: x/none.env, required: false}]
    environment: [A=1, B]
    labels: {a: b}
    label_file: x/labels
    annotations: {x.y: z}
  ext: {extends: {file: base.yaml, service: b}, environment: {F: f}}
  priv: {$SLEEP, privileged: true}
  sec: {$SLEEP, cap_drop: [ALL], cap_add: [NET_ADMIN], security_opt: ['no-new-privileges:true', 'seccomp:unconfined'], ipc: none}
  hosts: {$SLEEP, network_mode: host, pid: host, ipc: host, uts: host, cgroup: host}
  share: {$SLEEP, ipc: shareable}
  shared: {$SLEEP, ipc: 'service:share', pid: 'service:share', network_mode: 'service:share'}
  none: {$SLEEP, network_mode: none}
  joined: {$SLEEP, network_mode: 'container:demo-share-1', depends_on: [share]}
  ep: {image: localhost/busybox, init: true, entrypoint: [sleep], command: ['999']}
  empty: {image: localhost/busybox, init: true, entrypoint: [], command: [sleep, '998']}
  words: {image: localhost/busybox, init: true, entrypoint: null, command: "sleep '997'"}
EOF
  B=shell up
  inside a 'uid=1000(user) gid=1001 groups=100,1234' id
  inside a /tmp pwd
  inside a hh.dd.example hostname -f
  inside a 'touch: /x: Read-only file system' touch /x
  said a 'tmpfs .*size=1024k,mode=700,uid=1000' grep ' /t2 ' /proc/mounts
  said a 'search s.example' cat /etc/resolv.conf
  said a 'ndots:3' cat /etc/resolv.conf
  said a '1.2.3.4.somehost' cat /etc/hosts
  said a '10\.89\.[0-9]+\.1.gw' cat /etc/hosts
  inside a 555 cat /proc/sys/net/core/somaxconn
  inside a 9000 cat /proc/sys/kernel/msgmax
  inside a 02:42:ac:11:65:43 cat /sys/class/net/eth0/address
  inside a '1 shell 1 a b 1x ${FROM_FILE} "q"' sh -c 'echo "$A $B $FROM_FILE $Q $V $RAW"'
  [ "$(record_of a | jq -r '.labels | .a + .lk')" = blv ]
  [ "$(config_of a '.annotations["x.y"]')" = '"z"' ]
  inside ext 'base f' sh -c 'echo $E $F'
  [ "$(record_of ext | jq -r .labels.from)" = base ]
  said priv 'CapEff:.*f{6}' grep CapEff /proc/self/status
  inside sec 'CapEff:	0000000000001000' grep CapEff /proc/self/status
  inside sec 'NoNewPrivs:	1' grep NoNewPrivs /proc/self/status
  inside sec 'Seccomp:	0' grep Seccomp: /proc/self/status
  inside sec 0 sh -c '! grep " /dev/shm " /proc/mounts; echo $?'
  [ "$(service_exec hosts sh -c 'ls -l /proc/self/ns' | grep -oE '(net|pid|ipc|uts|cgroup):\[[0-9]+\]' | sort -u)" = \
    "$(host sh -c 'ls -l /proc/1/ns' | grep -oE '(net|pid|ipc|uts|cgroup):\[[0-9]+\]' | sort -u)" ]
  [ "$(service_exec share ls -l /proc/self/ns | grep -oE '(net|pid|ipc):\[[0-9]+\]')" = \
    "$(service_exec shared ls -l /proc/self/ns | grep -oE '(net|pid|ipc):\[[0-9]+\]')" ]
  inside none lo ls /sys/class/net
  [ "$(service_exec share ip -o -4 addr)" = "$(service_exec joined ip -o -4 addr)" ]
  [ "$(config_of ep .process.args)" = '["/run/.perry-init","--","sleep","999"]' ]
  [ "$(config_of empty .process.args)" = '["/run/.perry-init","--","sleep","998"]' ]
  [ "$(config_of words .process.args)" = '["/run/.perry-init","--","sleep","997"]' ]
}

@test "mounts, secrets, configs" {
  mkdir -p x/bind
  echo hi >x/bind/f
  echo secret1 >x/sec
  echo conf1 >x/conf
  compose_file <<EOF
services:
  init: {image: localhost/busybox, init: true, command: [sh, -c, 'mkdir -p /n/s; echo y >/n/s/y; sleep 1000'], volumes: ['named:/n'],
    healthcheck: {test: test -e /n/s/y, interval: 1s, start_period: 5s, start_interval: 50ms}}
  a:
    image: localhost/busybox
    command: sleep 1000
    init: true
    user: "1000"
    depends_on: {init: {condition: service_healthy}}
    volumes:
      - named:/n
      - ./x/bind:/b:ro
      - /anon
      - {type: volume, source: full, target: /etc}
      - {type: volume, source: bare, target: /sbin, volume: {nocopy: true}}
      - {type: volume, source: named, target: /part, volume: {subpath: s}, read_only: true}
      - {type: bind, source: ./x/made, target: /made}
      - {type: bind, source: ./x/bind, target: /shared, bind: {propagation: rshared}}
      - {type: tmpfs, target: /tt, tmpfs: {size: 2m, mode: 0o1770}}
      - {type: image, source: localhost/busybox, target: /img, image: {subpath: bin}}
      - drv:/d
    secrets: [s1, {source: s2, target: /own/place, uid: '1000', gid: '1001', mode: 0400}, gen]
    configs: [c1, {source: c2, target: /conf/c2, mode: 0440}]
  from: {$SLEEP, volumes_from: ['a:ro']}
volumes:
  named: {labels: {l: v}}
  full:
  bare:
  drv: {driver_opts: {type: tmpfs, o: 'size=1m,uid=1000', device: tmpfs}}
secrets: {s1: {file: x/sec}, s2: {environment: MYSEC}, gen: {x-perry-generate: 'hex:16'}}
configs: {c1: {file: x/conf}, c2: {content: "hello \$MYSEC"}}
EOF
  MYSEC=mine up
  inside a y cat /n/s/y
  inside a hi cat /b/f
  inside a 'touch: /b/x: Read-only file system' touch /b/x
  said a root cat /etc/passwd
  inside a '' ls /sbin
  inside a y cat /part/y
  inside a 'touch: /part/x: Read-only file system' touch /part/x
  [ -d x/made ]
  said a ' /shared .* shared:' cat /proc/self/mountinfo
  said a 'size=2048k,mode=1770' grep ' /tt ' /proc/mounts
  inside a /img/busybox ls /img/busybox
  inside a 'touch: /img/x: Read-only file system' touch /img/x
  inside a 'drwxrwxrwt 1000' stat -c '%A %u' /d
  inside a secret1 cat /run/secrets/s1
  inside a 'mine 1000 1001 400' sh -c 'echo $(cat /own/place) $(stat -c "%u %g %a" /own/place)'
  inside a 32 sh -c 'wc -c </run/secrets/gen'
  inside a 'conf1 hello mine 440' sh -c 'echo $(cat /c1 /conf/c2) $(stat -c %a /conf/c2)'
  inside from 'touch: /n/z: Read-only file system' touch /n/z
  [ "$(jq -r .labels.l "$DATA/volumes/demo_named/"*.json)" = v ]
}

@test "networks and ports" {
  compose_file <<EOF
services:
  n:
    image: localhost/busybox
    command: sleep 1000
    init: true
    networks:
      a: {aliases: [ali], ipv4_address: 10.77.0.50, priority: 10, mac_address: 02:42:00:00:00:11}
      b: {interface_name: bnet, gw_priority: 100, ipv6_address: "fd77::50"}
      c: {priority: 1000}
  peer: {$SLEEP, networks: [a, b]}
  inner: {$SLEEP, networks: [int]}
  sc: {$SLEEP, scale: 3, networks: [a]}
  rep: {$SLEEP, deploy: {replicas: 2}, networks: [a]}
  web:
    image: localhost/busybox
    init: true
    command: httpd -f -h /etc
    networks: [a]
    expose: [81, 8000-8002/udp]
    ports:
      - "80"
      - "8080:80"
      - "9000-9002:80-82"
      - "9100-9105:83"
      - "5353:53/udp"
      - {target: 80, published: "8090-8095", host_ip: 127.0.0.1, protocol: tcp, mode: host, name: x, app_protocol: http}
networks:
  a:
    ipam: {config: [{subnet: 10.77.0.0/24, gateway: 10.77.0.254, ip_range: 10.77.0.128/28, aux_addresses: {x: 10.77.0.129}}]}
    driver_opts: {com.docker.network.driver.mtu: "1400", com.docker.network.bridge.name: mybr}
  b: {enable_ipv6: true, ipam: {config: [{subnet: "fd77::/64"}, {subnet: 10.78.0.0/24}]}}
  c: {name: special}
  int: {internal: true}
EOF
  up
  said n 'eth1 +inet 10.77.0.50/24' ip -o addr
  inside n 02:42:00:00:00:11 cat /sys/class/net/eth1/address
  inside n 1400 cat /sys/class/net/eth1/mtu
  said n 'bnet +inet6 fd77::50/64' ip -o addr
  said n 'default via 10.78.0.1 dev bnet' ip route
  said peer '10.77.0.50' nslookup ali
  [ "$(service_exec peer nslookup sc | grep -c 'Address: 10.77.0.1[234]')" = 3 ]
  [ "$(compose ps -q rep | wc -l)" = 2 ]
  run service_exec inner ip route
  refute_contains default
  host test -d /sys/class/net/mybr
  [[ $(compose network ls) = *special* ]]
  [[ $(compose port web 80) = *0.0.0.0:8080* ]]
  [ "$(compose port --protocol udp web 53)" = 0.0.0.0:5353 ]
  [ "$(compose port web 82)" = 0.0.0.0:9002 ]
  [ "$(compose port web 83)" = 0.0.0.0:9100 ]
  for port in 8080 9000 8090; do [[ $(fetch "${FIRST_ANSWER[@]}" "127.0.0.1:$port/passwd") = root* ]]; done
}

@test "health, restarts, stops, logs, runtimes" {
  compose_file <<EOF
x-s: &s {image: localhost/busybox}
services:
  flap: {<<: *s, command: [sh, -c, 'exit 3'], restart: 'on-failure:3'}
  pol: {<<: *s, command: [sh, -c, 'exit 4'], deploy: {restart_policy: {condition: on-failure, delay: 50ms, max_attempts: 2}}}
  ok: {<<: *s, command: [sh, -c, 'sleep 0.5; touch /ok; exec sleep 1000'], init: true,
    healthcheck: {test: test -e /ok, interval: 20s, retries: 1, start_period: 10s, start_interval: 100ms}}
  bad: {$SLEEP, healthcheck: {test: [CMD, sh, -c, 'echo no; exit 4'], interval: 100ms, timeout: 10s, retries: 2}}
  slow: {$SLEEP, healthcheck: {test: [CMD, sleep, '100'], interval: 100ms, timeout: 200ms, retries: 1}}
  off: {$SLEEP, healthcheck: {disable: true, test: [CMD, 'false']}}
  sig: {<<: *s, command: [sh, -c, 'trap "echo got it; exit 9" USR1; while :; do sleep 0.1; done'], stop_signal: SIGUSR1}
  grace: {<<: *s, command: [sh, -c, 'trap "" TERM; while :; do sleep 0.1; done'], stop_grace_period: 700ms}
  log: {<<: *s, command: [sh, -c, 'for i in \$\$(seq 900); do echo line \$\$i aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa; done'],
    logging: {driver: json-file, options: {max-size: 20k, max-file: '3'}}}
  quiet: {<<: *s, command: echo hello, logging: {driver: none}}
  io: {<<: *s, command: cat, stdin_open: true, tty: true, stop_grace_period: 0s}
  runc: {$SLEEP, runtime: runc}
EOF
  command -v runc >/dev/null || sed -i '/^  runc:/d' compose.yaml
  up
  wait_for 30 sh -c "[ \"\$(jq -r .restarts '$DATA/containers/$(container_of flap)/status.json')\" = 3 ]"
  wait_for 30 sh -c "[ \"\$(jq -r .status '$DATA/containers/$(container_of ok)/health.json')\" = healthy ]"
  wait_for 30 sh -c "[ \"\$(jq -r .status '$DATA/containers/$(container_of slow)/health.json')\" = unhealthy ]"
  wait_for 30 sh -c "[ \"\$(jq -r .status '$DATA/containers/$(container_of bad)/health.json')\" = unhealthy ]"
  [ "$(jq -r '.log[-1] | "\(.exitCode) \(.output)"' "$DATA/containers/$(container_of bad)/health.json" | head -1)" = '4 no' ]
  [ "$(jq -r '.log[-1].exitCode' "$DATA/containers/$(container_of slow)/health.json")" = -1 ]
  wait_for 30 sh -c "[ \"\$(jq -r '\"\(.state) \(.restarts) \(.exitCode)\"' '$DATA/containers/$(container_of pol)/status.json')\" = 'exited 2 4' ]"
  wait_for 30 sh -c "[ \"\$(jq -r .state '$DATA/containers/$(container_of log)/status.json')\" = exited ]"
  [ ! -e "$DATA/containers/$(container_of off)/health.json" ]
  [ -e "$DATA/containers/$(container_of log)/log.jsonl.2" ] && [ ! -e "$DATA/containers/$(container_of log)/log.jsonl.3" ]
  [[ $(compose logs log --tail 1) = *'line 900 a'* ]]
  [ -z "$(compose logs quiet)" ]
  [ "$(config_of io .process.terminal)" = true ]
  [ "$(status_of_service io | jq -r .state)" = running ]
  compose stop sig grace
  [ "$(status_of_service sig | jq .exitCode)" = 9 ]
  [[ $(compose logs sig) = *'got it'* ]]
  [ "$(status_of_service grace | jq .exitCode)" = 137 ]
  if command -v runc >/dev/null; then [ "$(record_of runc | jq -r .runtime)" = "$(command -v runc)" ]; fi
}

@test "pre_start, post_start, pre_stop" {
  write ()
  {
    compose_file <<EOF
services:
  db: {$SLEEP}
  web:
    image: localhost/busybox
    command: sleep 1000
    init: true
    scale: 2
    user: "1000"
    depends_on: [db]
    environment: {FOO: bar, X: "$1"}
    volumes: ['data:/d', './w:/w']
    pre_start:
      - {command: [sh, -c, 'echo \$\$FOO \$\$Z \$\$(id -u) >>/d/out; nslookup db >/dev/null && echo dns >>/d/out'], environment: [Z=zed]}
      - {command: "sh -c 'echo two >&2; $2'", user: "7", working_dir: /tmp, image: localhost/busybox}
    post_start: [{command: "sh -c 'echo \$\$A \$\$(id -u) \$\$PWD >/tmp/hook'", user: "1000", environment: [A=b], working_dir: /var}]
    pre_stop: [{command: [sh, -c, 'echo bye >>/w/bye'], user: root}]
volumes: {data: }
EOF
  }
  write 1 true
  up
  inside web 'bar zed 0
dns' cat /d/out
  inside web 'b 1000 /var' cat /tmp/hook
  [ "$(compose ps -a -q | wc -l)" = 3 ]
  up
  compose stop web >/dev/null 2>&1
  [ "$(wc -l <w/bye)" = 2 ]
  up
  inside web 2 sh -c 'wc -l </d/out'
  write 2 true
  up
  inside web 4 sh -c 'wc -l </d/out'
  write 3 'exit 4'
  run_compose up -d
  assert_failure
  assert_contains "pre_start[1]: exit status 4: two"
  inside web 2 sh -c 'echo $X'
  [ "$(compose ps -a -q | wc -l)" = 3 ]
  run_compose up -d --no-rollback
  assert_failure
  [[ $(compose ps -a) = *demo-web-pre_start-2* ]]
}

@test "update_config: a few at a time, the new one first, back after a failure" {
  write ()
  {
    compose_file <<EOF
services:
  web:
    image: localhost/busybox
    command: [sh, -c, "$3"]
    init: true
    scale: 2
    $5
    deploy: {update_config: {parallelism: 1, order: $1, failure_action: $2, monitor: ${monitor:-200ms} $4}}
EOF
  }
  ids () { compose ps -a -q --no-trunc | sort; }
  order ()
  {
    jq -r --arg since "$since" 'select(.ts > $since and .kind != "die") | .kind + (.container | .[0:4])' "$DATA/projects/demo/log.jsonl"
  }
  local before since
  write stop-first rollback 'echo 1; sleep 1000'
  up
  before=$(ids)
  since=$(date -u +%Y-%m-%dT%H:%M:%S.%N)
  write start-first rollback 'echo 2; sleep 1000' ', delay: 100ms'
  up
  [ "$(order | sed 's/....$//' | tr '\n' ' ')" = 'create start stop create start stop destroy destroy ' ]
  [ "$(ids | comm -12 - <(echo "$before") | wc -l)" = 0 ]
  before=$(ids)
  since=$(date -u +%Y-%m-%dT%H:%M:%S.%N)
  write stop-first rollback 'echo 3; sleep 1000'
  up
  [ "$(order | sed 's/....$//' | tr '\n' ' ')" = 'stop create start stop create start destroy destroy ' ]
  before=$(ids)
  monitor=30s # seen at once if it ends
  for order in stop-first start-first; do
    write $order rollback 'sleep 0.05; exit 7'
    run_compose up -d
    assert_failure
    assert_contains "exit status 7"
    [ "$(ids)" = "$before" ]
    [ "$(compose ps -q | wc -l)" = 2 ]
    [ "$(readlink "$DATA/names/demo-web-1")" = "$(container_of web)" ]
  done
  write start-first pause 'exit 7'
  run_compose up -d
  assert_failure
  [ "$(compose ps -a -q | wc -l)" = 3 ] && [ "$(compose ps -q | wc -l)" = 2 ]
  write stop-first continue 'exit 7'
  run_compose up -d
  assert_success
  assert_contains "goes on"
  [ "$(compose ps -a -q | wc -l)" = 2 ] && [ "$(compose ps -q | wc -l)" = 0 ]
}

@test "a published port goes over to the container that was started first" {
  for text in one two; do
    compose_file <<EOF
services:
  web: {image: localhost/busybox, init: true, command: [sh, -c, 'mkdir /w; echo $text >/w/index.html; exec httpd -f -h /w'],
    ports: ['127.0.0.1:8080:80'], deploy: {update_config: {order: start-first, monitor: 200ms}}}
EOF
    up
    [ "$(fetch "${FIRST_ANSWER[@]}" 127.0.0.1:8080)" = $text ]
  done
  sed -i 's/monitor: 200ms/monitor: 30s/; s/exec httpd.*w.\],/exit 5"],/; s/\[sh, -c, .mkdir/[sh, -c, "mkdir/' compose.yaml
  run_compose up -d
  assert_failure
  [ "$(fetch 127.0.0.1:8080)" = two ]
  [ "$(compose port web 80)" = 127.0.0.1:8080 ]
}

# want STATUS REGEX ATTRIBUTE: a service with it is refused (25, 10), or there is one warning (0); `-` for none
want ()
{
  local got
  printf 'services:\n  a:\n    image: localhost/busybox\n    %s\n' "$3" >compose.yaml
  run_compose config -q
  got=$status
  if [ "$got" != "$1" ] || { [ "$2" != - ] && ! [[ $output =~ $2 ]]; } || { [ "$2" = - ] && [ -n "$output" ]; } || [ ${#lines[@]} -gt 1 ]; then
    echo "$3: status $got, $output"
    return 1
  fi
}

@test "what is not honoured is refused, or said" {
  want 25 'userns_mode: cannot be honoured' 'userns_mode: keep-id'
  want 25 'storage_opt: cannot be honoured' 'storage_opt: {size: 1G}'
  want 25 'gpus: cannot be honoured' 'gpus: all'
  want 25 'credential_spec: cannot be honoured' 'credential_spec: {file: x}'
  want 25 'provider: cannot be honoured' 'provider: {type: x}'
  want 25 'type: cannot be honoured' 'volumes: [{type: npipe, source: a, target: /a}]'
  want 25 'devices: cannot be honoured' 'deploy: {resources: {reservations: {devices: [{capabilities: [gpu]}]}}}'
  want 25 'per_replica: cannot be honoured' 'pre_start: [{command: a, per_replica: true}]'
  want 0 'use_api_socket: is ignored' 'use_api_socket: true'
  want 0 'isolation: is ignored' 'isolation: hyperv'
  want 0 'external_links: is ignored' 'external_links: [a]'
  want 0 'models: is ignored' 'models: [m]'
  want 0 'develop: is ignored' 'develop: {watch: [{path: ., action: sync, target: /}]}'
  want 0 'logging.driver: is ignored' 'logging: {driver: syslog}'
  want 0 'logging.options.mode: is ignored' 'logging: {options: {mode: non-blocking, max-size: 1m}}'
  want 0 'deploy.mode: is ignored' 'deploy: {mode: global}'
  want 0 'placement: is ignored' 'deploy: {placement: {constraints: [a]}}'
  want 0 'rollback_config: is ignored' 'deploy: {rollback_config: {parallelism: 1}}'
  want 0 'max_failure_ratio: is ignored' 'deploy: {update_config: {max_failure_ratio: 0.3}}'
  want 0 'link_local_ips: is ignored' 'networks: {default: {link_local_ips: [1.2.3.4]}}'
  want 0 'driver_opts: is ignored' 'networks: {default: {driver_opts: {a: b}}}'
  want 0 'per_replica: is ignored' 'post_start: [{command: a, per_replica: true}]'
  want 10 'a command is needed' 'post_start: [{user: a}]'
  want 10 'unknown signal' 'stop_signal: BOGUS'
  want 10 "unknown attribute 'bogus'" 'bogus: 1'
  want 0 - 'stop_signal: SIGRTMIN+3'
  want 0 - 'pull_policy: every_1w2d'
  want 0 - 'deploy: {mode: replicated}'
  rm compose.yaml
}
