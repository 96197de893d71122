/* netlink.h - netlink(7) as rtnetlink(7) and nfnetlink speak it, as much of it as networks of containers need. Every
 * call is bounded to ten seconds. */
#ifndef COMMON_NETLINK_H
#define COMMON_NETLINK_H

#include <linux/rtnetlink.h>

#include "error.h"

/* A socket for PROTOCOL (NETLINK_ROUTE, …) that belongs for good to the network namespace that the caller is in now. */
int netlink_open (int protocol, int *ret_sock, struct error **err);

struct netlink_request
{
  union
  {
    struct nlmsghdr head;
    char bytes[1024];
  };
};

/* A request of TYPE with FLAGS (NLM_F_*) and the N bytes of its fixed part. */
void netlink_begin (struct netlink_request *r, int type, int flags, const void *fixed, size_t n);
/* One attribute. -EMSGSIZE when there is no more room. */
int netlink_add (struct netlink_request *r, int type, const void *data, size_t n);
/* An attribute that holds the ones added until netlink_nest_end(), which takes what netlink_nest() returned (or
 * -EMSGSIZE); its FIXED part (N bytes, may be 0) comes first. */
int netlink_nest (struct netlink_request *r, int type, const void *fixed, size_t n);
void netlink_nest_end (struct netlink_request *r, int start);

/* Send R, give every message of the answer to TAKE (may be NULL), wait for its end. -errno as the kernel answers; no
 * text. */
int netlink_talk (int sock, struct netlink_request *r, void (*take) (const struct nlmsghdr *, void *), void *arg);

/* The data of attribute TYPE among the N bytes at ATTR, or NULL. */
const struct rtattr *netlink_find (const struct rtattr *attr, size_t n, int type);

#endif
