/* netfilter.h - nfnetlink messages on top of netlink.h, for packet filters and the connections that they track. */
#ifndef COMPOSE_NETFILTER_H
#define COMPOSE_NETFILTER_H

#include "netlink.h"

/* A request of TYPE of SUBSYSTEM (NFNL_SUBSYS_*) with FLAGS (NLM_F_*) for FAMILY (NFPROTO_*). */
void netfilter_begin (struct netlink_request *r, int subsystem, int type, int flags, unsigned family);

#endif
