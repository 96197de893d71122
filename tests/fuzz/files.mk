# Fuzz targets. With CC=clang and `configure --enable-fuzzing`, `make fuzz` makes libFuzzer programs; otherwise it makes
# programs that run over the files they are given.
fuzz_targets = tests/fuzz/fuzz_config tests/fuzz/fuzz_plan
EXTRA_PROGRAMS = $(fuzz_targets)
if FUZZING
fuzz_main =
else
fuzz_main = tests/fuzz/standalone_main.c
endif
tests_fuzz_fuzz_config_SOURCES = tests/fuzz/fuzz_config.c $(fuzz_main)
tests_fuzz_fuzz_config_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
tests_fuzz_fuzz_plan_SOURCES = tests/fuzz/fuzz_plan.c $(fuzz_main)
tests_fuzz_fuzz_plan_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
EXTRA_DIST += tests/fuzz/corpus tests/fuzz/standalone_main.c

.PHONY: fuzz
fuzz: $(fuzz_targets)
