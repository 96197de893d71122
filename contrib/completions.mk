# Completions, printed by the program from the option tables. Like the man pages, a release carries them.
bashcompletiondir = $(datadir)/bash-completion/completions
zshcompletiondir = $(datadir)/zsh/site-functions
fishcompletiondir = $(datadir)/fish/vendor_completions.d
dist_bashcompletion_DATA = contrib/completions/perry-runtime
dist_zshcompletion_DATA = contrib/completions/_perry-runtime
dist_fishcompletion_DATA = contrib/completions/perry-runtime.fish
runtime_completions = $(dist_bashcompletion_DATA) $(dist_zshcompletion_DATA) $(dist_fishcompletion_DATA)
MAINTAINERCLEANFILES += $(runtime_completions)

$(runtime_completions): $(cmd_sources) src/common/cli_complete.c | perry-runtime$(EXEEXT)
	$(AM_V_GEN)$(MKDIR_P) $(@D)
	$(AM_V_at)case $(@F) in _*) shell=zsh;; *.fish) shell=fish;; *) shell=bash;; esac; \
	$(top_builddir)/perry-runtime$(EXEEXT) --emit $$shell >$@.new
	$(AM_V_at)mv $@.new $@
