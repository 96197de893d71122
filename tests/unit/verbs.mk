unit_tests += tests/unit/test_state tests/unit/test_hooks tests/unit/test_handover tests/unit/test_signals
tests_unit_test_state_SOURCES = tests/unit/test_state.c
tests_unit_test_hooks_SOURCES = tests/unit/test_hooks.c
tests_unit_test_handover_SOURCES = tests/unit/test_handover.c
tests_unit_test_signals_SOURCES = tests/unit/test_signals.c
