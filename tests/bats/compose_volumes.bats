#!/usr/bin/env bats
# Volumes: named, anonymous, of images, binds; what is copied into them, who owns them, what never leaves a container's root.

load compose_helpers
load compose_own_image

setup () { setup_compose; }
teardown () { teardown_compose; }

@test "a named volume keeps its content over down, and goes with down -v" {
  compose_file <<'END'
services:
  a: {image: localhost/busybox, command: [sleep, "300"], network_mode: none, stop_grace_period: 0s, volumes: ["v:/data"]}
volumes: {v: {labels: {x: y}}}
END
  up
  service_exec a sh -c 'echo kept >/data/f'
  compose down
  up
  run service_exec a cat /data/f
  assert_output "kept"
  run_compose volumes -q
  assert_output "demo_v"
  run_compose volume inspect demo_v
  assert_contains '"x": "y"'
  run_compose volume rm demo_v
  assert_equal 29 "$status"
  assert_contains "used by container demo-a-1"
  compose down -v
  run_compose volume ls -q
  assert_output ""
}

@test "what the image has there is the volume's first content" {
  own_image <<'END'
    mkdir -p data/sub
    echo content >data/f
    ln data/f data/sub/hard
    ln -s /etc/passwd data/link
    chmod 2750 data
    chown -R 1000:1001 data
    setfattr -n user.note -v here data/f
END
  compose_file <<'END'
services:
  a: {image: localhost/own, command: [sleep, "300"], network_mode: none, stop_grace_period: 0s, volumes: ["v:/data", {type: volume, source: n, target: /none, volume: {nocopy: true}}]}
  b: {image: localhost/own, command: [sleep, "300"], network_mode: none, stop_grace_period: 0s, volumes: [{type: volume, source: n, target: /data, volume: {nocopy: true}}]}
volumes: {v: {}, n: {}}
END
  up
  run service_exec a sh -c 'stat -c "%u:%g %a" /data; cat /data/f; readlink /data/link; stat -c %h /data/f /data/sub/hard'
  assert_output "1000:1001 2750
content
/etc/passwd
2
2"
  assert_equal here "$(getfattr --only-values -n user.note "$DATA/volumes/demo_v/_data/f")"
  run service_exec b ls -A /data
  assert_output ""
  # only an empty one is filled
  service_exec a rm /data/f
  compose down
  up
  run service_exec a ls /data
  refute_contains "f
"
}

@test "a volume of an image that leads out stays inside" {
  mkdir "$WORK/canary"
  echo secret >"$WORK/canary/file"
  OWN_CONFIG='"Volumes":{"/../../../../'$WORK'/canary":{},"/esc":{}},"WorkingDir":"/esc2/new"' \
    CANARY=$WORK/canary own_image <<'END'
    ln -s "$CANARY" esc
    ln -s "$CANARY" esc2
END
  compose_file <<'END'
services:
  a: {image: localhost/own, command: [sleep, "300"], network_mode: none, stop_grace_period: 0s}
END
  find "$WORK/canary" -printf '%p %m %u %T@\n' >"$WORK/before"
  up
  find "$WORK/canary" -printf '%p %m %u %T@\n' >"$WORK/after"
  diff "$WORK/before" "$WORK/after"
  run service_exec a cat "$WORK/canary/file" /esc/file
  refute_contains secret
  run grep -rs secret "$DATA/volumes"
  assert_output ""
  run service_exec a pwd
  assert_output "$WORK/canary/new"
}

@test "users are looked up in the image and nowhere else" {
  printf 'canary:x:4242:4242::/:\n' >"$WORK/canary"
  CANARY=$WORK/canary own_image <<'END'
    rm etc/passwd
    ln -s "$CANARY" etc/passwd
END
  compose_file <<'END'
services:
  a: {image: localhost/own, command: [sleep, "300"], network_mode: none, stop_grace_period: 0s, user: canary}
END
  run_compose up -d
  assert_failure
  assert_contains "user 'canary'"
}

@test "anonymous volumes: of the image and of the service; they go over to the container that replaces it" {
  OWN_CONFIG='"Volumes":{"/of-image":{}}' own_image </dev/null
  compose_file <<'END'
services:
  a: {image: localhost/own, command: [sleep, "300"], network_mode: none, stop_grace_period: 0s, volumes: [/of-service], labels: {l: "${L-1}"}}
END
  up
  service_exec a sh -c 'echo 1 >/of-image/f; echo 2 >/of-service/f'
  L=2 compose up -d
  run service_exec a cat /of-image/f /of-service/f
  assert_output "1
2"
  L=3 compose up -d --renew-anon-volumes
  run service_exec a ls /of-image /of-service
  refute_contains "f
"
  compose down -v
  compose volume prune -f
  run_compose volume ls -q
  assert_output ""
}

@test "binds: made when they are not there, read-only, files" {
  echo text >"$PROJECT/file"
  compose_file <<'END'
services:
  a:
    image: localhost/busybox
    command: [sleep, "300"]
    network_mode: none
    stop_grace_period: 0s
    user: "1234:5678"
    volumes:
      - ./made:/made
      - ./file:/file:ro
      - {type: bind, source: ./owned, target: /owned, x-perry-owner: service}
      - {type: volume, source: v, target: /v, x-perry-owner: "12:34"}
volumes: {v: {}}
END
  up
  run service_exec a sh -c 'cat /file; stat -c %u:%g /made /owned /v; touch /owned/x && echo ok; echo >/file'
  assert_contains "text
0:0
1234:5678
12:34
ok"
  assert_contains "Read-only file system"
  [ -d "$PROJECT/made" ]
}

@test "a bind that must be there" {
  compose_file <<'END'
services:
  a: {image: localhost/busybox, command: [sleep, "300"], network_mode: none, stop_grace_period: 0s, volumes: [{type: bind, source: ./no, target: /x, bind: {create_host_path: false}}]}
END
  run_compose up -d
  assert_equal 23 "$status"
  assert_contains "create_host_path"
  [ ! -e "$PROJECT/no" ]
}

@test "part of a volume: inside it only" {
  compose_file <<'END'
services:
  a: {image: localhost/busybox, command: [sh, -c, "mkdir -p /v/in; echo 1 >/v/in/f; ln -s /etc /v/out; exec sleep 300"], network_mode: none, stop_grace_period: 0s, volumes: ["v:/v"]}
volumes: {v: {}}
END
  up
  wait_for 30 [ -L "$DATA/volumes/demo_v/_data/out" ]
  sub () { printf 'services: {b: {image: localhost/busybox, command: [sleep, "300"], network_mode: none, stop_grace_period: 0s, volumes: [{type: volume, source: v, target: /s, volume: {subpath: "%s"}}]}}\nvolumes: {v: {}}\n' "$1" | compose_file sub.yaml; }
  sub in
  compose -f sub.yaml up -d
  run compose -f sub.yaml exec -T b cat /s/f
  assert_output "1"
  # what it was may have become something else when the container starts again
  compose -f sub.yaml stop b
  mv "$DATA/volumes/demo_v/_data/in" "$DATA/volumes/demo_v/_data/was"
  ln -s /etc "$DATA/volumes/demo_v/_data/in"
  run_compose -f sub.yaml start b
  assert_failure
  assert_contains "volume.subpath 'in'"
  local path
  for path in out ../.. no; do
    compose -f sub.yaml rm -sf b || true
    sub "$path"
    run_compose -f sub.yaml up -d
    assert_failure
    assert_contains "volume.subpath '$path'"
  done
}

@test "an image as a volume, and volumes of another service" {
  own_image <<'END'
    mkdir -p data/sub
    echo content >data/sub/f
END
  compose_file <<'END'
services:
  a: {image: localhost/busybox, command: [sleep, "300"], network_mode: none, stop_grace_period: 0s, volumes: ["v:/v", {type: image, source: localhost/own, target: /i}, {type: image, source: localhost/own, target: /j, image: {subpath: data/sub}}]}
  b: {image: localhost/busybox, command: [sleep, "300"], network_mode: none, stop_grace_period: 0s, depends_on: [a], volumes_from: ["a:ro"]}
volumes: {v: {}}
END
  up
  run service_exec a sh -c 'cat /i/data/sub/f /j/f; touch /i/x'
  assert_contains "content
content"
  assert_contains "Read-only file system"
  service_exec a sh -c 'echo 1 >/v/f'
  run service_exec b sh -c 'cat /v/f; touch /v/x'
  assert_contains "1"
  assert_contains "Read-only file system"
}

@test "driver_opts are a mount" {
  compose_file <<'END'
services:
  a: {image: localhost/busybox, command: [sleep, "300"], network_mode: none, stop_grace_period: 0s, volumes: ["t:/t", "b:/b"]}
volumes:
  t: {driver_opts: {type: tmpfs, device: tmpfs, o: "size=1m,uid=7"}}
  b: {driver_opts: {type: none, device: "${PWD}/dir", o: bind}}
END
  mkdir "$PROJECT/dir"
  echo 1 >"$PROJECT/dir/f"
  up
  run service_exec a sh -c 'stat -c %u /t; df -k /t | tail -1; cat /b/f'
  assert_contains "1024"
  assert_match "^7"
  assert_match "1$"
}

@test "names that are none" {
  local name
  for name in ../x -x "$(printf 'a%.0s' {1..300})"; do
    compose_file <<END
services:
  a: {image: localhost/busybox, command: [sleep, "300"], network_mode: none, stop_grace_period: 0s, volumes: ["v:/v"]}
volumes: {v: {name: "$name"}}
END
    run_compose up -d
    assert_failure
    assert_contains "volume"
    [ ! -e "$DATA/x" ]
  done
}

@test "an external volume must be there and is never removed" {
  compose_file <<'END'
services:
  a: {image: localhost/busybox, command: [sleep, "300"], network_mode: none, stop_grace_period: 0s, volumes: ["v:/v"]}
volumes: {v: {external: true, name: outside}}
END
  run_compose up -d
  assert_equal 13 "$status"
  assert_contains "outside"
}
