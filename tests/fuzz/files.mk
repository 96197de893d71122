# Fuzz targets. With CC=clang and `configure --enable-fuzzing`, `make fuzz` makes libFuzzer programs; otherwise it makes
# programs that run over the files they are given.
fuzz_targets = tests/fuzz/fuzz_config tests/fuzz/fuzz_plan \
	tests/fuzz/fuzz_yaml tests/fuzz/fuzz_dotenv tests/fuzz/fuzz_interpolate
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
tests_fuzz_fuzz_yaml_SOURCES = tests/fuzz/fuzz_yaml.c $(fuzz_main)
tests_fuzz_fuzz_yaml_CPPFLAGS = $(compose_cppflags)
tests_fuzz_fuzz_yaml_LDADD = $(compose_libs)
tests_fuzz_fuzz_yaml_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
tests_fuzz_fuzz_dotenv_SOURCES = tests/fuzz/fuzz_dotenv.c $(fuzz_main)
tests_fuzz_fuzz_dotenv_CPPFLAGS = $(compose_cppflags)
tests_fuzz_fuzz_dotenv_LDADD = $(compose_libs)
tests_fuzz_fuzz_dotenv_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
tests_fuzz_fuzz_interpolate_SOURCES = tests/fuzz/fuzz_interpolate.c $(fuzz_main)
tests_fuzz_fuzz_interpolate_CPPFLAGS = $(compose_cppflags)
tests_fuzz_fuzz_interpolate_LDADD = $(compose_libs)
tests_fuzz_fuzz_interpolate_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
EXTRA_DIST += tests/fuzz/corpus tests/fuzz/standalone_main.c

.PHONY: fuzz
fuzz: $(fuzz_targets)
include tests/fuzz/unpack.mk
