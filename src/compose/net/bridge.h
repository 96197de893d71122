/* bridge.h - a network in the kernel: the bridge, its addresses and packet filter; and a container's interface in it.
 * Under network_lock(), with a socket of link.h in the namespace that has the bridges. */
#ifndef COMPOSE_BRIDGE_H
#define COMPOSE_BRIDGE_H

#include "filters.h"
#include "link.h"
#include "network_store.h"

/* The interfaces of network N on the host's side are one group, which can be deleted at once. */
unsigned bridge_group (const struct record_NetworkFile *n);
/* The name of container ID's interface on the host's side. */
void bridge_host_interface (const struct record_NetworkFile *n, const char *id, char ret[16]);

/* Make N's bridge unless it is there, and its packet filter, unless SEEN has it, for ST (*RET_FILTERED). Another driver
 * has none: nothing is done. */
struct bridge_wanted
{
  const struct record_NetworkFile *n;
  const struct record_NetworkState *st;
  const struct filters *seen;
};
int bridge_ensure (const struct settings *s, int sock, const struct bridge_wanted *w, bool *ret_filtered,
                   struct error **err);
/* Make what lets N's packets pass: the kernel's settings, N's packet filter, and rules in a packet filter of the
 * host's. There already: it is replaced. */
int bridge_filter (const struct settings *s, const struct bridge_wanted *w, struct error **err);

/* Give the namespace NS, with its socket THERE, the interface A of network N, up, with the default routes asked for. */
struct bridge_end
{
  int there, ns;
  const char *mac;             /* NULL: made from the container's id */
  bool default_4, default_6;
};
int bridge_attach (int sock, const struct record_NetworkFile *n, const struct record_Attached *a,
                   const struct bridge_end *end, struct error **err);

#endif
