unit_tests += tests/unit/test_cgroup tests/unit/test_limits tests/unit/test_bpf \
	tests/unit/test_merge
tests_unit_test_cgroup_SOURCES = tests/unit/test_cgroup.c tests/unit/cgroup_fixture.h
tests_unit_test_limits_SOURCES = tests/unit/test_limits.c tests/unit/cgroup_fixture.h
tests_unit_test_bpf_SOURCES = tests/unit/test_bpf.c
tests_unit_test_merge_SOURCES = tests/unit/test_merge.c
