/* netdev.h - linux.netDevices: network devices of the host that a container gets. */
#ifndef RUNTIME_NETDEV_H
#define RUNTIME_NETDEV_H

#include <sys/types.h>

#include "error.h"
#include "plan.h"

/* Move PLAN's network devices from the caller's network namespace to PID's, give them their new names and the
 * addresses that they had (permanent ones of global scope), and set them up (config-linux.md#network-devices). They
 * are never moved back. A name that is taken there is -EEXIST before anything has moved. */
int netdev_move (const struct plan *plan, pid_t pid, struct error **err);

#endif
