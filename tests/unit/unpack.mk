unit_tests += tests/unit/test_unpack tests/unit/test_unpack_layer
tests_unit_test_unpack_SOURCES = tests/unit/test_unpack.c
tests_unit_test_unpack_CPPFLAGS = $(unpack_cppflags)
tests_unit_test_unpack_LDADD = $(unpack_libs)
tests_unit_test_unpack_layer_SOURCES = tests/unit/test_unpack_layer.c
tests_unit_test_unpack_layer_CPPFLAGS = $(unpack_cppflags)
tests_unit_test_unpack_layer_LDADD = $(unpack_libs)
