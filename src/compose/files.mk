# perry-compose besides its parts: settings, calling programs, jobs, projects, verbs, commands.
compose_sources = \
	src/compose/backend.c src/compose/backend.h \
	src/compose/errors.c src/compose/errors.h \
	src/compose/foreground.c src/compose/foreground.h \
	src/compose/jobs.c src/compose/jobs.h \
	src/compose/settings.c src/compose/settings.h \
	src/compose/spawn.c src/compose/spawn.h \
	src/compose/container/container.h \
	src/compose/container/hooks_inside.c src/compose/container/hooks_inside.h \
	src/compose/container/oci_runtime.c src/compose/container/oci_runtime.h \
	src/compose/container/verbs.c \
	src/compose/project/attached.c src/compose/project/attached.h \
	src/compose/project/down.c src/compose/project/down.h \
	src/compose/project/events.c \
	src/compose/project/journal.c \
	src/compose/project/one_off.c src/compose/project/one_off.h \
	src/compose/project/order.c \
	src/compose/project/orphans.c \
	src/compose/project/plan.c src/compose/project/plan.h \
	src/compose/project/pre_start.c \
	src/compose/project/state.c src/compose/project/state.h \
	src/compose/project/up.c src/compose/project/up.h src/compose/project/up_parts.h \
	src/compose/project/up_containers.c \
	src/compose/project/up_images.c \
	src/compose/project/up_last_lines.c \
	src/compose/project/up_ports.c \
	src/compose/project/up_resources.c \
	src/compose/project/up_update.c \
	src/compose/project/up_wait.c \
	src/compose/cmd/commands.h \
	src/compose/cmd/context.c \
	src/compose/cmd/down.c \
	src/compose/cmd/global.c \
	src/compose/cmd/up.c \
	src/compose/cmd/up_options.c src/compose/cmd/up_options.h \
	src/compose/cmd/create.c \
	src/compose/cmd/exec.c \
	src/compose/cmd/kill.c \
	src/compose/cmd/on_services.c \
	src/compose/cmd/on_services.h \
	src/compose/cmd/pause.c \
	src/compose/cmd/ps.c \
	src/compose/cmd/ps_row.c \
	src/compose/cmd/ps_row.h \
	src/compose/cmd/replica.c \
	src/compose/cmd/replica.h \
	src/compose/cmd/restart.c \
	src/compose/cmd/row_format.c \
	src/compose/cmd/row_format.h \
	src/compose/cmd/rm.c \
	src/compose/cmd/scale.c \
	src/compose/cmd/start.c \
	src/compose/cmd/stop.c \
	src/compose/cmd/version.c \
	src/compose/cmd/container_cleanup.c \
	src/compose/cmd/events.c \
	src/compose/cmd/ls.c \
	src/compose/cmd/boot.c \
	src/compose/cmd/stats.c \
	src/compose/cmd/systemd.c \
	src/compose/cmd/top.c \
	src/compose/cmd/run.c \
	src/compose/cmd/wait.c \
	src/compose/cmd/when.c src/compose/cmd/when.h
