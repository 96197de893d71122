/* network_down.h - take a network away from the kernel and the DNS servers. */
#ifndef COMPOSE_NETWORK_DOWN_H
#define COMPOSE_NETWORK_DOWN_H

#include "network_store.h"

/* Bridge, interfaces, packet filter, names, and the file of who is attached: all of N but its definition. What is gone
 * already is no failure. Under network_lock(). */
int network_down (const struct settings *s, const struct record_NetworkFile *n, struct error **err);

#endif
