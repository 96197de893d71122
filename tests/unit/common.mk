unit_tests += tests/unit/test_cli tests/unit/test_fs tests/unit/test_log
tests_unit_test_cli_SOURCES = tests/unit/test_cli.c
tests_unit_test_fs_SOURCES = tests/unit/test_fs.c
tests_unit_test_log_SOURCES = tests/unit/test_log.c
