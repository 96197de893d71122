/* attach.c - containers come to their networks (net.h). In perry-compose, with CAP_NET_ADMIN over the namespace of the
 * bridges and over the container's. The file of who is attached is written first: whatever a killed call did is known
 * from it, and is done again or undone by the next one. */
#include "net.h"

#include "arena.h"
#include "bridge.h"
#include "connections.h"
#include "dns.h"
#include "errors.h"
#include "firewall.h"
#include "log.h"
#include "session.h"
#include "slirp.h"

/* One of the record's networks. */
struct joining
{
  struct oci_document file_doc, state_doc;
  const struct record_Attachment *a;
  const struct record_NetworkFile *n;
  bool default_4, default_6, publishes;
};

struct joinings
{
  struct joining *v;
  size_t n;
};

static void
joinings_free (struct joinings *j)
{
  for (size_t i = 0; i < j->n; i++)
    {
      oci_document_free (&j->v[i].file_doc);
      oci_document_free (&j->v[i].state_doc);
    }
  free (j->v);
}

/* ---- what a container gets */

static bool
has_address (const struct record_Attachment *a, bool v6)
{
  for (size_t i = 0; i < a->addresses.n; i++)
    if ((strchr (a->addresses.v[i], ':') != NULL) == v6)
      return true;
  return false;
}

/* Should A's network rather than B's have the default route? By gw_priority, priority, name. */
static bool
goes_before (const struct record_Attachment *a, const struct record_Attachment *b)
{
  if (a->gw_priority.value != b->gw_priority.value)
    return a->gw_priority.value > b->gw_priority.value;
  if (a->priority.value != b->priority.value)
    return a->priority.value > b->priority.value;
  return strcmp (a->network, b->network) < 0;
}

/* The network that has the default route of a family; NULL: none may. */
static struct joining *
choose_default (const struct joinings *j, bool v6)
{
  struct joining *best = NULL;
  for (size_t i = 0; i < j->n; i++)
    if (! j->v[i].n->internal.value && has_address (j->v[i].a, v6) && (! best || goes_before (j->v[i].a, best->a)))
      best = &j->v[i];
  return best;
}

/* A host address of one family leads to the container's address of the same one. In a session packets come by IPv4. */
static int
check_families (const struct settings *s, const struct record_Container *c, bool four, bool six, struct error **err)
{
  for (size_t i = 0; i < c->ports.n; i++)
    {
      const struct record_Port *p = &c->ports.v[i];
      struct ip ip = { 0 };
      if (s->rootless)
        ip.family = AF_INET;
      else if (! p->host_ip || ip_parse (p->host_ip, &ip) < 0)
        continue;
      bool v6 = ip.family == AF_INET6;
      if (! (v6 ? six : four))
        return fail (err, E_NETWORK, "port %u of host address %s leads nowhere: no network of the container that leads "
                     "out has IPv%d (enable_ipv%d: true)", (unsigned) p->host_port.value,
                     p->host_ip ? p->host_ip : "0.0.0.0", v6 ? 6 : 4, v6 ? 6 : 4);
    }
  return 0;
}

static int
read_networks (const struct settings *s, const struct record_Container *c, struct joinings *ret, struct error **err)
{
  ret->v = mem_alloc ((c->networks.n + 1) * sizeof *ret->v);
  for (size_t i = 0; i < c->networks.n; i++)
    {
      struct joining *j = &ret->v[ret->n];
      j->a = &c->networks.v[i];
      j->n = network_read (s, j->a->network, &j->file_doc, err);
      if (! j->n)
        return -(err && *err ? (*err)->code : E_NETWORK);
      ret->n++;
    }
  struct joining *four = choose_default (ret, false), *six = choose_default (ret, true);
  if (four)
    four->default_4 = four->publishes = true;
  if (six)
    six->default_6 = six->publishes = true;
  if (four || six)
    return check_families (s, c, four, six, err);
  if (c->ports.n)
    log_warning ("container %s: its ports are not published: it is on internal networks only", c->name);
  return 0;
}

static void
add_name (struct oci_strings *names, const char *name)
{
  for (size_t i = 0; i < names->n; i++)
    if (strcasecmp (names->v[i], name) == 0)
      return;
  names->v[names->n++] = name;
}

/* In a session packets for a published port come to the session's own address, whichever of the host's they came to. */
static void
take_ports (const struct settings *s, const struct record_Container *c, struct arena *arena,
            struct record_Attached *ret)
{
  struct record_Port *v = mem_arena (arena, (c->ports.n + 1) * sizeof *v);
  for (size_t i = 0; i < c->ports.n; i++)
    {
      v[i] = c->ports.v[i];
      if (s->rootless)
        v[i].host_ip = NULL;
    }
  ret->ports.n = c->ports.n;
  ret->ports.v = v;
}

/* A container is known by its service's key, its name, its short id, and its aliases. */
static struct record_Attached
attached_of (const struct settings *s, const struct record_Container *c, const struct joining *j, struct arena *arena)
{
  char host_interface[16];
  struct record_Attached r = {
    .id = c->id, .name = c->name, .interface = j->a->interface, .addresses = j->a->addresses,
    .dns = c->dns,
  };
  if (! r.interface)
    r.interface = mem_arena_text (arena, "eth0", 4);
  bridge_host_interface (j->n, c->id, host_interface);
  r.host_interface = mem_arena_text (arena, host_interface, strlen (host_interface));
  r.names.v = mem_arena (arena, (j->a->aliases.n + 3) * sizeof *r.names.v);
  const char *short_id = mem_arena_text (arena, c->id, 12);
  if (c->service && ! c->oneoff.value)
    add_name (&r.names, c->service);
  add_name (&r.names, c->name);
  for (size_t i = 0; i < j->a->aliases.n; i++)
    add_name (&r.names, j->a->aliases.v[i]);
  add_name (&r.names, short_id);
  if (j->publishes)
    take_ports (s, c, arena, &r);
  return r;
}

/* ---- coming */

/* Where the bridges are, and where the container is. */
struct places
{
  int sock, there, ns;
  struct filters filters;    /* where the bridges are */
};

static void
places_close (struct places *p)
{
  close_fd (&p->sock);
  close_fd (&p->there);
  close_fd (&p->ns);
  filters_free (&p->filters);
}

static int
join (const struct settings *s, const struct places *p, const struct record_Container *c, struct joining *j,
      struct error **err)
{
  autoarena struct arena arena = { 0 };
  const struct record_NetworkState *st = network_state_read (s, j->n->name, &j->state_doc, err);
  if (! st)
    return -(err && *err ? (*err)->code : E_NETWORK);
  const struct record_Attached *before = network_state_find (st, c->id);
  struct record_Attached a = attached_of (s, c, j, &arena);
  struct record_NetworkState changed = network_state_with (st, c->id, &a, &arena);
  struct bridge_end end = { p->there, p->ns, j->a->mac, j->default_4, j->default_6 };
  bool filtered;
  TRY (network_state_write (s, j->n->name, &changed, err));
  TRY (bridge_ensure (s, p->sock, &(struct bridge_wanted) { j->n, &changed, &p->filters }, &filtered, err));
  if (! filtered && (a.ports.n || (before && before->ports.n)))
    {
      autotext struct text rules = { 0 };
      firewall_text (&rules, j->n, &changed);
      TRY (firewall_apply (s, &rules, err));
    }
  TRY (connections_forget (a.ports.v, a.ports.n, err));
  TRY (bridge_attach (p->sock, j->n, &a, &end, err));
  return dns_write (s, j->n, &changed, err);
}

static int
join_all (const struct settings *s, const struct record_Container *c, const char *netns, bool *ret_reload,
          struct error **err)
{
  __attribute__ ((cleanup (joinings_free))) struct joinings j = { 0 };
  __attribute__ ((cleanup (places_close))) struct places p = { .sock = -1, .there = -1, .ns = -1 };
  autoclose int lock = -1;
  TRY (link_open (netns, &p.there, &p.ns, err));
  int lo = link_index (p.there, "lo", NULL);
  int r = lo < 0 ? lo : link_up (p.there, lo);
  if (r < 0)
    return fail_sys (err, -r, "set lo up");
  if (! c->networks.n)
    return 0;
  TRY (network_lock (s, &lock, err));
  TRY (read_networks (s, c, &j, err));
  TRY (link_open (NULL, &p.sock, NULL, err));
  TRY (filters_read (&p.filters, err));
  for (size_t i = 0; i < j.n; i++)
    TRY (join (s, &p, c, &j.v[i], err));
  bool started;
  TRY (dns_run (s, &started, err));
  *ret_reload = ! started;
  return 0;
}

/* Ports are reserved already when the container was made; not after a boot, and something else may listen there by
 * now. */
static int
reserve_again (const struct settings *s, const struct record_Container *c, struct error **err)
{
  if (c->ports.n == 0)
    return 0;
  autofree struct record_Port *v = mem_alloc (c->ports.n * sizeof *v);
  memcpy (v, c->ports.v, c->ports.n * sizeof *v);
  return ports_reserve (s, c->id, c->name, v, c->ports.n, err);
}

struct work
{
  const struct settings *s;
  const struct record_Container *c;
  const char *netns;
};

static int
attach (void *arg, struct error **err)
{
  const struct work *w = arg;
  bool reload = false;
  TRY (join_all (w->s, w->c, w->netns, &reload, err));
  return reload ? dns_reload (w->s, err) : 0;
}

int
network_attach (const struct settings *s, const struct record_Container *c, const char *netns, struct error **err)
{
  struct work w = { s, c, netns };
  TRY (reserve_again (s, c, err));
  int r = c->networks.n ? session_uplink (s, err) : 0;
  if (r == 0)
    r = session_network_do (s, attach, &w, err);
  if (r == 0 && s->rootless)
    r = slirp_add_ports (s, c->ports.v, c->ports.n, err);
  if (r < 0)
    network_detach (s, c, netns, NULL);
  return r;
}
