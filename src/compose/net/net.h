/* net.h - networks of containers: definitions, addresses, and netavark and aardvark-dns doing the work.
 *
 * DATA/networks/NAME.json holds a network's definition and its leases (address by container id); changes under its
 * flock. RUN/network/ is netavark's configuration directory. Rootless, all of it happens in the user's session network
 * namespace. */
#ifndef COMPOSE_NET_H
#define COMPOSE_NET_H

#include "model.h"
#include "record.h"
#include "settings.h"

/* Make the network unless it is there (external ones must be: E_NOT_FOUND). *RET_CREATED tells whether it was made now.
 * A network that is there with another definition: E_CONFLICT if containers use it, otherwise made anew. Subnets not
 * given are taken from 10.89.0.0/16 upwards in /24, none that overlaps a route or a network of ours; IPv6: a ULA /64
 * derived from the name. */
int network_ensure (const struct settings *s, const struct compose_Network *n, const char *project, const char *key,
                    bool *ret_created, struct error **err);
/* Is the network of N's name ours, and made from another definition than N is? False where there is none. */
bool network_changed (const struct settings *s, const struct compose_Network *n);
/* Take it down (bridge, rules, DNS) and forget it. In use by other containers: E_CONFLICT naming them. Gone already:
 * success. */
int network_remove (const struct settings *s, const char *name, struct error **err);
/* Names of networks made for PROJECT (label), or all (NULL). */
int network_list (const struct settings *s, const char *project, struct strv *ret, struct error **err);

/* An address for container ID on network NAME: WANT4/WANT6 (may be NULL) or free ones; the same again if ID has one. */
int network_lease (const struct settings *s, const char *name, const char *id, const char *want4, const char *want6,
                   struct strv *ret_addresses, struct error **err);
int network_release (const struct settings *s, const char *name, const char *id, struct error **err);
/* The gateway's address (IPv4), for host-gateway; the caller frees it. NULL: the network is internal, or has no
 * bridge. */
int network_gateway (const struct settings *s, const char *name, char **ret, struct error **err);

/* The addresses that a container on the networks V asks for names, for its resolv.conf: of networks that lead out,
 * since their server knows the names of internal ones as well, otherwise of the internal ones. */
int network_name_servers (const struct settings *s, const struct record_Attachment *v, size_t n, struct strv *ret,
                          struct error **err);

/* Give the network namespace at NETNS ("/proc/PID/ns/net") all of the record's interfaces, published ports, names.
 * Idempotent: what a killed call left is taken away first. lo is up afterwards also without networks. */
int network_attach (const struct settings *s, const struct record_Container *c, const char *netns, struct error **err);
/* Take them away; NETNS may be NULL when the namespace is gone (its monitor was killed). Never fails because something
 * is gone already. */
int network_detach (const struct settings *s, const struct record_Container *c, const char *netns, struct error **err);
/* The same for many containers at once, when their networks will be removed next: cheaper than one by one. */
int network_detach_all (const struct settings *s, const struct record_Container *const *v, size_t n,
                        struct error **err);

/* Make again what lets packets of networks in use pass, where it was taken away by others (`nft flush ruleset`, the
 * reload of a host's firewall). Cheap if nothing was. Rootless: slirp4netns and the ports, where it was killed. */
int network_restore (const struct settings *s, struct error **err);

/* Ports: choose host ports where PUBLISHED is empty or a range, check that nothing has them (a socket of the host's, or
 * another container of ours: the message names it), and reserve them for container ID in RUN/ports until
 * port_release(). E_PORT_IN_USE. */
int ports_reserve (const struct settings *s, const char *id, const char *name, struct record_Port *v, size_t n,
                   struct error **err);
int ports_release (const struct settings *s, const char *id, struct error **err);
/* Would all of V be granted, the first first, when containers LEAVING (ids) have given theirs back? Reserves nothing;
 * what would be chosen is written to V. */
struct ports_wish
{
  const char *name;            /* of the container */
  struct record_Port *v;
  size_t n;
};
int ports_check (const struct settings *s, const struct strv *leaving, const struct ports_wish *v, size_t n,
                 struct error **err);

#endif
