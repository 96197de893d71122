/* place.h - where the hierarchies are and where in them a process is: what a struct cgroup is planned from. */
#ifndef CGROUP_PLACE_H
#define CGROUP_PLACE_H

#include "cgroup.h"

/* The hierarchies that are mounted, with process PID's own place in each as `path` (PID 0: this process), in *RET and
 * *RET_N for the caller to free by cgroup_dirs_free(). Nothing mounted is 0 hierarchies and mode CGROUP_NONE. */
int places_read (pid_t pid, enum cgroup_mode *ret_mode, struct cgroup_dir **ret, size_t *ret_n, struct error **err);

/* PATH below OWN, joined lexically; both may have components "." and empty ones, ".." is refused. The result starts
 * with "/" and does not end with one unless it is "/"; the caller frees it. -EINVAL also for control characters and for
 * more than 4096 bytes. */
int place_join (const char *own, const char *path, char **ret, struct error **err);

/* Whether the directory at MOUNT is the root of a file system of this kind. */
bool place_is_cgroupfs (int fd, bool v2);

void cgroup_dirs_free (struct cgroup_dir *dirs, size_t n);

/* For tests: SYS instead of /sys/fs/cgroup and SELF instead of /proc/self/cgroup, whose kind is MODE: a fake tree has
 * no file system type to tell it by. */
void cgroup_test_root (enum cgroup_mode mode, const char *sys, const char *self);

#endif
