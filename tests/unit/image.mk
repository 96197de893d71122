unit_tests += tests/unit/test_image
tests_unit_test_image_SOURCES = tests/unit/test_image.c
tests_unit_test_image_LDADD = $(compose_libs)
tests_unit_test_image_CPPFLAGS = $(compose_cppflags)
