#!/usr/bin/env bats
# The units that `systemd` prints: what they do at start and stop, what names of directories and files cannot do to them.
# tests/vm has systemd use them.
load compose_helpers

setup () { setup_files; }

@test "a unit takes a directory's name as it is" {
  local dir=$'a b"c\\d%h$HOME\nExecStartPre=-e'
  mkdir "$WORK/$dir"
  cd "$WORK/$dir"
  echo 'services: {a: {image: x}}' >compose.yaml
  run "$COMPOSE" --project-name demo systemd --this-project
  assert_success
  assert_contains "\"$WORK/a b\\\"c\\\\d%%h\$\$HOME\\x0aExecStartPre=-e/compose.yaml\""
  refute_contains $'\nExecStartPre'
}

@test "a unit for all stacks stops them, too, and one for a project is as up and stop" {
  cd "$WORK"
  echo 'services: {a: {image: x}}' >compose.yaml
  run "$COMPOSE" systemd
  assert_match $'ExecStart="[^\n]+ "boot"\nExecStop="[^\n]+ "boot" "--stop"\n'
  run "$COMPOSE" --project-name demo systemd --this-project
  assert_match $'ExecStart="[^\n]+ "up" "--detach" "--no-recreate"\nExecStop="[^\n]+ "stop"\n'
}
