unit_tests += tests/unit/test_net
tests_unit_test_net_SOURCES = tests/unit/test_net.c
tests_unit_test_net_LDADD = $(compose_libs)
tests_unit_test_net_CPPFLAGS = $(compose_cppflags)
unit_tests += tests/unit/test_id_maps
tests_unit_test_id_maps_SOURCES = tests/unit/test_id_maps.c
tests_unit_test_id_maps_LDADD = $(compose_libs)
tests_unit_test_id_maps_CPPFLAGS = $(compose_cppflags)
