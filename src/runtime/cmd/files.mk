# The commands: options to verbs.
cmd_sources = \
	src/runtime/cmd/commands.h \
	src/runtime/cmd/global.c \
	src/runtime/cmd/create.c \
	src/runtime/cmd/delete.c \
	src/runtime/cmd/events.c \
	src/runtime/cmd/exec.c \
	src/runtime/cmd/features.c \
	src/runtime/cmd/kill.c \
	src/runtime/cmd/list.c \
	src/runtime/cmd/pause.c \
	src/runtime/cmd/ps.c \
	src/runtime/cmd/resume.c \
	src/runtime/cmd/run.c \
	src/runtime/cmd/spec.c \
	src/runtime/cmd/start.c \
	src/runtime/cmd/state.c \
	src/runtime/cmd/update.c
