unit_tests += tests/unit/test_copy
tests_unit_test_copy_SOURCES = tests/unit/test_copy.c
tests_unit_test_copy_LDADD = $(compose_libs)
tests_unit_test_copy_CPPFLAGS = $(compose_cppflags)
