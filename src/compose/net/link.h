/* link.h - network interfaces by rtnetlink(7): bridges, pairs of veth, macvlan and ipvlan, their addresses and routes.
 *
 * A socket belongs to the network namespace that it was opened in. -errno without text where ERR is not taken. */
#ifndef COMPOSE_LINK_H
#define COMPOSE_LINK_H

#include "netlink.h"
#include "subnet.h"

enum { MAC_SIZE = 6 };

/* A socket in the network namespace at PATH ("/proc/PID/ns/net"; NULL: ours), and the namespace itself (RET_NS may be
 * NULL). */
int link_open (const char *path, int *ret_sock, int *ret_ns, struct error **err);

/* The index of interface NAME, or -ENODEV. RET_SEEN may be NULL. */
struct link_seen
{
  bool up;
  unsigned group;
};
int link_index (int sock, const char *name, struct link_seen *ret_seen);

/* What both ends of link_add_veth() and a bridge have. */
struct link
{
  const char *name;
  unsigned mtu;              /* 0: the kernel's default */
  unsigned group;            /* for link_delete_group(); 0: none */
  unsigned char mac[MAC_SIZE]; /* all 0: the kernel chooses */
};

/* Make a bridge, down. -EEXIST if something has its name. */
int link_add_bridge (int sock, const struct link *l);
/* Make a pair: HOST, up, a port of the bridge, and INSIDE in namespace NS. -EEXIST if something has one of the
 * names. */
struct link_port
{
  int bridge;                /* its index */
  bool isolated;             /* such ports of a bridge do not see each other */
  bool hairpin;              /* gets back what it sent: for a container that asks its own published port */
};
int link_add_veth (int sock, const struct link *host, const struct link_port *port, const struct link *inside, int ns);
/* Make INSIDE in namespace NS, of KIND "macvlan" or "ipvlan" on interface PARENT. */
int link_add_vlan (int sock, const char *kind, int parent, const struct link *inside, int ns);
int link_up (int sock, int index);
int link_delete (int sock, int index);
/* All interfaces of GROUP at once: the kernel waits for its readers once and not once for each. Success if there are
 * none. */
int link_delete_group (int sock, unsigned group);

/* Give interface INDEX an address; there already: success. IPv6 without duplicate address detection: addresses are
 * leased. */
int link_add_address (int sock, int index, const struct cidr *address);
/* A default route by GATEWAY. */
int link_add_default (int sock, int index, const struct ip *gateway);

/* 1 if there is an interface that was made by a program (a bridge, veth, tun, wireguard, …), 0 if all are the
 * hardware's. */
int link_virtual_exists (int sock);

/* TAKE every destination that has a route here, but for default routes. */
int link_routes (int sock, void (*take) (void *arg, const struct cidr *destination), void *arg);

#endif
