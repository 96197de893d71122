unit_tests += tests/unit/test_path
tests_unit_test_path_SOURCES = tests/unit/test_path.c
unit_tests += tests/unit/test_proc
tests_unit_test_proc_SOURCES = tests/unit/test_proc.c
unit_tests += tests/unit/test_mount_changes
tests_unit_test_mount_changes_SOURCES = tests/unit/test_mount_changes.c
