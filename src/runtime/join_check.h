/* join_check.h - what only the kernel can tell about namespaces that are joined by path. */
#ifndef RUNTIME_JOIN_CHECK_H
#define RUNTIME_JOIN_CHECK_H

#include "plan.h"

/* FDS: the namespaces to join, -1 where there is none. Those that P's sysctls, hostname or domainname will be
 * written in must not be the runtime's own: a path such as /proc/1/ns/net may lead to it, and the host would get the
 * container's values. */
int join_check_private (const struct plan *p, const int fds[N_PLAN_NS], struct error **err);

/* Process PID is in the user namespace that P joins: its maps have to be what linux.uidMappings and gidMappings say,
 * as far as these are given. */
int join_check_maps (pid_t pid, const struct plan *p, struct error **err);

#endif
