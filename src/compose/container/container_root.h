/* container_root.h - a container's files, whether it runs or not, by a descriptor of its root: nothing of the
 * container is executed, no path of it is resolved by anything but openat2(2) below that descriptor (Linux 5.6). */
#ifndef COMPOSE_CONTAINER_ROOT_H
#define COMPOSE_CONTAINER_ROOT_H

#include "container.h"

/* Call FN with the root of container C: of a running one the root of its first process, with all that is mounted
 * there; of a stopped one its layers and volumes, mounted in a child's private mount namespace, where FN runs. FN's
 * result is returned. */
int container_with_root (const struct settings *s, const struct container *c,
                         int (*fn) (int root_fd, void *arg, struct error **err), void *arg, struct error **err);

/* openat2(2) of PATH as a process with root ROOT_FD would see it; links of procfs that lead elsewhere are refused.
 * -errno. */
int open_in_root (int root_fd, const char *path, int flags);

#endif
