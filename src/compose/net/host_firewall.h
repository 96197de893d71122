/* host_firewall.h - a host's own packet filter that forwards nothing unless told to (as where docker runs): what
 * networks need is added at its end, after the host's own rules. */
#ifndef COMPOSE_HOST_FIREWALL_H
#define COMPOSE_HOST_FIREWALL_H

#include "network_store.h"

/* If chain FORWARD of iptables or ip6tables drops by default, let it accept network N's packets. No iptables:
 * nothing is done. */
int host_firewall_open (const struct settings *s, const struct record_NetworkFile *n, struct error **err);
/* Undo it; gone already: success. */
int host_firewall_close (const struct settings *s, const struct record_NetworkFile *n, struct error **err);

#endif
