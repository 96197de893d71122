# What the tests consist of besides programs.
EXTRA_DIST += tests/bats tests/compose-golden tests/goals tests/engines tests/vm contrib/check contrib/soak contrib/quickstart contrib/vm-run \
	contrib/lib contrib/packages contrib/codespell.words \
	contrib/bench contrib/examples contrib/images tests/examples tests/browser/package.json \
	tests/browser/package-lock.json tests/browser/wordpress.mjs
