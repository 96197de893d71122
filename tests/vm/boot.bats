# boot.bats - the unit of `systemd --install` over restarts of the machine. Runs in the virtual machine with systemd, each
# test in another boot: tests/vm/run restarts it in between, first in good order, then as by a power cut. The disk, and so
# the stack, stay.
load ../bats/compose_helpers

COMPOSE=/usr/local/bin/perry-compose

setup ()
{
  require_v2
  setup_files
  unset PERRY_COMPOSE_DATA PERRY_COMPOSE_RUN
  DATA=/var/lib/perry-compose
  PROJECT=/root/boot
  mkdir -p "$PROJECT"
  cd "$PROJECT" || return 1
}

teardown ()
{
  rm -rf "$WORK"
}

services ()
{
  compose ps --services | sort | tr '\n' ' '
}

are_up ()
{
  [ "$(services)" = "$1" ]
}

# How each service's last life ended: what it has written into its volume.
ends ()
{
  cat "$DATA"/volumes/boot_ends/_data/*
}

@test "first boot: a stack runs and the unit is enabled" {
  compose image load -i "$TOP/busybox.tar"
  # They end by their stop signal only, and db takes its time to write.
  compose_file <<'X'
x-any: &any
  image: localhost/busybox
  network_mode: none
  init: true
  volumes: ["ends:/ends"]
  stop_signal: USR1
services:
  db:
    <<: *any
    restart: always
    command: ["sh", "-c", "trap 'sleep 1; echo db >>/ends/a; sync; exit' USR1; while :; do sleep 0.1; done"]
  web:
    <<: *any
    restart: unless-stopped
    depends_on: [db]
    command: ["sh", "-c", "trap '[ -e /ends/a ] || echo web >/ends/0; sync; exit' USR1; while :; do sleep 0.1; done"]
  stopped: {<<: *any, restart: unless-stopped, command: sleep 1000, stop_signal: TERM}
volumes: {ends: {}}
X
  up
  compose stop stopped
  compose systemd --install
  systemctl daemon-reload
  systemctl enable --now perry-compose-boot.service
  are_up "db web "
}

@test "second boot: it was stopped in order, by its own signal, before the disks went; it is up again" {
  assert_equal $'web\ndb' "$(ends)"
  wait_for 20 are_up "db web "
}

@test "third boot, after a power cut: it is up again" {
  wait_for 20 are_up "db web "
  assert_equal $'web\ndb' "$(ends)"
}

@test "third boot: the unit's stop ends all, its start brings back what was running" {
  wait_for 20 are_up "db web "
  systemctl stop perry-compose-boot.service
  assert_equal '' "$(services)"
  systemctl start perry-compose-boot.service
  assert_equal "db web " "$(services)"
  compose down -v
}
