# The wiki example, with all the steps of its lifecycle.sh; at the end the host is as it was.

load ../bats/compose_helpers

setup ()
{
  require_program mmdebstrap skopeo umoci curl jq
  PERRY_TIMEOUT=240
  setup_compose
  load_image postgres mediawiki
  mark_clean
}

@test "wiki: fresh start, down, up with all data, a killed database, down -v" {
  run host "$TOP/contrib/examples/wiki/lifecycle.sh" "$COMPOSE"
  assert_success
  assert_equal ok "${lines[-1]}"
}
