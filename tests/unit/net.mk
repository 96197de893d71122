unit_tests += tests/unit/test_net
tests_unit_test_net_SOURCES = tests/unit/test_net.c
tests_unit_test_net_LDADD = $(compose_libs)
tests_unit_test_net_CPPFLAGS = $(compose_cppflags)
