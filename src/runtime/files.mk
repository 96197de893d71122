runtime_sources = \
	src/runtime/bundle.c src/runtime/bundle.h \
	src/runtime/container.h \
	src/runtime/create.c src/runtime/create.h \
	src/runtime/exec.c \
	src/runtime/host_mounts.c src/runtime/host_mounts.h \
	src/runtime/id_maps.c \
	src/runtime/init/identity.c \
	src/runtime/init/init.c src/runtime/init/init.h \
	src/runtime/init/join_container.c \
	src/runtime/init/program.c \
	src/runtime/init/stage_lockdown.c \
	src/runtime/init/stage_namespaces.c \
	src/runtime/init/stage_process.c \
	src/runtime/init/stage_rootfs.c \
	src/runtime/init/stage_wait.c \
	src/runtime/join_check.c src/runtime/join_check.h \
	src/runtime/launch.c src/runtime/launch.h \
	src/runtime/notify_plan.c \
	src/runtime/process_options.c src/runtime/process_options.h \
	src/runtime/run.c \
	src/runtime/serve.c \
	src/runtime/start_wait.c \
	src/runtime/sync.c src/runtime/sync.h
