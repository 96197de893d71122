/* canonical_ports.c - "[HOST:][PUBLISHED:]TARGET[/PROTOCOL]" to mappings; a range of targets becomes one entry for
 * each. Pure. */
#include <arpa/inet.h>

#include "loading.h"

struct range
{
  unsigned from, to;
};

struct port
{
  const char *host; /* NULL: not given */
  const char *published_text;
  struct range published, target; /* from 0: not given */
  const char *protocol;
};

static bool
parse_number (const char **p, unsigned *ret)
{
  char *end;
  if (**p < '0' || **p > '9')
    return false;
  unsigned long n = strtoul (*p, &end, 10);
  *p = end;
  *ret = (unsigned) n;
  return n > 0 && n <= 65535;
}

static bool
parse_range (const char *p, struct range *ret)
{
  struct range r;
  if (! parse_number (&p, &r.from))
    return false;
  r.to = r.from;
  if (*p == '-' && (p++, ! parse_number (&p, &r.to)))
    return false;
  *ret = r;
  return *p == 0 && r.to >= r.from;
}

static bool
is_address (const char *s)
{
  struct in6_addr any;
  return inet_pton (AF_INET, s, &any) == 1 || inet_pton (AF_INET6, s, &any) == 1;
}

/* Split TEXT (ours to change) from its end: the address may have colons of its own. To publish port 0 is to publish
 * any: "". */
static bool
parse_port (char *text, struct port *ret)
{
  struct port p = { .protocol = "tcp", .published_text = "" };
  char *slash = strchr (text, '/');
  if (slash)
    {
      *slash = 0;
      p.protocol = slash + 1;
    }
  char *colon = strrchr (text, ':');
  if (colon)
    {
      *colon = 0;
      char *published = strrchr (text, ':');
      if (published)
        {
          *published = 0;
          p.host = text;
        }
      p.published_text = published ? published + 1 : text;
      size_t n = p.host ? strlen (p.host) : 0;
      if (n > 1 && p.host[0] == '[' && p.host[n - 1] == ']')
        {
          text[n - 1] = 0;
          p.host++;
        }
    }
  if (p.host && ! is_address (p.host))
    return false;
  if (streq (p.published_text, "0"))
    p.published_text = "";
  if (*p.published_text && ! parse_range (p.published_text, &p.published))
    return false;
  if (! parse_range (colon ? colon + 1 : text, &p.target))
    return false;
  *ret = p;
  return true;
}

static void
add_port (struct arena *a, struct node *list, const struct port *p, unsigned target, const char *published,
          const struct place *at)
{
  struct node *map = node_new (a, NODE_MAP, at), *number = node_printf (a, at, "%u", target);
  map_set_text (a, map, "mode", "ingress");
  if (p->host)
    map_set_text (a, map, "host_ip", p->host);
  number->kind = NODE_NUMBER;
  node_set (a, map, "target", number);
  if (*published)
    {
      map_set_text (a, map, "published", published);
      node_get (map, "published")->quoted = true;
    }
  map_set_text (a, map, "protocol", p->protocol);
  node_append (list, map);
}

/* *ROOM: how many more the list may have. */
static int
short_port (struct arena *a, struct node *list, const struct node *n, const struct step *s, unsigned *room,
            struct error **err)
{
  struct port p;
  if (! parse_port (mem_arena_text (a, n->text, strlen (n->text)), &p))
    return fail_at (err, E_COMPOSE_FILE, n, s,
                    "want [[ADDRESS:]PUBLISHED:]TARGET[/PROTOCOL] with ports from 1 to 65535, not '%s'", n->text);
  unsigned targets = p.target.to - p.target.from + 1, published = p.published.to - p.published.from + 1;
  if (p.published.from && targets > 1 && published != targets)
    return fail_at (err, E_COMPOSE_FILE, n, s, "%u published ports for %u ports of the container", published, targets);
  if (targets > *room)
    return fail_at (err, E_COMPOSE_FILE, n, s, "more than %d ports in one list", MAX_PORTS);
  *room -= targets;
  if (targets == 1)
    add_port (a, list, &p, p.target.from, p.published_text, &n->place);
  for (unsigned i = 0; targets > 1 && i < targets; i++)
    {
      char number[16] = "";
      if (p.published.from)
        snprintf (number, sizeof number, "%u", p.published.from + i);
      add_port (a, list, &p, p.target.from + i, number, &n->place);
    }
  return 0;
}

static int
long_port (struct arena *a, struct node *n, const struct step *s, struct error **err)
{
  const char *host = map_text (n, "host_ip"), *published = map_text (n, "published");
  struct range any;
  if (host && *host && ! is_address (host))
    return fail_at (err, E_COMPOSE_FILE, node_get (n, "host_ip"), s, "'%s' is no address", host);
  if (published && *published && ! streq (published, "0") && ! parse_range (published, &any))
    return fail_at (err, E_COMPOSE_FILE, node_get (n, "published"), s,
                    "want a port or a range from 1 to 65535, not '%s'", published);
  if (published)
    {
      map_set_text (a, n, "published", streq (published, "0") ? "" : published);
      node_get (n, "published")->quoted = true;
    }
  if (! node_get (n, "protocol"))
    map_set_text (a, n, "protocol", "tcp");
  if (! node_get (n, "mode"))
    map_set_text (a, n, "mode", "ingress");
  return 0;
}

int
canonical_ports (struct arena *a, struct node *n, const struct step *s, struct error **err)
{
  if (n->kind == NODE_NULL)
    return 0;
  if (n->kind != NODE_LIST)
    return fail_at (err, E_COMPOSE_FILE, n, s, "want a list of ports");
  struct node *list = node_new (a, NODE_LIST, &n->place);
  size_t i = 0;
  unsigned room = MAX_PORTS;
  for (struct node *c = n->first; c; c = c->next, i++)
    {
      struct step item = { .up = s, .index = i };
      if (c->kind == NODE_MAP || c->tag == TAG_RESET || (c->text && strchr (c->text, '$')))
        {
          if (c->kind == NODE_MAP)
            TRY (long_port (a, c, &item, err));
          struct node *copy = node_copy (a, c);
          copy->tag = c->tag;
          node_append (list, copy);
        }
      else if (c->kind == NODE_STRING || c->kind == NODE_NUMBER)
        TRY (short_port (a, list, c, &item, &room, err));
      else
        return fail_at (err, E_COMPOSE_FILE, c, &item, "want string or mapping");
    }
  node_become (n, list);
  return 0;
}

int
port_from_text (struct arena *a, const char *text, struct node **ret, struct error **err)
{
  struct node *list = node_new (a, NODE_LIST, NULL);
  struct step flag = { .key = "--publish" };
  node_append (list, node_string (a, text, NULL));
  TRY (canonical_ports (a, list, &flag, err));
  *ret = list;
  return 0;
}
