/* bundle_networks.c - service networks and ports -> the record's attachments, with addresses leased and host ports
 * reserved. */
#include "bundle_parts.h"
#include "errors.h"
#include "net.h"

struct wanted
{
  const char *key, *name;
  const struct compose_ServiceNetwork *options;
};

static const char *
full_name (const struct making *m, const char *key)
{
  const struct compose_Project *model = m->in->project ? m->in->project->model : NULL;
  for (size_t i = 0; model && i < model->networks.n; i++)
    if (streq (model->networks.keys[i], key))
      return model->networks.v[i].name;
  return key;
}

static int
compare (const void *a, const void *b)
{
  const struct wanted *x = a, *y = b;
  int64_t px = x->options->priority.value, py = y->options->priority.value;
  return px != py ? (px < py) - (px > py) : strcmp (x->key, y->key);
}

/* The names by which other services of this network link to this one, as "SERVICE:NAME" of their `links`. */
static void
add_links (struct making *m, const struct wanted *w, struct oci_strings *names)
{
  const struct compose_Project *model = m->in->project ? m->in->project->model : NULL;
  for (size_t i = 0; model && i < model->services.n; i++)
    {
      const struct compose_Service *other = &model->services.v[i];
      bool here = false;
      for (size_t k = 0; k < other->networks.n; k++)
        here |= streq (other->networks.keys[k], w->key);
      for (size_t k = 0; here && k < other->links.n; k++)
        {
          const char *rest = after_prefix (other->links.v[k], m->in->service_name);
          if (rest && *rest == ':')
            strings_add (m->arena, names, rest + 1);
        }
    }
}

static void
add_aliases (struct making *m, const struct wanted *w, struct record_Attachment *a)
{
  bool named = ! m->overrides->oneoff || m->overrides->use_aliases;
  strings_add (m->arena, &a->aliases, m->record->name);
  if (m->in->service_name && named)
    strings_add (m->arena, &a->aliases, m->in->service_name);
  for (size_t i = 0; named && i < w->options->aliases.n; i++)
    strings_add (m->arena, &a->aliases, w->options->aliases.v[i]);
  if (m->in->service_name && ! m->overrides->oneoff)
    add_links (m, w, &a->aliases);
  strings_add (m->arena, &a->aliases, make_printf (m->arena, "%.12s", m->id));
  if (m->service->hostname)
    strings_add (m->arena, &a->aliases, m->service->hostname);
}

static int
attach (struct making *m, const struct wanted *w, size_t index, struct error **err)
{
  struct record_Attachment *a = LIST_ADD (m->arena, &m->record->networks);
  const struct compose_ServiceNetwork *o = w->options;
  a->network = make_string (m->arena, w->name);
  a->interface = make_string (m->arena, o->interface_name);
  if (! a->interface)
    a->interface = make_printf (m->arena, "eth%zu", index);
  a->mac = make_string (m->arena, o->mac_address ? o->mac_address : index == 0 ? m->service->mac_address : NULL);
  a->priority = o->priority;
  a->gw_priority = o->gw_priority;
  add_aliases (m, w, a);
  autostrv struct strv addresses = { 0 };
  TRY_DOING (err, network_lease (m->settings, w->name, m->id, o->ipv4_address, o->ipv6_address, &addresses, err),
             "networks.%s", w->key);
  strings_addv (m->arena, &a->addresses, &addresses);
  return 0;
}

/* network_mode: bridge, and a container of no project: one network for all of them, which stays. */
static int
attach_to_common (struct making *m, struct error **err)
{
  static const struct compose_ServiceNetwork plain;
  const struct compose_Network common = { .name = "bridge" };
  const struct wanted w = { common.name, common.name, &plain };
  bool created;
  TRY (network_ensure (m->settings, &common, NULL, NULL, &created, err));
  return attach (m, &w, 0, err);
}

int
bundle_networks (struct making *m, struct error **err)
{
  const struct compose_Service *s = m->service;
  const char *mode;
  TRY (network_mode_of (m, &mode, err));
  for (size_t i = 0; i < s->dns.n; i++)
    strings_add (m->arena, &m->record->dns, s->dns.v[i]);
  if (! streq (mode, "bridge"))
    return 0;
  if (s->networks.n == 0)
    return attach_to_common (m, err);
  struct wanted *v = mem_arena (m->arena, s->networks.n * sizeof *v);
  for (size_t i = 0; i < s->networks.n; i++)
    v[i] = (struct wanted) { s->networks.keys[i], full_name (m, s->networks.keys[i]), &s->networks.v[i] };
  qsort (v, s->networks.n, sizeof *v, compare);
  for (size_t i = 0; i < s->networks.n; i++)
    TRY (attach (m, &v[i], i, err));
  return 0;
}

/* "8080", or the first and last of "8000-8010": ports_reserve() takes one that is free. */
static int
published (const struct compose_PortSpec *p, struct record_Port *ret, struct error **err)
{
  enum { LAST_PORT = 65535 };
  if (! p->published || ! *p->published)
    return 0;
  char *end;
  errno = 0;
  long from = strtol (p->published, &end, 10), to = from;
  if (*end == '-')
    to = strtol (end + 1, &end, 10);
  if (errno || *end || from < 0 || to < from || to > LAST_PORT)
    return fail (err, E_COMPOSE_FILE, "published '%s': a port, or a range of ports, is expected", p->published);
  if (from)
    ret->host_port = int_is (from);
  if (to > from)
    ret->host_port_end = int_is (to);
  return 0;
}

/* The host's address for ports that name none: the service's, the project's, or a network's default; NULL: all. */
static const char *
default_host (const struct project *p, const struct compose_Service *s)
{
  const struct compose_Project *model = p ? p->model : NULL;
  if (s->perry && s->perry->publish_default)
    return s->perry->publish_default;
  if (model && model->perry && model->perry->publish_default)
    return model->perry->publish_default;
  for (size_t i = 0; model && i < s->networks.n; i++)
    for (size_t j = 0; j < model->networks.n; j++)
      for (size_t k = 0; streq (model->networks.keys[j], s->networks.keys[i])
           && k < model->networks.v[j].driver_opts.n; k++)
        if (streq (model->networks.v[j].driver_opts.keys[k], "com.docker.network.bridge.host_binding_ipv4"))
          return model->networks.v[j].driver_opts.v[k];
  return NULL;
}

/* Service S's ports, behind those that RECORD has. */
static int
service_ports (struct arena *a, const struct project *p, const struct compose_Service *s,
               struct record_Container *record,
               struct error **err)
{
  for (size_t i = 0; i < s->ports.n; i++)
    {
      const struct compose_PortSpec *spec = &s->ports.v[i];
      struct record_Port *port = LIST_ADD (a, &record->ports);
      TRY_DOING (err, published (spec, port, err), "ports[%zu]", i);
      port->host_ip = make_string (a, spec->host_ip && *spec->host_ip ? spec->host_ip : default_host (p, s));
      port->target = spec->target;
      port->protocol = make_string (a, spec->protocol ? spec->protocol : "tcp");
    }
  return 0;
}

static const char *
member (const struct node *map, const char *key)
{
  const struct node *n = node_get (map, key);
  return n ? n->text : NULL;
}

/* Those of --publish, behind the others. */
static int
flag_ports (struct making *m, const char *text, struct error **err)
{
  struct node *list;
  TRY (port_from_text (m->arena, text, &list, err));
  for (const struct node *n = list->first; n; n = n->next)
    {
      struct record_Port *port = LIST_ADD (m->arena, &m->record->ports);
      const struct compose_PortSpec spec = { .published = member (n, "published") };
      const char *host = member (n, "host_ip");
      TRY (published (&spec, port, err));
      port->host_ip = make_string (m->arena, host && *host ? host : default_host (m->in->project, m->service));
      port->target = int_is (atoi (member (n, "target")));
      port->protocol = make_string (m->arena, member (n, "protocol"));
    }
  return 0;
}

int
bundle_ports (struct making *m, struct error **err)
{
  const char *mode;
  const struct strv *more = m->overrides->publish;
  TRY (network_mode_of (m, &mode, err));
  if (! streq (mode, "bridge"))
    return more && more->n ? fail (err, EINVAL, "--publish: the service has no network of its own") : 0;
  if (! m->overrides->no_ports)
    TRY (service_ports (m->arena, m->in->project, m->service, m->record, err));
  for (size_t i = 0; more && i < more->n; i++)
    TRY (flag_ports (m, more->v[i], err));
  if (m->record->ports.n == 0)
    return 0;
  return ports_reserve (m->settings, m->id, m->record->name, m->record->ports.v, m->record->ports.n, err);
}

int
bundle_ports_of (struct arena *arena, const struct project *p, const struct compose_Service *service,
                 struct record_Container *record, struct error **err)
{
  const char *mode = service->network_mode;
  bool own = (! mode || streq (mode, "bridge") || streq (mode, "default"))
             && ! (service->perry && flag_on (service->perry->no_network));
  return own ? service_ports (arena, p, service, record, err) : 0;
}
