/* forwarding.h - what networks want of the kernel's settings in /proc/sys/net. What was there before is kept in
 * RUN/network/sysctl and put back when the last network is gone. */
#ifndef COMPOSE_FORWARDING_H
#define COMPOSE_FORWARDING_H

#include "network_store.h"

/* Let the kernel forward packets for N, if it does not yet, and set N's bridge, which is there and down, so that it
 * takes no router advertisements from containers and lets in what the host sends from its loopback addresses. */
int forwarding_enable (const struct settings *s, const struct record_NetworkFile *n, struct error **err);
/* Put back what forwarding_enable() changed, unless a network of ours or an interface that other programs make for
 * containers or virtual machines is there: nobody can tell any more who needs it. */
int forwarding_restore (const struct settings *s, int sock, struct error **err);

#endif
