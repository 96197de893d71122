unit_tests += tests/unit/test_seccomp tests/unit/test_caps tests/unit/test_attributes
tests_unit_test_seccomp_SOURCES = tests/unit/test_seccomp.c tests/unit/check.h
tests_unit_test_caps_SOURCES = tests/unit/test_caps.c tests/unit/check.h
tests_unit_test_attributes_SOURCES = tests/unit/test_attributes.c tests/unit/check.h
