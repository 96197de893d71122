unit_tests += tests/unit/test_path
tests_unit_test_path_SOURCES = tests/unit/test_path.c
