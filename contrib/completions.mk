# Completions, printed by the program: scripts that ask it what may come next (src/common/cli_complete.c). Like the man pages, a release carries them.
bashcompletiondir = $(datadir)/bash-completion/completions
zshcompletiondir = $(datadir)/zsh/site-functions
fishcompletiondir = $(datadir)/fish/vendor_completions.d
dist_bashcompletion_DATA = contrib/completions/perry-runtime
dist_zshcompletion_DATA = contrib/completions/_perry-runtime
dist_fishcompletion_DATA = contrib/completions/perry-runtime.fish
runtime_completions = contrib/completions/perry-runtime contrib/completions/_perry-runtime contrib/completions/perry-runtime.fish
MAINTAINERCLEANFILES += $(runtime_completions)

$(runtime_completions): src/common/cli_shells.c | perry-runtime$(EXEEXT)
	$(AM_V_GEN)$(MKDIR_P) $(@D)
	$(AM_V_at)case $(@F) in _*) shell=zsh;; *.fish) shell=fish;; *) shell=bash;; esac; \
	$(top_builddir)/perry-runtime$(EXEEXT) --emit $$shell >$@.new
	$(AM_V_at)mv $@.new $@

compose_bash_completion = contrib/completions/perry-compose
compose_zsh_completion = contrib/completions/_perry-compose
compose_fish_completion = contrib/completions/perry-compose.fish
compose_completions = $(compose_bash_completion) $(compose_zsh_completion) $(compose_fish_completion)
dist_bashcompletion_DATA += $(compose_bash_completion)
dist_zshcompletion_DATA += $(compose_zsh_completion)
dist_fishcompletion_DATA += $(compose_fish_completion)
MAINTAINERCLEANFILES += $(compose_completions)

$(compose_completions): src/common/cli_shells.c | perry-compose$(EXEEXT)
	$(AM_V_GEN)$(MKDIR_P) $(@D)
	$(AM_V_at)case $(@F) in _*) shell=zsh;; *.fish) shell=fish;; *) shell=bash;; esac; \
	$(top_builddir)/perry-compose$(EXEEXT) --emit $$shell >$@.new
	$(AM_V_at)mv $@.new $@
