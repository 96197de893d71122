unit_tests += tests/unit/test_plan tests/unit/test_plan_mounts tests/unit/test_plan_5a
tests_unit_test_plan_SOURCES = tests/unit/test_plan.c tests/unit/plan_fixture.h tests/unit/check.h
tests_unit_test_plan_mounts_SOURCES = tests/unit/test_plan_mounts.c tests/unit/plan_fixture.h tests/unit/check.h
tests_unit_test_plan_5a_SOURCES = tests/unit/test_plan_5a.c tests/unit/plan_fixture.h tests/unit/check.h
