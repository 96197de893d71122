# bats file_tags=compose
# Single containers: no compose file, the same store.
# shellcheck disable=SC2016 # for inner shells
load compose_helpers

IMAGE=localhost/busybox

dir_of ()
{
  echo "$DATA/containers/$(readlink "$DATA/names/$1")"
}

config_of ()
{
  jq -c "$2" "$(dir_of "$1")/config.json"
}

state_of ()
{
  compose container inspect "$1" | jq -r '.[0].State.Status'
}

# There is no project to take down.
remove ()
{
  compose container rm -f -v "$@" >"$WORK/rm.log" 2>&1 || fail "rm: $(cat "$WORK/rm.log")"
  compose network rm perry >"$WORK/rm.log" 2>&1 || true
}

@test "container run: output, exit status, a name of the image's hash, --rm" {
  run_compose container run $IMAGE sh -c 'echo out; exit 7'
  assert_failure 7
  assert_output out
  name=$(compose container ls -a --format json | jq -r .Name)
  assert_equal "${name%-*}" "$(printf %s $IMAGE | sha256sum | cut -c1-8)"
  [[ ${name#*-} =~ ^[0-9a-f]{8}$ ]]
  run_compose container inspect "$name"
  assert_equal "[null,null,7]" "$(jq -c '.[0] | [.Project, .Service, .State.ExitCode]' <<<"$output")"
  compose container run --rm $IMAGE true
  assert_equal 1 "$(compose container ls -a -q | wc -l)"
  remove "$name"
}

@test "container run -d, and every verb" {
  run_compose container run -d --name one -l a=b $IMAGE sh -c 'trap "exit 3" TERM; echo begin; while :; do sleep 0.1; done'
  assert_success
  id=$output
  assert_equal 64 "${#id}"
  assert_equal one "$(compose container ls --format json --filter label=a=b | jq -r .Name)"
  assert_equal "" "$(compose container ls -q --filter label=a=c)"
  assert_equal inside "$(compose container exec one echo inside)"
  assert_equal by-id "$(compose container exec "${id:0:12}" echo by-id)"
  wait_for 30 sh -c '[ "$('"$COMPOSE"' container logs one)" = begin ]'
  run_compose container top one
  assert_contains sleep
  run_compose container stats --no-stream --format json one
  assert_equal one "$(jq -r .Name <<<"$output")"
  jq -e '(.PIDs | tonumber >= 1) and (.MemUsage | startswith ("0B") | not)' <<<"$output"
  compose container pause one
  assert_equal paused "$(state_of one)"
  run_compose container pause one
  assert_failure 29
  compose container unpause one
  assert_equal running "$(state_of one)"
  compose container kill -s USR1 one || true
  compose container restart -t 1 one
  assert_equal running "$(state_of one)"
  run_compose container rm one
  assert_failure 29
  assert_one_line
  run_compose container stop -t 5 one
  assert_output one
  assert_equal 3 "$(compose container inspect one | jq '.[0].State.ExitCode')"
  compose container start one
  echo x >x
  compose container cp x one:/tmp/y
  compose container cp one:/tmp/y z
  assert_equal x "$(cat z)"
  host_background "$COMPOSE" container wait one
  compose container kill one
  wait_for 30 grep -q . "$WORK/background.log"
  assert_equal 137 "$(cat "$WORK/background.log")"
  run_compose container kill one
  assert_failure 29
  run_compose container prune
  assert_output "$id"
  run_compose container inspect one
  assert_failure 13
  compose network rm perry
}

@test "container create, start -a; --rm; -i" {
  compose container create --name one $IMAGE sh -c 'echo hi; exit 4' >"$WORK/id"
  assert_equal created "$(state_of one)"
  run_compose container start -a one
  assert_failure 4
  assert_output hi
  remove one
  run host sh -c 'echo typed | "$0" container run --rm -i --network none '$IMAGE' cat' "$COMPOSE"
  assert_output typed
}

@test "container run -p: published, and told by port" {
  echo page >index.html
  compose container run -d --name web -p 127.0.0.1:18080:80 -v "$PWD:/www:ro" $IMAGE httpd -f -h /www >"$WORK/id"
  wait_for 30 host curl -s -o /dev/null http://127.0.0.1:18080/
  assert_equal page "$(fetch http://127.0.0.1:18080/)"
  assert_equal 127.0.0.1:18080 "$(compose container port web 80)"
  # Containers of the default network know each other's names.
  run_compose container run --rm $IMAGE wget -q -O - http://web/
  assert_output page
  remove web
}

# Each row: options | a filter on config.json | what it gives
@test "container create: options become the configuration" {
  echo FROM_FILE=1 >vars
  mkdir dir
  number=0
  while IFS='@' read -r options filter want; do
    number=$((number + 1))
    # shellcheck disable=SC2086 # words
    run compose container create --name "c$number" --network none $options $IMAGE sleep 1
    assert_success
    assert_equal "$want" "$(config_of "c$number" "$filter")" || fail "$options: $filter"
  done <<'TABLE'
-e A=1 -e B=$x@[.process.env[] | select(test("^[AB]="))]@["A=1","B=$x"]
--env-file vars@[.process.env[] | select(test("^FROM"))]@["FROM_FILE=1"]
-v ./dir:/d:ro@[.mounts[] | select(.destination=="/d") | (.options | index("ro")) != null]@[true]
-v vol:/v@[.mounts[] | select(.destination=="/v") | .source | test("/volumes/vol/_data$")]@[true]
--tmpfs /t:size=1m@[.mounts[] | select(.destination=="/t") | .type]@["tmpfs"]
--read-only@.root.readonly@true
--privileged@.process.capabilities.bounding | length > 30@true
-u 12:34@[.process.user.uid, .process.user.gid]@[12,34]
-w /tmp@.process.cwd@"/tmp"
--cap-drop ALL --cap-add NET_ADMIN@.process.capabilities.bounding@["CAP_NET_ADMIN"]
--security-opt seccomp=unconfined@.linux.seccomp@null
--security-opt no-new-privileges@.process.noNewPrivileges@true
--entrypoint /bin/echo@.process.args@["/bin/echo","sleep","1"]
-t@.process.terminal@true
--memory 64m@.linux.resources.memory.limit@67108864
--cpus 0.5@.linux.resources.cpu.quota@50000
--pids-limit 77@.linux.resources.pids.limit@77
--ulimit nofile=100:200@[.process.rlimits[] | select(.type=="RLIMIT_NOFILE") | .soft, .hard]@[100,200]
--device /dev/null:/dev/mine@[.linux.devices[] | select(.path=="/dev/mine") | .major, .minor]@[1,3]
--hostname myname@.hostname@"myname"
--init@.process.args[0] | test("init")@true
--shm-size 1m@[.mounts[] | select(.destination=="/dev/shm") | .options[] | select(test("^size="))] | length@1
--sysctl net.ipv4.ip_forward=1@.linux.sysctl["net.ipv4.ip_forward"]@null
--sysctl kernel.msgmax=9000@.linux.sysctl["kernel.msgmax"]@"9000"
--pid host@[.linux.namespaces[] | select(.type=="pid")]@[]
--ipc host@[.linux.namespaces[] | select(.type=="ipc")]@[]
--uts host@[.linux.namespaces[] | select(.type=="uts")]@[]
--label x=y@.annotations | length > 0@true
--annotation p=q@.annotations.p@"q"
--policy hardened@.root.readonly@true
--oom-score-adj 77@.process.oomScoreAdj@77
--group-add 55@.process.user.additionalGids | index(55) != null@true
--cpuset-cpus 0@.linux.resources.cpu.cpus@"0"
TABLE
  compose container prune -f -v >"$WORK/prune.log"
  compose volume rm vol
}

@test "container create: options become the record" {
  compose container create --name one --network perry --network-alias other --dns 9.9.9.9 \
    --restart on-failure:3 --stop-signal INT --stop-timeout 3 --rm -l k=v \
    --health-cmd true --health-interval 5s --health-retries 2 -i $IMAGE sleep 1 >"$WORK/id"
  record=$(dir_of one)/container.json
  assert_equal '["on-failure",3,"INT",3000,true,true,"v"]' \
    "$(jq -c '[.restart.condition, .restart.maxRetries, .stopSignal, .stopTimeoutMs, .remove, .openStdin, .labels.k]' "$record")"
  assert_equal '[5000,2,"true"]' "$(jq -c '.health | [.intervalMs, .retries, .test[-1]]' "$record")"
  assert_equal '["perry",true]' "$(jq -c '.networks[0] | [.network, (.aliases | index("other")) != null]' "$record")"
  remove one
  run_compose container run --rm --network none --add-host h:1.2.3.4 $IMAGE cat /etc/hosts
  assert_match '1\.2\.3\.4.*h'
}

@test "container create --spec: the keys of the file, and no others" {
  cat >spec.json <<'JSON'
{"image": "localhost/busybox", "name": "s", "cmd": ["-c", "true"], "entrypoint": ["sh"], "env": {"A": "1"}, "ports": ["18090:80"],
 "volumes": ["v:/v"], "network": "perry", "rm": true, "labels": {"l": "1"}, "read_only": true, "privileged": false, "user": "5",
 "workdir": "/tmp", "cap_add": ["NET_ADMIN"], "cap_drop": ["ALL"], "seccomp": "unconfined", "no_new_privileges": true,
 "network_aliases": ["al"]}
JSON
  run_compose container create --spec spec.json
  assert_success
  assert_equal "$(config_of s '[.process.args, .process.user.uid, .process.cwd, .root.readonly, .process.capabilities.bounding,
    .linux.seccomp, .process.noNewPrivileges, (.process.env | index("A=1")) != null]')" \
    '[["sh","-c","true"],5,"/tmp",true,["CAP_NET_ADMIN"],null,true,true]'
  assert_equal '[true,"1",18090,true]' \
    "$(jq -c '[.remove, .labels.l, .ports[0].hostPort, (.networks[0].aliases | index("al")) != null]' "$(dir_of s)/container.json")"
  # Options win.
  run_compose container create --spec spec.json --name t -u 7 -p 18091:80
  assert_failure 17
  remove s
  run_compose container create --spec spec.json --name t -u 7
  assert_success
  assert_equal 7 "$(config_of t .process.user.uid)"
  remove t
  compose volume rm v
  echo '{"image": "x", "colour": "red"}' >bad.json
  run_compose container create --spec bad.json
  assert_failure 10
  assert_contains "bad.json:1:"
  assert_contains colour
}

@test "container run --policy: a tier without network has none" {
  run_compose container run --rm --policy isolated $IMAGE ip -o link
  assert_success
  refute_contains eth0
}

@test "containers of projects have these verbs, too" {
  compose_file <<'EOF'
services: { web: { image: localhost/busybox, command: [sleep, "1000"], init: true } }
EOF
  up
  compose container stop -t 0 demo-web-1
  assert_equal exited "$(compose ps -a --format json | jq -r .State)"
  compose container start demo-web-1
  assert_equal 1 "$(compose container exec demo-web-1 hostname | wc -l)"
  compose container rm -f demo-web-1
  assert_equal "" "$(compose ps -a -q)"
}

@test "container: what is wrong is said in one line" {
  while IFS='|' read -r status message arguments; do
    # shellcheck disable=SC2086 # words
    run_compose container $arguments
    assert_failure "$status"
    assert_one_line
    assert_contains "$message"
  done <<'TABLE'
13|no such container: no|start no
13|no such container: no|exec no true
14|is not here|run --pull never localhost/nothing
1|which image|run
10|ports|create -p x localhost/busybox
10|mem_limit|create --memory much localhost/busybox
13|--network other|create --network other localhost/busybox
1|NAME=SOFT|create --ulimit nofile localhost/busybox
10|container name|create --name ../x --network none localhost/busybox
TABLE
  compose container create --name one --network none $IMAGE >"$WORK/id"
  run_compose container create --name one --network none $IMAGE
  assert_failure 18
  remove one
}

# created: ids of containers that never ran
created ()
{
  compose container ls -a --format json | jq -r 'select(.State == "created") | .ID'
}

# swept: a command has found nothing that was made and not started, or has taken it away
swept ()
{
  compose container run --rm localhost/busybox true
  [ -z "$(created)" ] && ! compgen -G "$DATA/containers/*/unstarted"
}

@test "container run that is killed before the start: the next command takes away what it made, and nothing else" {
  local kept left busy delay
  kept=$(compose container create localhost/busybox sleep 1000)
  left=$(compose container create localhost/busybox sleep 1000)
  busy=$(compose container create localhost/busybox sleep 1000)
  touch "$DATA/containers/$left/unstarted" "$DATA/containers/$busy/unstarted"
  # shellcheck disable=SC2016 # for the inner shell
  host_background sh -c 'exec 9<"$1" && flock 9 && exec sleep 30' sh "$DATA/containers/$busy"
  wait_for 5 host sh -c "! flock -n '$DATA/containers/$busy' true"
  compose container run --rm localhost/busybox true
  assert_equal "$(printf '%.12s\n' "$kept" "$busy" | sort)" "$(created | cut -c 1-12 | sort)"
  host kill "$HOST_PID"
  compose container rm "$kept"
  for delay in 0.005 0.01 0.015 0.02 0.03 0.04 0.06; do
    host_background "$COMPOSE" container run -d localhost/busybox sleep 1000
    sleep "$delay"
    host kill -9 "$HOST_PID" 2>/dev/null || true
    wait "${BACKGROUND[-1]}" || true
  done
  # a monitor, if it came to that, starts its container all the same
  wait_for 20 swept
  for left in $(compose container ls -a -q); do compose container rm -f "$left"; done
  compose network rm perry
}
