/* connections.c - see connections.h. ctnetlink can only delete one connection at a time, so they are listed first; the
 * kernel does the choosing (CTA_FILTER, since 5.8, below what we need anyway). */
#include "connections.h"

#include <arpa/inet.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <netinet/in.h>

#include "mem.h"
#include "netfilter.h"
#include "util.h"

/* Bits of CTA_FILTER_ORIG_FLAGS, which the kernel's headers for programs lack: heed the tuple's protocol and port. */
#define FILTER_PROTO_NUM (1U << 3)
#define FILTER_PROTO_DST_PORT (1U << 5)

enum { TUPLE_MAX = 128 };

struct found
{
  struct tuple
  {
    char bytes[TUPLE_MAX];
    size_t n;
  } *v;
  size_t n;
};

static void
found_free (struct found *f)
{
  free (f->v);
}

static void
take (const struct nlmsghdr *m, void *arg)
{
  struct found *f = arg;
  const struct nfgenmsg *head = NLMSG_DATA (m);
  const struct rtattr *attrs = (const struct rtattr *) ((const char *) head + NLMSG_ALIGN (sizeof *head));
  size_t n = NLMSG_PAYLOAD (m, sizeof *head);
  const struct rtattr *tuple = netlink_find (attrs, n, CTA_TUPLE_ORIG), *status = netlink_find (attrs, n, CTA_STATUS);
  uint32_t bits = 0;
  if (status && RTA_PAYLOAD (status) == sizeof bits)
    memcpy (&bits, RTA_DATA (status), sizeof bits);
  bits = ntohl (bits);
  /* Masqueraded only: it goes out, to somebody else's port of this number, and its answer would be lost. */
  if ((bits & (IPS_SRC_NAT | IPS_DST_NAT)) == IPS_SRC_NAT || ! tuple || RTA_PAYLOAD (tuple) > TUPLE_MAX)
    return;
  f->v = mem_grow (f->v, f->n + 1, sizeof *f->v);
  struct tuple *t = &f->v[f->n++];
  t->n = RTA_PAYLOAD (tuple);
  memcpy (t->bytes, RTA_DATA (tuple), t->n);
}

/* Ask for connections of FAMILY to PORT of PROTOCOL. */
static int
make_question (struct netlink_request *r, unsigned family, uint8_t protocol, unsigned port)
{
  uint32_t flags = FILTER_PROTO_NUM | FILTER_PROTO_DST_PORT, none = 0;
  uint16_t number = htons (port);
  netfilter_begin (r, NFNL_SUBSYS_CTNETLINK, IPCTNL_MSG_CT_GET, NLM_F_DUMP, family);
  int tuple = netlink_nest (r, CTA_TUPLE_ORIG | NLA_F_NESTED, NULL, 0);
  int proto = netlink_nest (r, CTA_TUPLE_PROTO | NLA_F_NESTED, NULL, 0);
  TRY (netlink_add (r, CTA_PROTO_NUM, &protocol, sizeof protocol));
  TRY (netlink_add (r, CTA_PROTO_DST_PORT, &number, sizeof number));
  netlink_nest_end (r, proto);
  netlink_nest_end (r, tuple);
  int filter = netlink_nest (r, CTA_FILTER | NLA_F_NESTED, NULL, 0);
  TRY (netlink_add (r, CTA_FILTER_ORIG_FLAGS, &flags, sizeof flags));
  TRY (netlink_add (r, CTA_FILTER_REPLY_FLAGS, &none, sizeof none));
  netlink_nest_end (r, filter);
  return 0;
}

static int
forget (int sock, unsigned family, uint8_t protocol, unsigned port)
{
  __attribute__ ((cleanup (found_free))) struct found f = { 0 };
  struct netlink_request r;
  TRY (make_question (&r, family, protocol, port));
  TRY (netlink_talk (sock, &r, take, &f));
  for (size_t i = 0; i < f.n; i++)
    {
      netfilter_begin (&r, NFNL_SUBSYS_CTNETLINK, IPCTNL_MSG_CT_DELETE, 0, family);
      TRY (netlink_add (&r, CTA_TUPLE_ORIG | NLA_F_NESTED, f.v[i].bytes, f.v[i].n));
      int code = netlink_talk (sock, &r, NULL, NULL);
      /* It may have ended meanwhile. */
      if (code < 0 && code != -ENOENT)
        return code;
    }
  return 0;
}

static uint8_t
number_of (const char *protocol)
{
  return ! protocol ? 0 : streq (protocol, "udp") ? IPPROTO_UDP : streq (protocol, "sctp") ? IPPROTO_SCTP : 0;
}

int
connections_forget (const struct record_Port *v, size_t n, struct error **err)
{
  static const unsigned families[] = { NFPROTO_IPV4, NFPROTO_IPV6 };
  autoclose int sock = -1;
  for (size_t i = 0; i < n * ARRAY_LEN (families); i++)
    {
      const struct record_Port *p = &v[i / ARRAY_LEN (families)];
      uint8_t protocol = number_of (p->protocol);
      if (! protocol)
        continue;
      if (sock < 0)
        TRY (netlink_open (NETLINK_NETFILTER, &sock, err));
      int code = forget (sock, families[i % ARRAY_LEN (families)], protocol, p->host_port.value);
      /* EINVAL: no ctnetlink. */
      if (code < 0 && code != -EINVAL)
        return fail_sys (err, -code, "connections of host port %u/%s", (unsigned) p->host_port.value, p->protocol);
    }
  return 0;
}
