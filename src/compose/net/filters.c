/* filters.c - see filters.h. nfnetlink speaks as rtnetlink does, but numbers come in network byte order. */
#include "filters.h"

#include <arpa/inet.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>

#include "mem.h"
#include "netfilter.h"

static bool
read_number (const struct rtattr *attr, unsigned *ret)
{
  uint32_t n;
  if (! attr || RTA_PAYLOAD (attr) != sizeof n)
    return false;
  memcpy (&n, RTA_DATA (attr), sizeof n);
  *ret = ntohl (n);
  return true;
}

static char *
read_name (const struct rtattr *attr)
{
  return attr ? mem_strndup (RTA_DATA (attr), RTA_PAYLOAD (attr)) : mem_strdup ("");
}

static void
take_chain (const struct nlmsghdr *m, void *arg)
{
  struct filters *f = arg;
  const struct nfgenmsg *head = NLMSG_DATA (m);
  const struct rtattr *attrs = (const struct rtattr *) ((const char *) head + NLMSG_ALIGN (sizeof *head));
  size_t n = NLMSG_PAYLOAD (m, sizeof *head);
  unsigned hook = 0, policy = 0;
  const struct rtattr *base = netlink_find (attrs, n, NFTA_CHAIN_HOOK);
  f->v = mem_grow (f->v, f->n + 1, sizeof *f->v);
  f->v[f->n++] = (struct filter_chain) {
    .family = head->nfgen_family,
    .table = read_name (netlink_find (attrs, n, NFTA_CHAIN_TABLE)),
    .name = read_name (netlink_find (attrs, n, NFTA_CHAIN_NAME)),
    .forwards = base && read_number (netlink_find (RTA_DATA (base), RTA_PAYLOAD (base), NFTA_HOOK_HOOKNUM), &hook)
                && hook == NF_INET_FORWARD,
    .drops = read_number (netlink_find (attrs, n, NFTA_CHAIN_POLICY), &policy) && policy == NF_DROP,
  };
}

int
filters_read (struct filters *ret, struct error **err)
{
  autoclose int sock = -1;
  struct netlink_request r;
  *ret = (struct filters) { 0 };
  TRY (netlink_open (NETLINK_NETFILTER, &sock, err));
  netfilter_begin (&r, NFNL_SUBSYS_NFTABLES, NFT_MSG_GETCHAIN, NLM_F_DUMP, NFPROTO_UNSPEC);
  int code = netlink_talk (sock, &r, take_chain, ret);
  /* EINVAL: no nf_tables. */
  return code < 0 && code != -EINVAL ? fail_sys (err, -code, "packet filter") : 0;
}

struct mention
{
  const char *text;
  bool found;
};

static void
take_rule (const struct nlmsghdr *m, void *arg)
{
  struct mention *w = arg;
  /* With the NUL or padding behind it: the name of one interface begins as that of another may, and "pc-*" is "pc-". */
  w->found |= memmem (m, m->nlmsg_len, w->text, strlen (w->text) + 1) != NULL;
}

int
filters_mention (unsigned family, const char *table, const char *text)
{
  autoclose int sock = -1;
  struct netlink_request r;
  struct mention wanted = { text, false };
  TRY (netlink_open (NETLINK_NETFILTER, &sock, NULL));
  netfilter_begin (&r, NFNL_SUBSYS_NFTABLES, NFT_MSG_GETRULE, NLM_F_DUMP, family);
  TRY (netlink_add (&r, NFTA_RULE_TABLE, table, strlen (table) + 1));
  TRY (netlink_talk (sock, &r, take_rule, &wanted));
  return wanted.found;
}

void
filters_free (struct filters *f)
{
  for (size_t i = 0; i < f->n; i++)
    {
      free (f->v[i].table);
      free (f->v[i].name);
    }
  free (f->v);
  *f = (struct filters) { 0 };
}

const struct filter_chain *
filters_find (const struct filters *f, unsigned family, const char *table, const char *name)
{
  for (size_t i = 0; i < f->n; i++)
    if (f->v[i].family == family && streq (f->v[i].table, table) && (! name || streq (f->v[i].name, name)))
      return &f->v[i];
  return NULL;
}
