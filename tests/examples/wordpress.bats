# The WordPress example with a real browser: it installs the site and writes a post, which is still there after down and up.

load ../bats/compose_helpers

setup ()
{
  require_program mmdebstrap skopeo umoci node npm "${CHROMIUM:-chromium}"
  PERRY_TIMEOUT=240
  BROWSER=$TOP/tests/browser
  [ -d "$BROWSER/node_modules/playwright-core" ] ||
    (cd "$BROWSER" && npm ci --ignore-scripts --no-audit --no-fund >&2) || skip "playwright-core cannot be installed"
  setup_compose
  load_image mariadb wordpress
  mark_clean
  export WORDPRESS_DB_PASSWORD="it's \"a\" \$WORD" WORDPRESS_KEY=0123456789abcdef WORDPRESS_PORT=8080
  cp "$TOP/contrib/examples/wordpress/compose.yaml" "$PROJECT"
}

# browser MODE TITLE: HOME is where Chromium keeps what it cannot do without.
browser ()
{
  host env HOME="$WORK" node "$BROWSER/wordpress.mjs" "$1" http://127.0.0.1:8080 "$2"
}

@test "wordpress: a browser installs it and writes a post; the post outlives down" {
  compose up --wait
  browser install "First post"
  run_compose ps --format json
  assert_success
  compose down
  [ -z "$(find "$DATA/containers" -mindepth 1 -maxdepth 1)" ]
  compose up --wait
  browser read "First post"
  browser admin "First post"
}
