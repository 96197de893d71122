#!/usr/bin/env bats
# compose_readme.bats - the compose file in README.md, and those in contrib/examples, mean what they say.
load compose_helpers

setup () { setup_files; }

@test "README.md: the stack is right, down to its last attribute" {
  sed -n '/^<!-- snippet: stack -->/,/^```$/p' "$TOP/README.md" | sed '1,2d;$d' | compose_file
  run "$COMPOSE" --enforcement strict config --format json
  assert_success
  assert_equal 2 "$(jq '.services | length' <<<"$output")"
  assert_equal service_healthy "$(jq -r .services.web.depends_on.db.condition <<<"$output")"
  assert_equal true "$(jq .networks.inside.internal <<<"$output")"
}

@test "examples: each is right" {
  local file
  for file in "$TOP"/contrib/examples/*/compose.yaml; do
    run env WORDPRESS_DB_PASSWORD=x WORDPRESS_KEY=x "$COMPOSE" -f "$file" config -q
    assert_success
    assert_output ''
  done
}
