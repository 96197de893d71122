/* usage.h - what a running container's processes use. */
#ifndef COMPOSE_USAGE_H
#define COMPOSE_USAGE_H

#include "container.h"

struct usage
{
  uint64_t cpu_ns, memory, limit, pids;    /* bytes; a LIMIT of 0, or above the host's memory: none */
  uint64_t read, written, received, sent;  /* bytes; of block devices, of network interfaces but "lo" */
};

/* From the container's cgroups, v1 or v2, and its network namespace: not every OCI runtime tells (crun has no
 * `events`). What the kernel does not count, for want of a controller, is 0; so are the interfaces of the host's
 * namespace, which count for others, too. ESRCH: it has ended; ENOTSUP: it has no cgroup of its own. */
int container_usage (const struct container *c, struct usage *ret, struct error **err);

#endif
