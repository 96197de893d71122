/* port_store.h - RUN/network/ports.json: host ports and the containers that they are reserved for. */
#ifndef COMPOSE_PORT_STORE_H
#define COMPOSE_PORT_STORE_H

#include "network_store.h"

#undef OCI_PREFIX
#define OCI_PREFIX record_
#define SPEC_Reservation(F, T)                                                                                         \
  F (T, str,                   id,           "id", .required = true)                                                   \
  F (T, str,                   name,         "name", .required = true)                                                 \
  F (T, str,                   host_ip,      "hostIp", .required = true)        /* "" is all */                        \
  F (T, range (1, 65535),      port,         "port", .required = true)                                                 \
  F (T, str,                   protocol,     "protocol", .required = true)
#define SPEC_Reservations(F, T)                                                                                        \
  F (T, list (Reservation),    list,         "reservations")
DECLARE (Reservation)
DECLARE (Reservations)
#undef OCI_PREFIX
#define OCI_PREFIX oci_

/* Who listens on the host at PORT of PROTOCOL: "nginx (pid 812)", "another process" (not ours to look at), in the
 * caller's network namespace; NULL if nobody does. The caller frees it. */
char *port_listener (const char *protocol, unsigned port);

#endif
