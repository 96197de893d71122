unit_tests += tests/unit/test_graph tests/unit/test_tree tests/unit/test_load tests/unit/test_load_limits \
	tests/unit/test_policy
tests_unit_test_graph_SOURCES = tests/unit/test_graph.c tests/unit/check.h
tests_unit_test_graph_CPPFLAGS = $(compose_cppflags)
tests_unit_test_graph_LDADD = $(compose_libs)
tests_unit_test_tree_SOURCES = tests/unit/test_tree.c tests/unit/check.h
tests_unit_test_tree_CPPFLAGS = $(compose_cppflags)
tests_unit_test_tree_LDADD = $(compose_libs)
tests_unit_test_load_SOURCES = tests/unit/test_load.c tests/unit/check.h tests/unit/load_fixture.h
tests_unit_test_load_CPPFLAGS = $(compose_cppflags)
tests_unit_test_load_LDADD = $(compose_libs)
tests_unit_test_load_limits_SOURCES = tests/unit/test_load_limits.c tests/unit/check.h tests/unit/load_fixture.h
tests_unit_test_load_limits_CPPFLAGS = $(compose_cppflags)
tests_unit_test_load_limits_LDADD = $(compose_libs)
tests_unit_test_policy_SOURCES = tests/unit/test_policy.c tests/unit/check.h tests/unit/load_fixture.h
tests_unit_test_policy_CPPFLAGS = $(compose_cppflags)
tests_unit_test_policy_LDADD = $(compose_libs)
