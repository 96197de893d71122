unit_tests += tests/unit/test_record
tests_unit_test_record_SOURCES = tests/unit/test_record.c tests/unit/check.h
tests_unit_test_record_CPPFLAGS = $(compose_cppflags)
tests_unit_test_record_LDADD = $(compose_libs)
