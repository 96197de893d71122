/* ipam.h - addresses: subnets for new networks, and leases in them. Pure but for ipam_subnets(), which reads the
 * routes. */
#ifndef COMPOSE_IPAM_H
#define COMPOSE_IPAM_H

#include "arena.h"
#include "model.h"
#include "network_store.h"
#include "subnet.h"

/* The subnets of network NAME as N wants them, in ARENA; those not given are found as net.h says. E_COMPOSE_FILE: they
 * are not right; E_CONFLICT: one overlaps another network's, which is named, or has routes of the host's. */
int ipam_subnets (const struct settings *s, const struct compose_Network *n, const char *name, struct arena *arena,
                  struct record_NetworkFile *ret, struct error **err);

/* A subnet's text as compose_IpamConfig has it, checked and completed. */
int ipam_subnet (const struct compose_IpamConfig *c, struct arena *arena, struct record_Subnet *ret,
                 struct error **err);

/* An address of SUBNET that no lease of N has: WANT if it is given, otherwise the lowest. E_NETWORK: WANT cannot be
 * used, or none is free; E_CONFLICT: WANT is leased to another container than ID. */
int ipam_address (const struct record_NetworkFile *n, const struct record_Subnet *subnet, const char *id,
                  const char *want, char ret[IP_TEXT], struct error **err);

/* The prefix length of the subnet of N that ADDRESS is in, and its gateway; -ENOENT. */
int ipam_find (const struct record_NetworkFile *n, const struct ip *address, struct cidr *ret, struct ip *ret_gateway);

#endif
