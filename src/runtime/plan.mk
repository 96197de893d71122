plan_sources = \
	src/runtime/host.c \
	src/runtime/host.h \
	src/runtime/plan.c \
	src/runtime/plan.h \
	src/runtime/plan_attributes.c \
	src/runtime/plan_caps.c \
	src/runtime/plan_cgroup.c \
	src/runtime/plan_check.c \
	src/runtime/plan_devices.c \
	src/runtime/plan_exec.c \
	src/runtime/plan_hooks.c \
	src/runtime/plan_ids.c \
	src/runtime/plan_mounts.c \
	src/runtime/plan_namespaces.c \
	src/runtime/plan_options.c \
	src/runtime/plan_options.h \
	src/runtime/plan_parts.h \
	src/runtime/plan_process.c \
	src/runtime/plan_resources.c \
	src/runtime/plan_seccomp.c \
	src/runtime/plan_sysctl.c \
	src/runtime/tables.c \
	src/runtime/tables.h
