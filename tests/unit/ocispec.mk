unit_tests += tests/unit/test_ocispec tests/unit/test_ocispec_errors tests/unit/test_spec_keys
tests_unit_test_ocispec_SOURCES = tests/unit/test_ocispec.c
tests_unit_test_ocispec_errors_SOURCES = tests/unit/test_ocispec_errors.c
tests_unit_test_spec_keys_SOURCES = tests/unit/test_spec_keys.c
