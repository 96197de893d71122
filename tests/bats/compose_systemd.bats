#!/usr/bin/env bats
# The units that `systemd` prints: what names of directories and files cannot do to them.
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
