/* cgroup_path.h - where the usual layouts of control groups have what concerns a process. */
#ifndef COMMON_CGROUP_PATH_H
#define COMMON_CGROUP_PATH_H

#include <stdbool.h>
#include <sys/types.h>

/* What a rootless user can do who was refused a cgroup. */
#define CGROUP_DELEGATION \
  "that takes one delegated to this user (systemd-run --user --scope --property Delegate=yes)"

/* Where cgroup2 is mounted: /sys/fs/cgroup, or beside v1 ("hybrid") /sys/fs/cgroup/unified. NULL: nowhere there. */
const char *cgroup2_mount (void);

/* The directory of PID's cgroup in v1's hierarchy of CONTROLLER, or where there is none, in cgroup2, by
 * /proc/PID/cgroup (cgroups(7)); NULL if there is neither, or no such process. *RET_V2: it is the latter. The caller
 * frees it. */
char *cgroup_of_process (pid_t pid, const char *controller, bool *ret_v2);

#endif
