rootfs_sources = \
	src/runtime/proc.c src/runtime/proc.h \
	src/runtime/rootfs/attach.c \
	src/runtime/rootfs/console.c \
	src/runtime/rootfs/devices.c \
	src/runtime/rootfs/mask.c \
	src/runtime/rootfs/mount_bind.c \
	src/runtime/rootfs/mount_cgroup.c \
	src/runtime/rootfs/mount_change.c \
	src/runtime/rootfs/mount_filesystem.c \
	src/runtime/rootfs/mount_idmap.c \
	src/runtime/rootfs/mount_new.c \
	src/runtime/rootfs/mounting.h \
	src/runtime/rootfs/mounts.c \
	src/runtime/rootfs/path.c src/runtime/rootfs/path.h \
	src/runtime/rootfs/path_walk.c src/runtime/rootfs/path_walk.h \
	src/runtime/rootfs/pivot.c \
	src/runtime/rootfs/rootfs.h \
	src/runtime/rootfs/stdio.c \
	src/runtime/rootfs/tmpcopyup.c
