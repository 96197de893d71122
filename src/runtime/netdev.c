/* netdev.c - see netdev.h. In the runtime, in its own namespaces, with CAP_NET_ADMIN there and over the container's
 * network namespace. The calling thread visits that namespace for as long as it takes to open a socket in it. */
#include "netdev.h"

#include <fcntl.h>
#include <net/if.h>
#include <sched.h>

#include "log.h"
#include "mem.h"
#include "netlink.h"

#define ADDRESSES_MAX 64
#define TEMPLATE_MAX 1024

struct address
{
  struct ifaddrmsg head;
  unsigned char attributes[128];
  size_t n;
};

struct device
{
  int index;
  size_t n;
  struct address addresses[ADDRESSES_MAX];
  bool too_many;
};

/* A socket here, one there, and the namespace itself. */
struct sockets
{
  int here, there, ns;
};

static void
sockets_close (struct sockets *s)
{
  close_fd (&s->here);
  close_fd (&s->there);
  close_fd (&s->ns);
}

static int
open_there (struct sockets *s, struct error **err)
{
  autoclose int home = open ("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
  if (home < 0)
    return fail_sys (err, errno, "/proc/self/ns/net");
  if (setns (s->ns, CLONE_NEWNET) < 0)
    return fail_sys (err, errno, "enter the container's network namespace");
  int r = netlink_open (NETLINK_ROUTE, &s->there, err);
  if (setns (home, CLONE_NEWNET) < 0)
    return fail_sys (err, errno, "return to the runtime's network namespace");
  return r;
}

static int
sockets_open (struct sockets *s, pid_t pid, struct error **err)
{
  char path[64];
  snprintf (path, sizeof path, "/proc/%d/ns/net", pid);
  s->ns = open (path, O_RDONLY | O_CLOEXEC);
  if (s->ns < 0)
    return fail_sys (err, errno, "%s", path);
  TRY (netlink_open (NETLINK_ROUTE, &s->here, err));
  return open_there (s, err);
}

static void
take_index (const struct nlmsghdr *m, void *arg)
{
  if (m->nlmsg_type == RTM_NEWLINK)
    *(int *) arg = ((const struct ifinfomsg *) NLMSG_DATA (m))->ifi_index;
}

/* The index of device NAME, -ENODEV if there is none. */
static int
find_device (int sock, const char *name)
{
  struct netlink_request r;
  int index = -ENODEV;
  netlink_begin (&r, RTM_GETLINK, 0, &(struct ifinfomsg) { 0 }, sizeof (struct ifinfomsg));
  TRY (netlink_add (&r, IFLA_IFNAME, name, strlen (name) + 1));
  TRY (netlink_talk (sock, &r, take_index, &index));
  return index;
}

static void
keep_attribute (struct address *a, const struct rtattr *attr)
{
  if (attr && a->n + RTA_ALIGN (attr->rta_len) <= sizeof a->attributes)
    {
      memcpy (a->attributes + a->n, attr, attr->rta_len);
      a->n += RTA_ALIGN (attr->rta_len);
    }
}

static void
take_address (const struct nlmsghdr *m, void *arg)
{
  /* Labels carry the old name, and cache information counts seconds: both are left behind. */
  static const int kept[] = { IFA_LOCAL, IFA_ADDRESS, IFA_BROADCAST, IFA_FLAGS };
  struct device *d = arg;
  const struct ifaddrmsg *head = NLMSG_DATA (m);
  if (m->nlmsg_type != RTM_NEWADDR || (int) head->ifa_index != d->index || head->ifa_scope != RT_SCOPE_UNIVERSE
      || ! (head->ifa_flags & IFA_F_PERMANENT))
    return;
  d->too_many = d->n == ADDRESSES_MAX;
  if (d->too_many)
    return;
  struct address *a = &d->addresses[d->n++];
  *a = (struct address) { .head = *head };
  for (size_t i = 0; i < ARRAY_LEN (kept); i++)
    keep_attribute (a, netlink_find (IFA_RTA (head), IFA_PAYLOAD (m), kept[i]));
}

static int
read_addresses (int sock, struct device *d)
{
  struct netlink_request r;
  netlink_begin (&r, RTM_GETADDR, NLM_F_DUMP, &(struct ifaddrmsg) { 0 }, sizeof (struct ifaddrmsg));
  return netlink_talk (sock, &r, take_address, d);
}

static int
add_address (int sock, int index, const struct address *a)
{
  struct ifaddrmsg head = a->head;
  struct netlink_request r;
  head.ifa_index = index;
  netlink_begin (&r, RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, &head, sizeof head);
  size_t n = a->n;
  for (const struct rtattr *attr = (const void *) a->attributes; RTA_OK (attr, n); attr = RTA_NEXT (attr, n))
    TRY (netlink_add (&r, attr->rta_type, RTA_DATA (attr), RTA_PAYLOAD (attr)));
  int code = netlink_talk (sock, &r, NULL, NULL);
  return code == -EEXIST ? 0 : code;
}

static int
set_up (int sock, int index)
{
  struct ifinfomsg head = { .ifi_index = index, .ifi_flags = IFF_UP, .ifi_change = IFF_UP };
  struct netlink_request r;
  netlink_begin (&r, RTM_NEWLINK, 0, &head, sizeof head);
  return netlink_talk (sock, &r, NULL, NULL);
}

/* With the index given, the kernel moves first and renames afterwards. */
static int
move (const struct sockets *s, int index, const char *name)
{
  struct ifinfomsg head = { .ifi_index = index };
  struct netlink_request r;
  uint32_t ns = s->ns;
  netlink_begin (&r, RTM_NEWLINK, 0, &head, sizeof head);
  TRY (netlink_add (&r, IFLA_NET_NS_FD, &ns, sizeof ns));
  TRY (netlink_add (&r, IFLA_IFNAME, name, strlen (name) + 1));
  return netlink_talk (s->here, &r, NULL, NULL);
}

/* The name that the device will have: TEMPLATE itself, or its "%d" replaced by the first number that is free there. */
static int
choose_name (const struct sockets *s, const char *template, char ret[IFNAMSIZ], struct error **err)
{
  const char *percent = strstr (template, "%d");
  int head = percent ? (int) (percent - template) : (int) strlen (template);
  for (int i = 0; i < (percent ? TEMPLATE_MAX : 1); i++)
    {
      int n = percent ? snprintf (ret, IFNAMSIZ, "%.*s%d%s", head, template, i, percent + 2)
                      : snprintf (ret, IFNAMSIZ, "%s", template);
      if (n == 0 || n >= IFNAMSIZ)
        return fail (err, EINVAL, "name \"%s\": from 1 to %d bytes are possible", template, IFNAMSIZ - 1);
      int found = find_device (s->there, ret);
      if (found == -ENODEV)
        return 0;
      if (found < 0)
        return fail_sys (err, -found, "look for \"%s\" in the container", ret);
    }
  return fail (err, EEXIST, "name \"%s\": the container's network namespace has such a device already", template);
}

static int
move_one (const struct sockets *s, const char *host_name, const char *template, struct error **err)
{
  autofree struct device *d = mem_alloc (sizeof *d);
  char name[IFNAMSIZ];
  d->index = find_device (s->here, host_name);
  if (d->index < 0)
    return fail_sys (err, -d->index, "find it");
  TRY (choose_name (s, template, name, err));
  int r = read_addresses (s->here, d);
  if (r < 0)
    return fail_sys (err, -r, "read its addresses");
  if (d->too_many)
    return fail (err, E2BIG, "it has more than %d addresses", ADDRESSES_MAX);
  r = move (s, d->index, name);
  if (r < 0)
    return fail_sys (err, -r, "move it into the container as \"%s\"", name);
  int index = find_device (s->there, name);
  if (index < 0)
    return fail_sys (err, -index, "find it in the container as \"%s\"", name);
  for (size_t i = 0; i < d->n; i++)
    if ((r = add_address (s->there, index, &d->addresses[i])) < 0)
      return fail_sys (err, -r, "restore its address number %zu", i);
  r = set_up (s->there, index);
  return r < 0 ? fail_sys (err, -r, "set it up in the container") : 0;
}

int
netdev_move (const struct plan *plan, pid_t pid, struct error **err)
{
  const struct oci_linux_container *l = plan->config->linux_;
  if (! l || l->net_devices.n == 0)
    return 0;
  __attribute__ ((cleanup (sockets_close))) struct sockets s = { -1, -1, -1 };
  TRY_DOING (err, sockets_open (&s, pid, err), "linux.netDevices");
  for (size_t i = 0; i < l->net_devices.n; i++)
    {
      const char *name = l->net_devices.keys[i], *template = l->net_devices.v[i].name;
      TRY_DOING (err, move_one (&s, name, template && *template ? template : name, err), "linux.netDevices.%s", name);
    }
  return 0;
}
