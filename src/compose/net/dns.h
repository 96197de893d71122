/* dns.h - names of containers by aardvark-dns: a file per network, made from the network's state, and its processes.
 *
 * There are two servers, because aardvark-dns (1.4) forwards unknown names for all of its networks or for none: one for
 * networks that may reach the outside, one for internal ones. The first knows the names of internal networks as well,
 * for containers that are on both kinds: such a container should ask that one. */
#ifndef COMPOSE_DNS_H
#define COMPOSE_DNS_H

#include "network_store.h"

/* Write network N's files as ST says; nobody attached: remove them. Under network_lock(). */
int dns_write (const struct settings *s, const struct record_NetworkFile *n, const struct record_NetworkState *st,
               struct error **err);
/* Start the servers that have networks and do not run, end those that run and have none. Under network_lock().
 * *RET_STARTED: nobody needs dns_reload() for what was written before. */
int dns_run (const struct settings *s, bool *ret_started, struct error **err);
/* Make the servers read their files. Calls of many processes at once become few signals, since a reload may lose a
 * query: to be called without the lock, after it. */
int dns_reload (const struct settings *s, struct error **err);

#endif
