# Man pages: the prose is man/NAME.8.in, what the option tables know is filled in by the program.
# A page depends on the tables' sources and not on the program, so that a release's pages serve for a cross build.
runtime_man_pages = \
	man/perry-runtime.8 \
	man/perry-runtime-create.8 \
	man/perry-runtime-delete.8 \
	man/perry-runtime-events.8 \
	man/perry-runtime-exec.8 \
	man/perry-runtime-features.8 \
	man/perry-runtime-kill.8 \
	man/perry-runtime-list.8 \
	man/perry-runtime-pause.8 \
	man/perry-runtime-ps.8 \
	man/perry-runtime-resume.8 \
	man/perry-runtime-run.8 \
	man/perry-runtime-spec.8 \
	man/perry-runtime-start.8 \
	man/perry-runtime-state.8 \
	man/perry-runtime-update.8

dist_man_MANS += $(runtime_man_pages)
EXTRA_DIST += $(runtime_man_pages:.8=.8.in)
MAINTAINERCLEANFILES += $(runtime_man_pages)
SUFFIXES = .8.in .8

$(runtime_man_pages): $(cmd_sources) src/common/cli_emit.c | perry-runtime$(EXEEXT)

.8.in.8:
	$(AM_V_GEN)$(MKDIR_P) $(@D)
	$(AM_V_at)command=`echo $(@F) | $(SED) 's/^perry-runtime-*//; s/\.8$$//'`; \
	$(top_builddir)/perry-runtime$(EXEEXT) --emit man $$command <$< >$@.new
	$(AM_V_at)mv $@.new $@

# perry-compose has one page for all commands.
compose_man_pages = man/perry-compose.1
dist_man_MANS += $(compose_man_pages) man/perry-compose-file.5
EXTRA_DIST += $(compose_man_pages:.1=.1.in)
MAINTAINERCLEANFILES += $(compose_man_pages)
SUFFIXES += .1.in .1

$(compose_man_pages): $(compose_sources) $(compose_commands_sources) $(compose_image_commands) src/common/cli_emit.c | perry-compose$(EXEEXT)

.1.in.1:
	$(AM_V_GEN)$(MKDIR_P) $(@D)
	$(AM_V_at)$(top_builddir)/perry-compose$(EXEEXT) --emit man <$< >$@.new
	$(AM_V_at)mv $@.new $@
