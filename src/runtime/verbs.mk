verbs_sources = \
	src/runtime/container.h \
	src/runtime/container_destroy.c \
	src/runtime/container_destroy.h \
	src/runtime/delete.c \
	src/runtime/handover.h \
	src/runtime/hook_process.c \
	src/runtime/hook_process.h \
	src/runtime/hooks.c \
	src/runtime/hooks.h \
	src/runtime/kept_fds.c \
	src/runtime/kill.c \
	src/runtime/pid_file.c \
	src/runtime/signals.c \
	src/runtime/socket_send.c \
	src/runtime/start.c \
	src/runtime/start_socket.c \
	src/runtime/start_socket.h \
	src/runtime/state.c \
	src/runtime/state.h \
	src/runtime/state_document.c \
	src/runtime/state_status.c
