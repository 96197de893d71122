/* ipam.c - see ipam.h. Under network_lock(). */
#include "ipam.h"

#include "errors.h"
#include "link.h"
#include "net.h"
#include "slirp.h"

enum
{
  PREFIX_4 = 24,
  PREFIX_6 = 64,
  CANDIDATES = 512 * 256,  /* /24 networks in 10.89.0.0 to 10.255.255.0, and round to 10.0.0.0 */
};

static char *
keep (struct arena *a, const char *s)
{
  return mem_arena_text (a, s, strlen (s));
}

/* ---- subnets */

/* Addresses of the subnet that are not the containers': aux_addresses, checked. */
static int
take_reserved (const struct compose_IpamConfig *c, const struct cidr *subnet, struct arena *arena,
               struct record_Subnet *ret, struct error **err)
{
  ret->reserved.v = mem_arena (arena, (c->aux_addresses.n + 1) * sizeof *ret->reserved.v);
  for (size_t i = 0; i < c->aux_addresses.n; i++)
    {
      struct ip ip;
      if (ip_parse (c->aux_addresses.v[i], &ip) < 0 || ! cidr_has (subnet, &ip))
        return fail (err, E_COMPOSE_FILE, "aux_addresses.%s: '%s' is no address of subnet %s", c->aux_addresses.keys[i],
                     c->aux_addresses.v[i], c->subnet);
      ret->reserved.v[ret->reserved.n++] = keep (arena, c->aux_addresses.v[i]);
    }
  return 0;
}

static int
take_range (const struct compose_IpamConfig *c, const struct cidr *subnet, struct arena *arena,
            struct record_Subnet *ret, struct error **err)
{
  struct cidr range;
  if (cidr_parse (c->ip_range, &range) < 0 || range.prefix < subnet->prefix || ! cidr_has (subnet, &range.ip))
    return fail (err, E_COMPOSE_FILE, "ip_range '%s' is not a part of subnet %s", c->ip_range, c->subnet);
  char text[IP_TEXT];
  struct ip first = cidr_first (&range), last = cidr_last (&range);
  ret->lease_range = mem_arena (arena, sizeof *ret->lease_range);
  ret->lease_range->start_ip = keep (arena, ip_text (&first, text));
  ret->lease_range->end_ip = keep (arena, ip_text (&last, text));
  return 0;
}

int
ipam_subnet (const struct compose_IpamConfig *c, struct arena *arena, struct record_Subnet *ret, struct error **err)
{
  struct cidr subnet;
  char text[CIDR_TEXT];
  if (! c->subnet || cidr_parse (c->subnet, &subnet) < 0)
    return fail (err, E_COMPOSE_FILE, "subnet '%s': an address with a prefix length is expected, as in 10.5.0.0/16",
                 c->subnet ? c->subnet : "");
  if (subnet.prefix + 2 > ip_size (&subnet.ip) * 8)
    return fail (err, E_COMPOSE_FILE, "subnet '%s' has no room for a gateway and containers", c->subnet);
  subnet.ip = cidr_first (&subnet);
  ret->subnet = keep (arena, cidr_text (&subnet, text));
  struct ip gateway = ip_plus (&subnet.ip, 1);
  if (c->gateway && (ip_parse (c->gateway, &gateway) < 0 || ! cidr_has (&subnet, &gateway)))
    return fail (err, E_COMPOSE_FILE, "gateway '%s' is no address of subnet %s", c->gateway, c->subnet);
  ret->gateway = keep (arena, ip_text (&gateway, text));
  if (c->ip_range)
    TRY (take_range (c, &subnet, arena, ret, err));
  return take_reserved (c, &subnet, arena, ret, err);
}

/* What a new subnet must not overlap. */
struct taken
{
  struct cidr *v;
  size_t n, n_networks;    /* the first N_NETWORKS are networks of ours */
  struct strv names;       /* theirs */
};

static void
taken_add (void *arg, const struct cidr *c)
{
  struct taken *t = arg;
  t->v = mem_grow (t->v, t->n + 1, sizeof *t->v);
  t->v[t->n++] = *c;
}

static void
taken_free (struct taken *t)
{
  free (t->v);
  strv_free (&t->names);
}

static int
collect_networks (const struct settings *s, const char *except, struct taken *t, struct error **err)
{
  autostrv struct strv names = { 0 };
  TRY (network_list (s, NULL, &names, err));
  for (size_t i = 0; i < names.n; i++)
    {
      struct oci_document doc;
      const struct record_NetworkFile *n = streq (names.v[i], except) ? NULL : network_read (s, names.v[i], &doc, NULL);
      if (! n)
        continue;
      for (size_t j = 0; j < n->subnets.n; j++)
        {
          struct cidr c;
          if (cidr_parse (n->subnets.v[j].subnet, &c) < 0)
            continue;
          taken_add (t, &c);
          strv_add (&t->names, n->name);
        }
      oci_document_free (&doc);
    }
  t->n_networks = t->n;
  return 0;
}

static int
collect (const struct settings *s, const char *except, struct taken *t, struct error **err)
{
  autoclose int sock = -1;
  TRY (collect_networks (s, except, t, err));
  if (s->rootless)
    {
      /* The session has no routes but those of our networks and this one. */
      struct cidr c;
      TRY (cidr_parse (SLIRP_SUBNET, &c));
      taken_add (t, &c);
      return 0;
    }
  TRY (link_open (NULL, &sock, NULL, err));
  int r = link_routes (sock, taken_add, t);
  return r < 0 ? fail_sys (err, -r, "read routes") : 0;
}

static bool
is_free (const struct taken *t, const struct cidr *c)
{
  for (size_t i = 0; i < t->n; i++)
    if (cidr_overlap (&t->v[i], c))
      return false;
  return true;
}

static int
find_subnet_4 (const struct taken *t, struct cidr *ret, struct error **err)
{
  struct cidr c = { .ip = { .family = AF_INET, .bytes = { 10, 89, 0, 0 } }, .prefix = PREFIX_4 };
  for (size_t i = 0; i < CANDIDATES; i++, c.ip = ip_plus (&c.ip, 256))
    if (c.ip.bytes[0] != 10)
      c.ip = (struct ip) { .family = AF_INET, .bytes = { 10 } };
    else if (is_free (t, &c))
      {
        *ret = c;
        return 0;
      }
  return fail (err, E_NETWORK, "no free IPv4 subnet in 10.0.0.0/8: give one by ipam.config");
}

/* A unique local address (RFC 4193) with bits from NAME, so that it is the same again on this machine. */
static int
find_subnet_6 (const struct settings *s, const struct taken *t, const char *name, struct cidr *ret, struct error **err)
{
  char hash[15];
  struct cidr c = { .ip = { .family = AF_INET6, .bytes = { 0xfd } }, .prefix = PREFIX_6 };
  network_hash (s->data, name, hash, sizeof hash - 1);
  for (size_t i = 0; i < 7; i++)
    c.ip.bytes[1 + i] = strtoul ((char[]) { hash[2 * i], hash[2 * i + 1], 0 }, NULL, 16);
  if (! is_free (t, &c))
    return fail (err, E_NETWORK, "no free IPv6 subnet: give one by ipam.config");
  *ret = c;
  return 0;
}

static int
add_found (const struct cidr *c, struct arena *arena, struct record_NetworkFile *ret, struct error **err)
{
  char text[CIDR_TEXT];
  return ipam_subnet (&(struct compose_IpamConfig) { .subnet = cidr_text (c, text) }, arena,
                      &ret->subnets.v[ret->subnets.n++], err);
}

/* Is C, as subnet I of N, somebody's? A part of a wide route of the host's may be given away; a network that the host
 * is in, or a route to it, would be lost. On the parent's own segment (macvlan, ipvlan) that is what is meant. */
static int
check_overlap (const struct compose_Network *n, const struct taken *t, const struct cidr *c, size_t i,
               struct error **err)
{
  bool bridge = ! n->driver || ! *n->driver || streq (n->driver, "bridge");
  for (size_t j = 0; j < t->n; j++)
    {
      char text[CIDR_TEXT], route[CIDR_TEXT];
      if (! cidr_overlap (&t->v[j], c))
        continue;
      if (j < t->n_networks)
        return fail (err, E_CONFLICT, "ipam.config[%zu]: subnet %s overlaps that of network '%s'", i,
                     cidr_text (c, text), t->names.v[j]);
      if (bridge && t->v[j].prefix >= c->prefix)
        return fail (err, E_CONFLICT, "ipam.config[%zu]: subnet %s is in use on this host: there is a route to %s", i,
                     cidr_text (c, text), cidr_text (&t->v[j], route));
    }
  return 0;
}

/* The subnets that the compose file gives. */
static int
add_given (const struct compose_Network *n, const struct taken *t, struct arena *arena, struct record_NetworkFile *ret,
           struct error **err)
{
  for (size_t i = 0; n->ipam && i < n->ipam->config.n; i++)
    {
      struct cidr c;
      struct record_Subnet *subnet = &ret->subnets.v[ret->subnets.n];
      TRY_DOING (err, ipam_subnet (&n->ipam->config.v[i], arena, subnet, err), "ipam.config[%zu]", i);
      ret->subnets.n++;
      TRY (cidr_parse (subnet->subnet, &c));
      TRY (check_overlap (n, t, &c, i, err));
    }
  return 0;
}

static bool
has_family (const struct record_NetworkFile *n, bool v6)
{
  for (size_t i = 0; i < n->subnets.n; i++)
    if (! strchr (n->subnets.v[i].subnet, ':') == ! v6)
      return true;
  return false;
}

int
ipam_subnets (const struct settings *s, const struct compose_Network *n, const char *name, struct arena *arena,
              struct record_NetworkFile *ret, struct error **err)
{
  __attribute__ ((cleanup (taken_free))) struct taken t = { 0 };
  struct cidr c;
  bool wants_4 = ! n->enable_ipv4.set || n->enable_ipv4.value, wants_6 = n->enable_ipv6.value;
  TRY (collect (s, name, &t, err));
  ret->subnets.v = mem_arena (arena, ((n->ipam ? n->ipam->config.n : 0) + 2) * sizeof *ret->subnets.v);
  TRY (add_given (n, &t, arena, ret, err));
  if (wants_4 && ! has_family (ret, false) && (wants_6 || ! has_family (ret, true)))
    {
      TRY (find_subnet_4 (&t, &c, err));
      TRY (add_found (&c, arena, ret, err));
    }
  if (wants_6 && ! has_family (ret, true))
    {
      TRY (find_subnet_6 (s, &t, name, &c, err));
      TRY (add_found (&c, arena, ret, err));
    }
  if (! ret->subnets.n)
    return fail (err, E_COMPOSE_FILE, "both enable_ipv4 and enable_ipv6 are false");
  ret->ipv6 = (struct opt_bool) { has_family (ret, true), true };
  return 0;
}

/* ---- addresses */

/* Whose is TEXT? The lease's id, or "" for the gateway and reserved ones; NULL: nobody's. */
static const char *
owner (const struct record_NetworkFile *n, const struct record_Subnet *subnet, const char *text)
{
  if (streq (subnet->gateway, text))
    return "";
  for (size_t i = 0; i < subnet->reserved.n; i++)
    if (streq (subnet->reserved.v[i], text))
      return "";
  for (size_t i = 0; i < n->leases.n; i++)
    for (size_t j = 0; j < n->leases.v[i].addresses.n; j++)
      if (streq (n->leases.v[i].addresses.v[j], text))
        return n->leases.v[i].id;
  return NULL;
}

/* The addresses from *FIRST to *LAST are for containers. */
static int
usable (const struct record_Subnet *subnet, struct cidr *ret, struct ip *first, struct ip *last, struct error **err)
{
  if (cidr_parse (subnet->subnet, ret) < 0)
    return fail (err, E_NETWORK, "'%s' is no subnet", subnet->subnet);
  struct ip lowest = cidr_first (ret), highest = cidr_last (ret);
  *first = lowest;
  *last = highest;
  if (subnet->lease_range && (ip_parse (subnet->lease_range->start_ip, first) < 0
                              || ip_parse (subnet->lease_range->end_ip, last) < 0))
    return fail (err, E_NETWORK, "the lease range of subnet %s is not right", subnet->subnet);
  if (ip_compare (first, &lowest) == 0)
    *first = ip_plus (first, 1);
  if (last->family == AF_INET && ip_compare (last, &highest) == 0)
    *last = ip_plus (last, UINT32_MAX); /* minus one: the highest is the broadcast address */
  return 0;
}

static int
check_wanted (const struct record_NetworkFile *n, const struct record_Subnet *subnet, const char *id, const char *want,
              char ret[IP_TEXT], struct error **err)
{
  struct cidr c;
  struct ip ip;
  if (cidr_parse (subnet->subnet, &c) < 0 || ip_parse (want, &ip) < 0 || ! cidr_has (&c, &ip))
    return fail (err, E_NETWORK, "'%s' is no address of network '%s' (%s)", want, n->name, subnet->subnet);
  struct ip first = cidr_first (&c), last = cidr_last (&c);
  if (ip_compare (&ip, &first) == 0 || (ip.family == AF_INET && ip_compare (&ip, &last) == 0))
    return fail (err, E_NETWORK, "'%s' is the first or last address of network '%s' (%s), which are nobody's", want,
                 n->name, subnet->subnet);
  const char *whose = owner (n, subnet, ip_text (&ip, ret));
  if (whose && ! *whose && streq (subnet->gateway, ret))
    return fail (err, E_CONFLICT, "%s is the gateway of network '%s'", ret, n->name);
  if (whose && *whose && ! streq (whose, id))
    return fail (err, E_CONFLICT, "%s in network '%s' is another container's (%.12s)", ret, n->name, whose);
  return 0;
}

int
ipam_address (const struct record_NetworkFile *n, const struct record_Subnet *subnet, const char *id, const char *want,
              char ret[IP_TEXT], struct error **err)
{
  struct cidr c;
  struct ip first, last;
  if (want)
    return check_wanted (n, subnet, id, want, ret, err);
  TRY (usable (subnet, &c, &first, &last, err));
  for (struct ip ip = first; ip_compare (&ip, &last) <= 0; ip = ip_plus (&ip, 1))
    if (! owner (n, subnet, ip_text (&ip, ret)))
      return 0;
  return fail (err, E_NETWORK, "no free address in subnet %s of network '%s': give it a larger one by ipam.config",
               subnet->subnet, n->name);
}

int
ipam_find (const struct record_NetworkFile *n, const struct ip *address, struct cidr *ret, struct ip *ret_gateway)
{
  for (size_t i = 0; i < n->subnets.n; i++)
    {
      struct cidr c;
      if (cidr_parse (n->subnets.v[i].subnet, &c) < 0 || ! cidr_has (&c, address)
          || ip_parse (n->subnets.v[i].gateway, ret_gateway) < 0)
        continue;
      *ret = (struct cidr) { *address, c.prefix };
      return 0;
    }
  return -ENOENT;
}
