unit_tests += tests/unit/test_screen
tests_unit_test_screen_SOURCES = tests/unit/test_screen.c
tests_unit_test_screen_LDADD = $(compose_libs)
tests_unit_test_screen_CPPFLAGS = $(compose_cppflags)
