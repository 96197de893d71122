# Fuzz targets: `make tests/fuzz/fuzz_config` gives one that runs over the files it is given. With libFuzzer:
#   clang -g -O2 -fsanitize=fuzzer,address,undefined -std=gnu17 -D_GNU_SOURCE -Isrc/common -Ilibocispec \
#     tests/fuzz/fuzz_config.c src/common/arena.c libocispec/*.c -lyajl -o fuzz_config && ./fuzz_config tests/fuzz/corpus/config
fuzz_targets = tests/fuzz/fuzz_config
EXTRA_PROGRAMS = $(fuzz_targets)
tests_fuzz_fuzz_config_SOURCES = tests/fuzz/fuzz_config.c tests/fuzz/standalone_main.c
fuzz_corpus = tests/fuzz/corpus/config/every_member.json tests/fuzz/corpus/config/features.json \
	tests/fuzz/corpus/config/minimal.json tests/fuzz/corpus/config/odd.json \
	tests/fuzz/corpus/config/process_state.json tests/fuzz/corpus/config/state_file.json
EXTRA_DIST += $(fuzz_corpus)
