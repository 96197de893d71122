/* net_stats.h - what a container's network interfaces have seen. */
#ifndef RUNTIME_NET_STATS_H
#define RUNTIME_NET_STATS_H

#include <sys/types.h>

#include "cgroup/stats.h"

/* Fill in S->stats.interfaces from the network namespace of PID, without the loopback. */
void net_stats_read (pid_t pid, struct cgroup_stats *s);

#endif
