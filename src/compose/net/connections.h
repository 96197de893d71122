/* connections.h - the kernel's tracked connections (conntrack): those by which datagrams of a published port went. */
#ifndef COMPOSE_CONNECTIONS_H
#define COMPOSE_CONNECTIONS_H

#include "error.h"
#include "record.h"

/* Forget what is known of datagrams to the host ports of V (those of TCP are left out: each of its connections is a new
 * one). A client that keeps sending otherwise keeps its way, to a container that is gone, or to none. In the network
 * namespace that has the bridges, when the packet filter is as it should be. A kernel that does not track connections:
 * success. */
int connections_forget (const struct record_Port *v, size_t n, struct error **err);

#endif
