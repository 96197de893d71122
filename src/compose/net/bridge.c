/* bridge.c - see bridge.h. Only link.h, forwarding.h and firewall.h talk to the kernel. */
#include "bridge.h"

#include "errors.h"
#include "firewall.h"
#include "forwarding.h"
#include "host_firewall.h"
#include "ipam.h"

unsigned
bridge_group (const struct record_NetworkFile *n)
{
  char hash[8];
  network_hash (n->id, "group", hash, sizeof hash - 1);
  return strtoul (hash, NULL, 16) + 1;
}

void
bridge_host_interface (const struct record_NetworkFile *n, const char *id, char ret[16])
{
  memcpy (ret, "pv-", 3);
  network_hash (n->id, id, ret + 3, 12);
}

/* A locally administered address from a hash of A and B. */
static void
make_mac (const char *a, const char *b, unsigned char ret[MAC_SIZE])
{
  char hash[11];
  network_hash (a, b, hash, sizeof hash - 1);
  ret[0] = 0x02;
  for (size_t i = 0; i < MAC_SIZE - 1; i++)
    ret[1 + i] = strtoul ((char[]) { hash[2 * i], hash[2 * i + 1], '\0' }, NULL, 16);
}

static int
parse_mac (const char *s, unsigned char ret[MAC_SIZE])
{
  int end = 0;
  unsigned char m[MAC_SIZE];
  if (sscanf (s, "%2hhx:%2hhx:%2hhx:%2hhx:%2hhx:%2hhx%n", m, m + 1, m + 2, m + 3, m + 4, m + 5, &end) != MAC_SIZE
      || s[end])
    return -EINVAL;
  memcpy (ret, m, sizeof m);
  return 0;
}

static int
read_mtu (const struct record_NetworkFile *n, unsigned *ret, struct error **err)
{
  enum { LEAST = 68, MOST = 65535 };
  const char *s = network_option (n, "com.docker.network.driver.mtu");
  if (! s)
    s = network_option (n, "mtu");
  char *end;
  unsigned long mtu = s ? strtoul (s, &end, 10) : 0;
  if (s && (*end || mtu < LEAST || mtu > MOST))
    return fail (err, E_COMPOSE_FILE, "network '%s': '%s' is no MTU: a number from %d to %d", n->name, s, LEAST, MOST);
  *ret = mtu;
  return 0;
}

/* ---- the bridge */

static int
set_up (int sock, const struct record_NetworkFile *n, int index, struct error **err)
{
  for (size_t i = 0; i < n->subnets.n; i++)
    {
      struct ip gateway, same;
      struct cidr address;
      if (ip_parse (n->subnets.v[i].gateway, &gateway) < 0 || ipam_find (n, &gateway, &address, &same) < 0)
        return fail (err, E_NETWORK, "network '%s': '%s' is no gateway", n->name, n->subnets.v[i].gateway);
      int r = link_add_address (sock, index, &address);
      if (r < 0)
        return fail_sys (err, -r, "network '%s': give the bridge %s", n->name, n->subnets.v[i].gateway);
    }
  int r = link_up (sock, index);
  return r < 0 ? fail_sys (err, -r, "network '%s': set bridge %s up", n->name, n->interface) : 0;
}

int
bridge_filter (const struct settings *s, const struct bridge_wanted *w, struct error **err)
{
  autotext struct text rules = { 0 };
  TRY (forwarding_enable (s, w->n, err));
  firewall_text (&rules, w->n, w->st);
  TRY (firewall_apply (s, &rules, err));
  return host_firewall_open (s, w->n, w->seen, err);
}

/* The MAC address is fixed: otherwise it were the lowest of the ports', and containers would lose their gateway for
 * seconds when a port comes or goes. */
static int
make_bridge (const struct settings *s, int sock, const struct bridge_wanted *w, struct error **err)
{
  const struct record_NetworkFile *n = w->n;
  struct link l = { .name = n->interface, .group = bridge_group (n) };
  TRY (read_mtu (n, &l.mtu, err));
  make_mac (n->id, "bridge", l.mac);
  int r = link_add_bridge (sock, &l);
  int index = r < 0 ? r : link_index (sock, n->interface, NULL);
  if (index < 0)
    return fail_sys (err, -index, "network '%s': make bridge %s", n->name, n->interface);
  /* Packets pass when the bridge is up: nothing passes without its rules. */
  TRY (bridge_filter (s, w, err));
  host_firewall_warn (n, w->seen);
  return set_up (sock, n, index, err);
}

int
bridge_ensure (const struct settings *s, int sock, const struct bridge_wanted *w, bool *ret_filtered,
               struct error **err)
{
  struct link_seen seen;
  const struct record_NetworkFile *n = w->n;
  *ret_filtered = false;
  if (! streq (n->driver, "bridge"))
    return 0;
  int index = link_index (sock, n->interface, &seen);
  if (index >= 0 && seen.group != bridge_group (n))
    return fail (err, E_CONFLICT, "network '%s': there is an interface %s that is not ours", n->name, n->interface);
  bool up = index >= 0 && seen.up;
  if (up && firewall_is_there (n, w->seen))
    return 0;
  /* Down: what made it was killed before it was ready. */
  if (index >= 0 && ! up)
    link_delete (sock, index);
  TRY (up ? bridge_filter (s, w, err) : make_bridge (s, sock, w, err));
  *ret_filtered = true;
  return 0;
}

/* ---- a container's interface */

static int
set_addresses (const struct record_NetworkFile *n, const struct record_Attached *a, int there, int index,
               bool routes[2], struct error **err)
{
  struct ip gateways[2] = { 0 };
  for (size_t i = 0; i < a->addresses.n; i++)
    {
      struct ip ip, gateway;
      struct cidr address;
      if (ip_parse (a->addresses.v[i], &ip) < 0 || ipam_find (n, &ip, &address, &gateway) < 0)
        return fail (err, E_NETWORK, "'%s' is no address of network '%s'", a->addresses.v[i], n->name);
      int r = link_add_address (there, index, &address);
      if (r < 0)
        return fail_sys (err, -r, "give %s the address %s", a->interface, a->addresses.v[i]);
      gateways[ip.family == AF_INET6] = gateway;
    }
  int r = link_up (there, index);
  for (size_t i = 0; r >= 0 && i < 2; i++)
    if (routes[i] && gateways[i].family)
      r = link_add_default (there, index, &gateways[i]);
  return r < 0 ? fail_sys (err, -r, "set %s up", a->interface) : 0;
}

static int
add_veth (int sock, const struct record_NetworkFile *n, const struct record_Attached *a, const struct bridge_end *end,
          const struct link *inside)
{
  const char *icc = network_option (n, "com.docker.network.bridge.enable_icc");
  /* With bridge-nf-call-iptables a published port is translated in the bridge, which then has to send the packet back
   * to the port it came from. */
  struct link_port port = { link_index (sock, n->interface, NULL), icc && streq (icc, "false"), a->ports.n > 0 };
  if (port.bridge < 0)
    return port.bridge;
  struct link host = { .name = a->host_interface, .mtu = inside->mtu, .group = bridge_group (n) };
  int r = link_add_veth (sock, &host, &port, inside, end->ns);
  if (r != -EEXIST)
    return r;
  /* What a killed call left, or the namespace of a container that is going away. */
  int old = link_index (sock, a->host_interface, NULL);
  if (old >= 0)
    link_delete (sock, old);
  return link_add_veth (sock, &host, &port, inside, end->ns);
}

static int
add_vlan (int sock, const struct record_NetworkFile *n, const struct bridge_end *end, const struct link *inside)
{
  const char *name = network_option (n, "parent");
  int parent = name ? link_index (sock, name, NULL) : -ENODEV;
  int old = link_index (end->there, inside->name, NULL);
  if (old >= 0)
    link_delete (end->there, old);
  return parent < 0 ? parent : link_add_vlan (sock, n->driver, parent, inside, end->ns);
}

int
bridge_attach (int sock, const struct record_NetworkFile *n, const struct record_Attached *a,
               const struct bridge_end *end, struct error **err)
{
  struct link inside = { .name = a->interface };
  TRY (read_mtu (n, &inside.mtu, err));
  if (! end->mac || ! *end->mac)
    make_mac (n->id, a->id, inside.mac);
  else if (parse_mac (end->mac, inside.mac) < 0)
    return fail (err, E_COMPOSE_FILE, "mac_address '%s': six bytes are expected, as in 02:42:ac:11:00:02", end->mac);
  if (streq (n->driver, "ipvlan"))
    memset (inside.mac, 0, sizeof inside.mac); /* it has its parent's */
  int r = streq (n->driver, "bridge") ? add_veth (sock, n, a, end, &inside) : add_vlan (sock, n, end, &inside);
  int index = r < 0 ? r : link_index (end->there, a->interface, NULL);
  if (index < 0)
    return fail_sys (err, -index, "network '%s': make interface %s", n->name, a->interface);
  return set_addresses (n, a, end->there, index, (bool[]) { end->default_4, end->default_6 }, err);
}
