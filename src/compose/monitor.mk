# Containers that exist, their monitors, what they print.
compose_monitor_sources = \
	src/compose/container/attach_session.c src/compose/container/attach_session.h \
	src/compose/container/detach_keys.c src/compose/container/detach_keys.h \
	src/compose/container/list.c \
	src/compose/container/log_reader.c src/compose/container/log_reader.h \
	src/compose/container/log_view.c src/compose/container/log_view.h \
	src/compose/container/monitor_client.c \
	src/compose/container/status.c src/compose/container/status.h \
	src/compose/container/usage.c src/compose/container/usage.h \
	src/compose/container/wait.c \
	src/compose/cmd/attach.c \
	src/compose/cmd/logs.c
