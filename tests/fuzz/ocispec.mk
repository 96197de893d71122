fuzz_targets += tests/fuzz/fuzz_config
tests_fuzz_fuzz_config_SOURCES = tests/fuzz/fuzz_config.c tests/fuzz/standalone_main.c
EXTRA_DIST += tests/fuzz/corpus/config/every_member.json tests/fuzz/corpus/config/features.json \
	tests/fuzz/corpus/config/minimal.json tests/fuzz/corpus/config/odd.json \
	tests/fuzz/corpus/config/process_state.json tests/fuzz/corpus/config/state_file.json
