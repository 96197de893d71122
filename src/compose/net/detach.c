/* detach.c - containers leave their networks (net.h), and networks the kernel (network_down.h). In perry-compose, with
 * CAP_NET_ADMIN over the namespace of the bridges. Many changes become one deletion per network, one transaction of the
 * packet filter and one look at the DNS servers; the files of who is attached are written last, so that a killed call
 * is done again by the next. */
#include "net.h"

#include "bridge.h"
#include "connections.h"
#include "dns.h"
#include "errors.h"
#include "firewall.h"
#include "forwarding.h"
#include "host_firewall.h"
#include "network_down.h"
#include "session.h"
#include "slirp.h"

/* A network that somebody leaves. */
struct left
{
  struct oci_document file_doc, state_doc;
  const struct record_NetworkFile *n;
  struct record_NetworkState state; /* afterwards; its list in the arena of struct leaving */
};

struct leaving
{
  const struct settings *s;
  int sock, there;           /* THERE: in the container's namespace; -1: it is gone, or there are many */
  struct left *v;
  size_t n;
  struct text rules;
  struct arena arena;
  bool down;                 /* a network was taken down */
  struct error *first;       /* what went wrong; the rest is done all the same */
};

static void
leaving_free (struct leaving *l)
{
  for (size_t i = 0; i < l->n; i++)
    {
      oci_document_free (&l->v[i].file_doc);
      oci_document_free (&l->v[i].state_doc);
    }
  free (l->v);
  close_fd (&l->sock);
  close_fd (&l->there);
  text_free (&l->rules);
  arena_free (&l->arena);
  error_free (&l->first);
}
#define autoleaving __attribute__ ((cleanup (leaving_free)))

/* Keep WHY if it is the first. */
static void
note (struct leaving *l, struct error **why)
{
  if (! l->first)
    l->first = TAKE_PTR (*why);
  error_free (why);
}

static int
begin (struct leaving *l, const struct settings *s, const char *netns, struct error **err)
{
  *l = (struct leaving) { .s = s, .sock = -1, .there = -1 };
  /* The container's namespace may be gone. */
  if (netns)
    link_open (netns, &l->there, NULL, NULL);
  return link_open (NULL, &l->sock, NULL, err);
}

/* All of network N, which nobody is attached to. */
static int
take_down (struct leaving *l, const struct record_NetworkFile *n, struct error **err)
{
  static const struct record_NetworkState nobody;
  l->down = true;
  if (streq (n->driver, "bridge"))
    firewall_text_delete (&l->rules, n);
  int r = link_delete_group (l->sock, bridge_group (n));
  if (r < 0)
    return fail_sys (err, -r, "network '%s': delete bridge %s", n->name, n->interface);
  TRY (host_firewall_close (l->s, n, err));
  return dns_write (l->s, n, &nobody, err);
}

static void
delete_interface (struct leaving *l, const struct record_NetworkFile *n, const struct record_Attached *a)
{
  bool bridged = streq (n->driver, "bridge");
  int sock = bridged ? l->sock : l->there;
  int index = sock < 0 ? -1 : link_index (sock, bridged ? a->host_interface : a->interface, NULL);
  if (index >= 0)
    link_delete (sock, index);
}

/* Containers V leave the network LEFT, which has ST now. */
static int
leave (struct leaving *l, struct left *left, const struct record_NetworkState *st,
       const struct record_Container *const *v, size_t n, struct error **err)
{
  bool published = false;
  left->state = *st;
  for (size_t i = 0; i < n; i++)
    {
      const struct record_Attached *a = network_state_find (st, v[i]->id);
      if (! a)
        continue;
      published |= a->ports.n > 0;
      left->state = network_state_with (&left->state, v[i]->id, NULL, &l->arena);
    }
  if (! left->state.attached.n && st->attached.n)
    TRY (take_down (l, left->n, err));
  if (! left->state.attached.n && streq (left->n->driver, "bridge"))
    return 0;
  for (size_t i = 0; i < n; i++)
    {
      const struct record_Attached *a = network_state_find (st, v[i]->id);
      if (a)
        delete_interface (l, left->n, a);
    }
  if (published && left->state.attached.n)
    firewall_text (&l->rules, left->n, &left->state);
  return left->state.attached.n == st->attached.n ? 0 : dns_write (l->s, left->n, &left->state, err);
}

static int
leave_network (struct leaving *l, const char *name, const struct record_Container *const *v, size_t n,
               struct error **err)
{
  autoerror struct error *why = NULL;
  for (size_t i = 0; i < l->n; i++)
    if (streq (l->v[i].n->name, name))
      return 0;
  l->v = mem_grow (l->v, l->n + 1, sizeof *l->v);
  struct left *left = &l->v[l->n];
  *left = (struct left) { 0 };
  left->n = network_read (l->s, name, &left->file_doc, &why);
  if (! left->n)
    return why->code == E_NOT_FOUND ? 0 : fail (err, why->code, "%s", error_text (why));
  l->n++;
  const struct record_NetworkState *st = network_state_read (l->s, name, &left->state_doc, err);
  return st ? leave (l, left, st, v, n, err) : -E_NETWORK;
}

/* What has to come after all of it, when V have left. */
static int
finish (struct leaving *l, const struct record_Container *const *v, size_t n, bool *ret_reload, struct error **err)
{
  bool started = false;
  TRY (firewall_apply (l->s, &l->rules, err));
  TRY (dns_run (l->s, &started, err));
  if (l->down)
    TRY (forwarding_restore (l->s, l->sock, err));
  for (size_t i = 0; i < l->n; i++)
    TRY (network_state_write (l->s, l->v[i].n->name, &l->v[i].state, err));
  for (size_t i = 0; i < n; i++)
    TRY (connections_forget (v[i]->ports.v, v[i]->ports.n, err));
  *ret_reload = ! started;
  return 0;
}

/* V leave all of their networks; under the lock. */
static int
leave_all (const struct settings *s, const struct record_Container *const *v, size_t n, const char *netns,
           bool *ret_reload, struct error **err)
{
  autoleaving struct leaving l = { .sock = -1, .there = -1 };
  autoclose int lock = -1;
  TRY (network_lock (s, &lock, err));
  TRY (begin (&l, s, netns, err));
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < v[i]->networks.n; j++)
      {
        autoerror struct error *why = NULL;
        if (leave_network (&l, v[i]->networks.v[j].network, v, n, &why) < 0)
          note (&l, &why);
      }
  autoerror struct error *why = NULL;
  if (finish (&l, v, n, ret_reload, &why) < 0)
    note (&l, &why);
  return l.first ? fail (err, l.first->code, "%s", l.first->text) : 0;
}

struct work
{
  const struct settings *s;
  const struct record_Container *const *v;
  size_t n;
  const char *netns;
  const struct record_NetworkFile *network; /* network_down() */
};

static int
detach_here (void *arg, struct error **err)
{
  const struct work *w = arg;
  bool reload = false;
  TRY (leave_all (w->s, w->v, w->n, w->netns, &reload, err));
  return reload ? dns_reload (w->s, err) : 0;
}

static int
detach (const struct settings *s, const struct record_Container *const *v, size_t n, const char *netns,
        struct error **err)
{
  struct work w = { .s = s, .v = v, .n = n, .netns = netns };
  int first = 0;
  for (size_t i = 0; s->rootless && i < n; i++)
    {
      int r = slirp_remove_ports (s, v[i]->ports.v, v[i]->ports.n, first ? NULL : err);
      first = first ? first : r;
    }
  int r = session_network_do (s, detach_here, &w, first ? NULL : err);
  return first ? first : r;
}

int
network_detach (const struct settings *s, const struct record_Container *c, const char *netns, struct error **err)
{
  return c->networks.n ? detach (s, &c, 1, netns, err) : 0;
}

int
network_detach_all (const struct settings *s, const struct record_Container *const *v, size_t n, struct error **err)
{
  return n ? detach (s, v, n, NULL, err) : 0;
}

static int
take_down_here (void *arg, struct error **err)
{
  const struct work *w = arg;
  const struct record_NetworkFile *n = w->network;
  autoleaving struct leaving l = { .sock = -1, .there = -1 };
  struct oci_document doc;
  bool reload;
  TRY (begin (&l, w->s, NULL, err));
  const struct record_NetworkState *st = network_state_read (w->s, n->name, &doc, err);
  if (! st)
    return -E_NETWORK;
  size_t attached = st->attached.n;
  oci_document_free (&doc);
  if (! attached && link_index (l.sock, n->interface, NULL) < 0)
    return 0;
  TRY (take_down (&l, n, err));
  TRY (finish (&l, NULL, 0, &reload, err));
  return network_state_write (w->s, n->name, &(struct record_NetworkState) { 0 }, err);
}

int
network_down (const struct settings *s, const struct record_NetworkFile *n, struct error **err)
{
  struct work w = { .s = s, .network = n };
  return session_network_do (s, take_down_here, &w, err);
}
