# Fuzz targets. `make tests/fuzz/fuzz_config` gives a program that runs over the files it is given; for libFuzzer compile
# tests/fuzz/fuzz_config.c, src/common/arena.c and libocispec/*.c with clang -fsanitize=fuzzer,address,undefined.
fuzz_targets = tests/fuzz/fuzz_config tests/fuzz/fuzz_plan
EXTRA_PROGRAMS = $(fuzz_targets)
tests_fuzz_fuzz_config_SOURCES = tests/fuzz/fuzz_config.c tests/fuzz/standalone_main.c
tests_fuzz_fuzz_config_LDADD = libocispec.a $(YAJL_LIBS)
tests_fuzz_fuzz_plan_SOURCES = tests/fuzz/fuzz_plan.c tests/fuzz/standalone_main.c
tests_fuzz_fuzz_plan_LDADD = $(runtime_libs)
fuzz_corpus = tests/fuzz/corpus/plan/base.json tests/fuzz/corpus/plan/rich.json \
	tests/fuzz/corpus/config/every_member.json tests/fuzz/corpus/config/features.json \
	tests/fuzz/corpus/config/minimal.json tests/fuzz/corpus/config/odd.json \
	tests/fuzz/corpus/config/process_state.json tests/fuzz/corpus/config/state_file.json
EXTRA_DIST += $(fuzz_corpus)
