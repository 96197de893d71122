# Helpers that know the kernel but not containers.
common_sources = \
	src/common/fd_pass.c src/common/fd_pass.h \
	src/common/signal_reset.c src/common/signal_reset.h \
	src/common/signals.c src/common/signals.h \
	src/common/arena.c src/common/arena.h \
	src/common/cgroup_path.c src/common/cgroup_path.h \
	src/common/cli.c src/common/cli.h src/common/cli_parts.h \
	src/common/cli_complete.c \
	src/common/cli_emit.c \
	src/common/cli_help.c \
	src/common/cli_shells.c \
	src/common/cli_usage.c \
	src/common/clock.c src/common/clock.h \
	src/common/error.c src/common/error.h \
	src/common/fork_apart.c src/common/fork_apart.h \
	src/common/fs.c src/common/fs.h \
	src/common/json.c src/common/json.h \
	src/common/log.c src/common/log.h \
	src/common/mem.c src/common/mem.h \
	src/common/nearest.c src/common/nearest.h \
	src/common/netlink.c src/common/netlink.h \
	src/common/start_up.c src/common/start_up.h \
	src/common/units.c src/common/units.h \
	src/common/utf8.h src/common/util.h
