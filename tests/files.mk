# What the tests consist of besides programs.
EXTRA_DIST += tests/bats tests/goals
