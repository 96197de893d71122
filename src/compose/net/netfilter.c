/* netfilter.c - see netfilter.h. */
#include "netfilter.h"

#include <linux/netfilter/nfnetlink.h>

void
netfilter_begin (struct netlink_request *r, int subsystem, int type, int flags, unsigned family)
{
  struct nfgenmsg head = { .nfgen_family = family, .version = NFNETLINK_V0 };
  netlink_begin (r, subsystem << 8 | type, flags, &head, sizeof head);
}
