cgroup_sources = \
	src/runtime/cgroup/cgroup.c \
	src/runtime/cgroup/cgroup.h \
	src/runtime/cgroup/convert.c \
	src/runtime/cgroup/convert.h \
	src/runtime/cgroup/devices.c \
	src/runtime/cgroup/devices.h \
	src/runtime/cgroup/devices_bpf.c \
	src/runtime/cgroup/devices_v1.c \
	src/runtime/cgroup/devices_v2.c \
	src/runtime/cgroup/dir.c \
	src/runtime/cgroup/dir.h \
	src/runtime/cgroup/freezer.c \
	src/runtime/cgroup/kill.c \
	src/runtime/cgroup/limits.c \
	src/runtime/cgroup/limits.h \
	src/runtime/cgroup/limits_special.c \
	src/runtime/cgroup/place.c \
	src/runtime/cgroup/place.h \
	src/runtime/cgroup/shared.c \
	src/runtime/cgroup/v1.c \
	src/runtime/cgroup/v2.c \
	src/runtime/cgroup/v2.h
