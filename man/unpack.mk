# perry-unpack's page; the program has one command, which has no name.
dist_man_MANS += man/perry-unpack.8
EXTRA_DIST += man/perry-unpack.8.in
MAINTAINERCLEANFILES += man/perry-unpack.8

man/perry-unpack.8: man/perry-unpack.8.in src/unpack/main.c src/common/cli_emit.c | perry-unpack$(EXEEXT)
	$(AM_V_GEN)$(MKDIR_P) $(@D)
	$(AM_V_at)$(top_builddir)/perry-unpack$(EXEEXT) --emit man "" <$(srcdir)/man/perry-unpack.8.in >$@.new
	$(AM_V_at)mv $@.new $@
