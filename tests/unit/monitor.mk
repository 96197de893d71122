unit_tests += tests/unit/test_record tests/unit/test_monitor tests/unit/test_log_reader
tests_unit_test_record_SOURCES = tests/unit/test_record.c tests/unit/check.h
tests_unit_test_record_CPPFLAGS = $(compose_cppflags)
tests_unit_test_record_LDADD = $(compose_libs)
tests_unit_test_monitor_SOURCES = tests/unit/test_monitor.c tests/unit/check.h src/monitor/log_file.c src/monitor/restart.c \
	src/monitor/health_rules.c
tests_unit_test_monitor_CPPFLAGS = $(record_cppflags) -iquote $(srcdir)/src/monitor
tests_unit_test_monitor_LDADD = librecord.a libocispec.a libcommon.a $(YAJL_LIBS)
tests_unit_test_log_reader_SOURCES = tests/unit/test_log_reader.c tests/unit/check.h
tests_unit_test_log_reader_CPPFLAGS = $(compose_cppflags)
tests_unit_test_log_reader_LDADD = $(compose_libs)
unit_tests += tests/unit/test_layers_mount
tests_unit_test_layers_mount_SOURCES = tests/unit/test_layers_mount.c tests/unit/check.h
tests_unit_test_layers_mount_CPPFLAGS = $(compose_cppflags)
tests_unit_test_layers_mount_LDADD = $(compose_libs)
