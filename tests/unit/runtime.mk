unit_tests += tests/unit/test_sync tests/unit/test_exec_options
tests_unit_test_sync_SOURCES = tests/unit/test_sync.c tests/unit/check.h
tests_unit_test_exec_options_SOURCES = tests/unit/test_exec_options.c tests/unit/check.h
