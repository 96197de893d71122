/* host_firewall.h - a host's own packet filter that forwards nothing unless told to, as where docker or ufw is: what
 * networks need is added to iptables' chain FORWARD, behind the host's own rules. What others filter by nftables is
 * theirs: a warning says what they have to let pass. */
#ifndef COMPOSE_HOST_FIREWALL_H
#define COMPOSE_HOST_FIREWALL_H

#include "filters.h"
#include "network_store.h"

/* Where chain FORWARD of iptables or ip6tables, whether nft's or legacy, drops or rejects by default, let it accept
 * network N's packets. SEEN: the filters that there are. It does already: nothing is done. */
int host_firewall_open (const struct settings *s, const struct record_NetworkFile *n, const struct filters *seen,
                        struct error **err);
/* May that have to be done (again)? Asks the kernel only. */
bool host_firewall_lacks (const struct settings *s, const struct record_NetworkFile *n, const struct filters *seen);
/* Undo it; gone already: success. */
int host_firewall_close (const struct settings *s, const struct record_NetworkFile *n, struct error **err);

/* Say which other filters drop what N's containers send and get, and what to do. */
void host_firewall_warn (const struct record_NetworkFile *n, const struct filters *seen);

#endif
