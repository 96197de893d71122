fuzz_targets += tests/fuzz/fuzz_unpack
tests_fuzz_fuzz_unpack_SOURCES = tests/fuzz/fuzz_unpack.c $(fuzz_main)
tests_fuzz_fuzz_unpack_CPPFLAGS = $(unpack_cppflags)
tests_fuzz_fuzz_unpack_LDADD = $(unpack_libs)
tests_fuzz_fuzz_unpack_LDFLAGS = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
