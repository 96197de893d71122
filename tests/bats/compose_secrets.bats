#!/usr/bin/env bats
# Secrets and configs: where they come from, who may read them, that they are on no disk.

load compose_helpers

setup () { setup_compose; }
teardown () { teardown_compose; }

@test "files, variables and contents, with owner and mode" {
  echo from-file >"$PROJECT/secret.txt"
  compose_file <<'END'
services:
  a:
    image: localhost/busybox
    command: [sleep, "300"]
    network_mode: none
    stop_grace_period: 0s
    user: "1000:1000"
    secrets:
      - plain
      - {source: variable, target: renamed, uid: "7", gid: "8", mode: 0400}
      - {source: plain, target: /absolute/place}
    configs:
      - {source: inline, target: /etc/app.conf, mode: 0640}
      - inline
secrets:
  plain: {file: ./secret.txt}
  variable: {environment: A_SECRET}
configs:
  inline: {content: "user=${NAME-nobody}"}
END
  A_SECRET=from-variable NAME=me up
  run service_exec a sh -c 'cd /run/secrets; cat plain /absolute/place; stat -c "%n %u:%g %a" plain renamed /etc/app.conf /inline; cat /etc/app.conf; cat renamed'
  assert_contains "from-file
from-file
plain 1000:1000 444
renamed 7:8 400
/etc/app.conf 1000:1000 640
/inline 1000:1000 444
user=me"
  assert_contains "Permission denied"
  run service_exec a sh -c 'echo x >/run/secrets/plain'
  assert_failure
  # neither on a disk nor in what is mounted in the host
  run grep -rsl from-variable "$DATA" "$RUN"
  assert_output ""
}

@test "a variable that is not set" {
  compose_file <<'END'
services:
  a: {image: localhost/busybox, command: [sleep, "300"], network_mode: none, stop_grace_period: 0s, secrets: [s]}
secrets: {s: {environment: NO_SUCH_VARIABLE}}
END
  run_compose up -d
  assert_equal 10 "$status"
  assert_contains "NO_SUCH_VARIABLE"
  assert_clean
}

@test "a target inside of a volume replaces nothing of it by a link's help" {
  mkdir "$PROJECT/dir"
  echo untouched >"$WORK/canary"
  ln -s "$WORK/canary" "$PROJECT/dir/secret"
  echo new >"$PROJECT/secret.txt"
  compose_file <<'END'
services:
  a: {image: localhost/busybox, command: [sleep, "300"], network_mode: none, stop_grace_period: 0s, volumes: ["./dir:/dir"], secrets: [{source: s, target: /dir/secret}]}
secrets: {s: {file: ./secret.txt}}
END
  run_compose up -d
  assert_equal untouched "$(cat "$WORK/canary")"
}

@test "a generated secret stays the same until down -v" {
  compose_file <<'END'
services:
  a: {image: localhost/busybox, command: [sleep, "300"], network_mode: none, stop_grace_period: 0s, secrets: [s]}
secrets: {s: {x-perry-generate: "hex:16"}}
END
  up
  run service_exec a cat /run/secrets/s
  assert_match "^[0-9a-f]{32}$"
  local first=$output
  compose down
  up
  assert_equal "$first" "$(service_exec a cat /run/secrets/s)"
  compose down -v
  up
  [ "$first" != "$(service_exec a cat /run/secrets/s)" ]
}

@test "changed contents make a new container" {
  echo 1 >"$PROJECT/secret.txt"
  compose_file <<'END'
services:
  a: {image: localhost/busybox, command: [sleep, "300"], network_mode: none, stop_grace_period: 0s, secrets: [s]}
secrets: {s: {file: ./secret.txt}}
END
  up
  local first
  first=$(container_of a)
  up
  assert_equal "$first" "$(container_of a)"
  echo 2 >"$PROJECT/secret.txt"
  up
  [ "$first" != "$(container_of a)" ]
  run service_exec a cat /run/secrets/s
  assert_output "2"
}

@test "stopped and started, also without the compose file" {
  echo content >"$PROJECT/secret.txt"
  compose_file <<'END'
services:
  a: {image: localhost/busybox, command: [sleep, "300"], network_mode: none, secrets: [s], stop_grace_period: 0s}
secrets: {s: {file: ./secret.txt}}
END
  up
  compose stop
  compose start
  run service_exec a cat /run/secrets/s
  assert_output "content"
}

@test "an external secret comes from the store" {
  compose_file <<'END'
services:
  a: {image: localhost/busybox, command: [sleep, "300"], network_mode: none, stop_grace_period: 0s, secrets: [s]}
secrets: {s: {external: true, name: shared}}
END
  run_compose up -d
  assert_equal 13 "$status"
  assert_contains "service 'a': secrets[0]: there is no external 'shared' yet: \`perry-compose secret create shared FILE\`"
  mkdir -m 700 "$DATA/secrets"
  echo -n stored >"$DATA/secrets/shared"
  up
  run service_exec a cat /run/secrets/s
  assert_output "stored"
}
