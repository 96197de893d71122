/* container_flags.c - see container_flags.h: options to a tree. Pure. */
#include "container_flags.h"

#include "loading.h"
#include "single.h"

enum flag_kind { FLAG_TEXT, FLAG_LIST, FLAG_FLAG };

static const struct row
{
  enum flag_kind kind;
  size_t offset;
  const char *attribute;
} rows[] = {
#define FLAG_ROW(kind, member, letter, name, value, attribute, ...) \
  { FLAG_##kind, offsetof (struct container_flags, member), attribute },
  CONTAINER_FLAGS (FLAG_ROW)
#undef FLAG_ROW
};

void
container_flags_free (struct container_flags *f)
{
  free (f->image);
  oci_document_free (&f->spec_document);
  strv_free (&f->command);
  strv_free (&f->entrypoint_words);
}

static struct node *
list_of (struct arena *a, const struct strv *v)
{
  struct node *list = node_new (a, NODE_LIST, NULL);
  for (size_t i = 0; i < v->n; i++)
    node_append (list, node_string (a, v->v[i], NULL));
  return list;
}

/* The option's value as a node; NULL: not given. */
static struct node *
value_of (struct arena *a, const struct container_flags *f, const struct row *r)
{
  const void *member = (const char *) f + r->offset;
  if (r->kind == FLAG_FLAG)
    return *(const bool *) member ? node_string (a, "true", NULL) : NULL;
  if (r->kind == FLAG_TEXT)
    return *(const char *const *) member ? node_string (a, *(const char *const *) member, NULL) : NULL;
  return ((const struct strv *) member)->n ? list_of (a, member) : NULL;
}

/* VALUE at "attribute" or "attribute.member". */
static void
put (struct arena *a, struct node *service, const char *attribute, struct node *value)
{
  const char *dot = strchr (attribute, '.');
  if (! dot)
    node_set (a, service, attribute, value);
  else
    node_set (a, map_need (a, service, mem_arena_text (a, attribute, (size_t) (dot - attribute))), dot + 1, value);
}

/* "nofile=1024" or "nofile=1024:2048" */
static int
put_ulimits (const struct container_flags *f, struct arena *a, struct node *service, struct error **err)
{
  for (size_t i = 0; i < f->ulimit.n; i++)
    {
      const char *text = f->ulimit.v[i], *equals = strchr (text, '='), *colon = equals ? strchr (equals, ':') : NULL;
      if (! equals)
        return fail (err, EINVAL, "--ulimit %s: want NAME=SOFT[:HARD]", text);
      const char *soft = mem_arena_text (a, equals + 1, colon ? (size_t) (colon - equals - 1) : strlen (equals + 1));
      struct node *limit = node_new (a, NODE_MAP, NULL);
      map_set_text (a, limit, "soft", soft);
      map_set_text (a, limit, "hard", colon ? colon + 1 : soft);
      node_set (a, map_need (a, service, "ulimits"), mem_arena_text (a, text, (size_t) (equals - text)), limit);
    }
  return 0;
}

static int
put_networks (const struct container_flags *f, struct arena *a, struct node *service, struct error **err)
{
  static const char *const modes[] = { "none", "host" };
  bool cut_off = f->tier && (streq (f->tier, "isolated") || streq (f->tier, "untrusted"));
  const char *only = f->network.n == 1 ? f->network.v[0] : f->network.n == 0 && cut_off ? modes[0] : "";
  for (size_t i = 0; i < ARRAY_LEN (modes) + 1; i++)
    if (i < ARRAY_LEN (modes) ? streq (only, modes[i]) : after_prefix (only, "container:") != NULL)
      {
        if (f->network_alias.n)
          return fail (err, EINVAL, "--network-alias: with --network %s there is nobody to know it", only);
        map_set_text (a, service, "network_mode", only);
        return 0;
      }
  struct node *networks = map_need (a, service, "networks");
  for (size_t i = 0; i < f->network.n || i == 0; i++)
    {
      const char *name = f->network.n ? f->network.v[i] : SINGLE_NETWORK;
      struct node *network = node_new (a, NODE_MAP, NULL);
      if (f->network_alias.n)
        node_set (a, network, "aliases", list_of (a, &f->network_alias));
      node_set (a, networks, streq (name, "bridge") || streq (name, "default") ? SINGLE_NETWORK : name, network);
    }
  return 0;
}

int
container_flags_tree (const struct container_flags *f, struct arena *a, struct node **ret, struct error **err)
{
  struct node *service = node_new (a, NODE_MAP, NULL);
  map_set_text (a, service, "image", f->image);
  for (size_t i = 0; i < ARRAY_LEN (rows); i++)
    {
      struct node *value = *rows[i].attribute ? value_of (a, f, &rows[i]) : NULL;
      if (value)
        put (a, service, rows[i].attribute, value);
    }
  if (f->command.n)
    node_set (a, service, "command", list_of (a, &f->command));
  if (f->entrypoint_words.n && ! f->entrypoint)
    node_set (a, service, "entrypoint", list_of (a, &f->entrypoint_words));
  if (f->stop_timeout)
    node_set (a, service, "stop_grace_period", node_printf (a, NULL, "%ss", f->stop_timeout));
  for (size_t i = 0; i < f->volumes_from.n; i++)
    {
      if (i == 0)
        node_set (a, service, "volumes_from", node_new (a, NODE_LIST, NULL));
      node_append (node_get (service, "volumes_from"), node_printf (a, NULL, "container:%s", f->volumes_from.v[i]));
    }
  TRY (put_ulimits (f, a, service, err));
  TRY (put_networks (f, a, service, err));
  *ret = service;
  return 0;
}
