/* link.c - see link.h. In perry-compose, with CAP_NET_ADMIN over the host's (or the session's) and the container's
 * network namespace; the calling thread visits the latter only for as long as it takes to open a socket in it. */
#include "link.h"

#include <fcntl.h>
#include <linux/if_link.h>
#include <linux/veth.h>
#include <net/if.h>
#include <sched.h>

/* Requests built by several calls: the first failure counts, and only netlink_talk() is asked about it. */
#define ADD(r, type, data, n) TRY (netlink_add ((r), (type), (data), (n)))
#define NEST(r, type, fixed, n)                                 \
  ({                                                            \
    int start_ = netlink_nest ((r), (type), (fixed), (n));      \
    if (start_ < 0)                                             \
      return start_;                                            \
    start_;                                                     \
  })

static int
add_text (struct netlink_request *r, int type, const char *s)
{
  return netlink_add (r, type, s, strlen (s) + 1);
}

static int
add_u32 (struct netlink_request *r, int type, uint32_t value)
{
  return netlink_add (r, type, &value, sizeof value);
}

int
link_open (const char *path, int *ret_sock, int *ret_ns, struct error **err)
{
  if (! path)
    return netlink_open (NETLINK_ROUTE, ret_sock, err);
  autoclose int home = open ("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
  autoclose int ns = open (path, O_RDONLY | O_CLOEXEC);
  if (home < 0 || ns < 0)
    return fail_sys (err, errno, "%s", home < 0 ? "/proc/self/ns/net" : path);
  if (setns (ns, CLONE_NEWNET) < 0)
    return fail_sys (err, errno, "enter network namespace %s", path);
  autoclose int sock = -1;
  int r = netlink_open (NETLINK_ROUTE, &sock, err);
  if (setns (home, CLONE_NEWNET) < 0)
    return fail_sys (err, errno, "return from network namespace %s", path);
  TRY (r);
  *ret_sock = TAKE_FD (sock);
  if (ret_ns)
    *ret_ns = TAKE_FD (ns);
  return 0;
}

struct link_found
{
  int index;
  struct link_seen seen;
};

static void
take_link (const struct nlmsghdr *m, void *arg)
{
  struct link_found *found = arg;
  const struct ifinfomsg *head = NLMSG_DATA (m);
  if (m->nlmsg_type != RTM_NEWLINK)
    return;
  const struct rtattr *group = netlink_find (IFLA_RTA (head), IFLA_PAYLOAD (m), IFLA_GROUP);
  *found = (struct link_found) { head->ifi_index, { head->ifi_flags & IFF_UP, group
                                                    ? *(const uint32_t *) RTA_DATA (group) : 0 } };
}

int
link_index (int sock, const char *name, struct link_seen *ret_seen)
{
  struct netlink_request r;
  struct link_found found = { .index = -ENODEV };
  netlink_begin (&r, RTM_GETLINK, 0, &(struct ifinfomsg) { 0 }, sizeof (struct ifinfomsg));
  TRY (add_text (&r, IFLA_IFNAME, name));
  TRY (netlink_talk (sock, &r, take_link, &found));
  if (ret_seen)
    *ret_seen = found.seen;
  return found.index;
}

/* Name, MTU, MAC address and group of L. */
static int
add_common (struct netlink_request *r, const struct link *l)
{
  static const unsigned char none[MAC_SIZE];
  TRY (add_text (r, IFLA_IFNAME, l->name));
  if (l->mtu)
    TRY (add_u32 (r, IFLA_MTU, l->mtu));
  if (l->group)
    TRY (add_u32 (r, IFLA_GROUP, l->group));
  if (memcmp (l->mac, none, MAC_SIZE) != 0)
    ADD (r, IFLA_ADDRESS, l->mac, MAC_SIZE);
  return 0;
}

static void
begin_new (struct netlink_request *r, unsigned flags)
{
  netlink_begin (r, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, &(struct ifinfomsg) { .ifi_flags = flags,
                                                                                  .ifi_change = flags },
                 sizeof (struct ifinfomsg));
}

int
link_add_bridge (int sock, const struct link *l)
{
  struct netlink_request r;
  begin_new (&r, 0);
  TRY (add_common (&r, l));
  int info = NEST (&r, IFLA_LINKINFO, NULL, 0);
  TRY (add_text (&r, IFLA_INFO_KIND, "bridge"));
  netlink_nest_end (&r, info);
  return netlink_talk (sock, &r, NULL, NULL);
}

static int
set_port (int sock, int index, const struct link_port *port)
{
  struct netlink_request r;
  netlink_begin (&r, RTM_NEWLINK, 0, &(struct ifinfomsg) { .ifi_index = index }, sizeof (struct ifinfomsg));
  int info = NEST (&r, IFLA_LINKINFO, NULL, 0);
  TRY (add_text (&r, IFLA_INFO_SLAVE_KIND, "bridge"));
  int data = NEST (&r, IFLA_INFO_SLAVE_DATA, NULL, 0);
  ADD (&r, IFLA_BRPORT_ISOLATED, &(uint8_t) { port->isolated }, 1);
  ADD (&r, IFLA_BRPORT_MODE, &(uint8_t) { port->hairpin }, 1);
  netlink_nest_end (&r, data);
  netlink_nest_end (&r, info);
  return netlink_talk (sock, &r, NULL, NULL);
}

int
link_add_veth (int sock, const struct link *host, const struct link_port *port, const struct link *inside, int ns)
{
  struct netlink_request r;
  begin_new (&r, IFF_UP);
  TRY (add_common (&r, host));
  TRY (add_u32 (&r, IFLA_MASTER, port->bridge));
  int info = NEST (&r, IFLA_LINKINFO, NULL, 0);
  TRY (add_text (&r, IFLA_INFO_KIND, "veth"));
  int data = NEST (&r, IFLA_INFO_DATA, NULL, 0);
  int peer = NEST (&r, VETH_INFO_PEER, &(struct ifinfomsg) { 0 }, sizeof (struct ifinfomsg));
  TRY (add_common (&r, inside));
  TRY (add_u32 (&r, IFLA_NET_NS_FD, ns));
  netlink_nest_end (&r, peer);
  netlink_nest_end (&r, data);
  netlink_nest_end (&r, info);
  TRY (netlink_talk (sock, &r, NULL, NULL));
  if (! port->isolated && ! port->hairpin)
    return 0;
  int index = link_index (sock, host->name, NULL);
  return index < 0 ? index : set_port (sock, index, port);
}

int
link_add_vlan (int sock, const char *kind, int parent, const struct link *inside, int ns)
{
  struct netlink_request r;
  begin_new (&r, 0);
  TRY (add_common (&r, inside));
  TRY (add_u32 (&r, IFLA_LINK, parent));
  TRY (add_u32 (&r, IFLA_NET_NS_FD, ns));
  int info = NEST (&r, IFLA_LINKINFO, NULL, 0);
  TRY (add_text (&r, IFLA_INFO_KIND, kind));
  if (streq (kind, "macvlan"))
    {
      int data = NEST (&r, IFLA_INFO_DATA, NULL, 0);
      TRY (add_u32 (&r, IFLA_MACVLAN_MODE, MACVLAN_MODE_BRIDGE));
      netlink_nest_end (&r, data);
    }
  netlink_nest_end (&r, info);
  return netlink_talk (sock, &r, NULL, NULL);
}

int
link_up (int sock, int index)
{
  struct netlink_request r;
  netlink_begin (&r, RTM_NEWLINK, 0, &(struct ifinfomsg) { .ifi_index = index, .ifi_flags = IFF_UP,
                                                           .ifi_change = IFF_UP },
                 sizeof (struct ifinfomsg));
  return netlink_talk (sock, &r, NULL, NULL);
}

int
link_delete (int sock, int index)
{
  struct netlink_request r;
  netlink_begin (&r, RTM_DELLINK, 0, &(struct ifinfomsg) { .ifi_index = index }, sizeof (struct ifinfomsg));
  int code = netlink_talk (sock, &r, NULL, NULL);
  return code == -ENODEV ? 0 : code;
}

int
link_delete_group (int sock, unsigned group)
{
  struct netlink_request r;
  netlink_begin (&r, RTM_DELLINK, 0, &(struct ifinfomsg) { 0 }, sizeof (struct ifinfomsg));
  TRY (add_u32 (&r, IFLA_GROUP, group));
  int code = netlink_talk (sock, &r, NULL, NULL);
  return code == -ENODEV ? 0 : code;
}

int
link_add_address (int sock, int index, const struct cidr *address)
{
  struct netlink_request r;
  unsigned n = ip_size (&address->ip);
  struct ifaddrmsg head = { .ifa_family = address->ip.family, .ifa_prefixlen = address->prefix, .ifa_index = index,
                            .ifa_flags = address->ip.family == AF_INET6 ? IFA_F_NODAD : 0 };
  netlink_begin (&r, RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, &head, sizeof head);
  ADD (&r, IFA_LOCAL, address->ip.bytes, n);
  ADD (&r, IFA_ADDRESS, address->ip.bytes, n);
  if (address->ip.family == AF_INET && address->prefix < 31)
    {
      struct ip broadcast = cidr_last (address);
      ADD (&r, IFA_BROADCAST, broadcast.bytes, n);
    }
  int code = netlink_talk (sock, &r, NULL, NULL);
  return code == -EEXIST ? 0 : code;
}

int
link_add_default (int sock, int index, const struct ip *gateway)
{
  struct netlink_request r;
  struct rtmsg head = { .rtm_family = gateway->family, .rtm_table = RT_TABLE_MAIN, .rtm_protocol = RTPROT_STATIC,
                        .rtm_scope = RT_SCOPE_UNIVERSE, .rtm_type = RTN_UNICAST };
  netlink_begin (&r, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_REPLACE, &head, sizeof head);
  ADD (&r, RTA_GATEWAY, gateway->bytes, ip_size (gateway));
  TRY (add_u32 (&r, RTA_OIF, index));
  return netlink_talk (sock, &r, NULL, NULL);
}

static void
take_kind (const struct nlmsghdr *m, void *arg)
{
  const struct ifinfomsg *head = NLMSG_DATA (m);
  if (m->nlmsg_type == RTM_NEWLINK && netlink_find (IFLA_RTA (head), IFLA_PAYLOAD (m), IFLA_LINKINFO))
    *(int *) arg = 1;
}

int
link_virtual_exists (int sock)
{
  struct netlink_request r;
  int found = 0;
  netlink_begin (&r, RTM_GETLINK, NLM_F_DUMP, &(struct ifinfomsg) { 0 }, sizeof (struct ifinfomsg));
  TRY (netlink_talk (sock, &r, take_kind, &found));
  return found;
}

struct route_taker
{
  void (*take) (void *arg, const struct cidr *destination);
  void *arg;
};

static void
take_route (const struct nlmsghdr *m, void *arg)
{
  const struct route_taker *t = arg;
  const struct rtmsg *head = NLMSG_DATA (m);
  if (m->nlmsg_type != RTM_NEWROUTE || ! head->rtm_dst_len || head->rtm_type == RTN_MULTICAST)
    return;
  const struct rtattr *a = netlink_find (RTM_RTA (head), RTM_PAYLOAD (m), RTA_DST);
  struct cidr destination = { .ip.family = head->rtm_family, .prefix = head->rtm_dst_len };
  if (! a || (head->rtm_family != AF_INET && head->rtm_family != AF_INET6)
      || RTA_PAYLOAD (a) < ip_size (&destination.ip))
    return;
  memcpy (destination.ip.bytes, RTA_DATA (a), ip_size (&destination.ip));
  t->take (t->arg, &destination);
}

int
link_routes (int sock, void (*take) (void *arg, const struct cidr *destination), void *arg)
{
  struct netlink_request r;
  struct route_taker t = { take, arg };
  netlink_begin (&r, RTM_GETROUTE, NLM_F_DUMP, &(struct rtmsg) { .rtm_family = AF_UNSPEC }, sizeof (struct rtmsg));
  return netlink_talk (sock, &r, take_route, &t);
}
