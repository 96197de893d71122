/* container_pids.h - the processes of a container. */
#ifndef RUNTIME_CONTAINER_PIDS_H
#define RUNTIME_CONTAINER_PIDS_H

#include "cgroup/cgroup.h"
#include "state.h"

/* Those in CG, C's cgroup. Without a cgroup (a rootless user may have none): those in its pid namespace, if that is
 * its own; otherwise -ENOTSUP, since nothing tells them from others. Numbers of the runtime's pid namespace. */
int container_pids (const struct container *c, const struct cgroup *cg, struct cgroup_pids *ret, struct error **err);

/* Send SIG (0: only look) to all of them. *RET_SOME: there was one. */
int container_signal_all (const struct container *c, const struct cgroup *cg, int sig, bool *ret_some,
                          struct error **err);

#endif
