/* canonical.c - short forms to long ones, so that merging and everything after it sees one form: a table by attribute
 * path. Lists of ports, volumes and devices are in canonical_mounts.c and canonical_ports.c. Pure. */
#include "loading.h"

typedef int change_fn (struct arena *a, struct node *n, const struct step *s, struct error **err);

static int
want (struct error **err, const struct node *n, const struct step *s, const char *what)
{
  return fail_at (err, E_COMPOSE_FILE, n, s, "want %s", what);
}

static void
become_string (struct node *n)
{
  if (n->kind == NODE_BOOL || n->kind == NODE_NUMBER)
    {
      n->kind = NODE_STRING;
      n->quoted = true;
    }
}

static int
list_of_one (struct arena *a, struct node *n, const struct step *s, struct error **err)
{
  if (n->kind == NODE_MAP)
    return want (err, n, s, "string or list");
  if (n->kind == NODE_LIST || n->kind == NODE_NULL)
    return 0;
  struct node *list = node_new (a, NODE_LIST, &n->place), *item = node_copy (a, n);
  item->tag = TAG_NONE;
  node_append (list, item);
  node_become (n, list);
  return 0;
}

/* A path or a list of paths. */
static int
paths (struct arena *a, struct node *n, const struct step *s, struct error **err)
{
  TRY (list_of_one (a, n, s, err));
  size_t i = 0;
  for (struct node *c = n->first; c; c = c->next, i++)
    {
      struct step item = { .up = s, .index = i };
      if (c->tag != TAG_RESET && (! node_is_scalar (c) || c->kind == NODE_NULL || ! *c->text))
        return want (err, c, &item, "a path");
    }
  return 0;
}

/* "K=V" items or a map to a map of strings; an item without "=" has no value. */
static int
pairs (struct arena *a, struct node *n, const struct step *s, struct error **err)
{
  if (n->kind == NODE_LIST)
    {
      struct node *map = node_new (a, NODE_MAP, &n->place);
      size_t i = 0;
      for (struct node *c = n->first; c; c = c->next, i++)
        {
          struct step item = { .up = s, .index = i };
          if (! node_is_scalar (c) || c->kind == NODE_NULL)
            return want (err, c, &item, "string NAME=VALUE");
          const char *eq = strchr (c->text, '=');
          struct node *v = eq ? node_string (a, eq + 1, &c->place) : node_new (a, NODE_NULL, &c->place);
          v->tag = c->tag;
          node_set (a, map, eq ? mem_arena_text (a, c->text, (size_t) (eq - c->text)) : c->text, v);
        }
      node_become (n, map);
    }
  else if (n->kind != NODE_MAP && n->kind != NODE_NULL)
    return want (err, n, s, "mapping or list of NAME=VALUE");
  for (struct node *c = n->first; c; c = c->next)
    {
      struct step member = { .up = s, .key = c->key };
      if (! node_is_scalar (c))
        return want (err, c, &member, "string, number, boolean or nothing");
      become_string (c);
    }
  return 0;
}

/* The same where no value means an empty one: nothing is looked up in the environment. */
static int
pairs_filled (struct arena *a, struct node *n, const struct step *s, struct error **err)
{
  TRY (pairs (a, n, s, err));
  for (struct node *c = n->first; c; c = c->next)
    if (c->kind == NODE_NULL && c->tag != TAG_RESET)
      node_become (c, node_string (a, "", &c->place));
  return 0;
}

/* A list of names to a map without values. */
static int
names (struct arena *a, struct node *n, const struct step *s, struct error **err)
{
  if (n->kind == NODE_MAP || n->kind == NODE_NULL)
    return 0;
  if (n->kind != NODE_LIST)
    return want (err, n, s, "mapping or list of names");
  struct node *map = node_new (a, NODE_MAP, &n->place);
  size_t i = 0;
  for (struct node *c = n->first; c; c = c->next, i++)
    {
      struct step item = { .up = s, .index = i };
      if (! node_is_scalar (c) || c->kind == NODE_NULL)
        return want (err, c, &item, "name");
      struct node *v = node_new (a, NODE_NULL, &c->place);
      v->tag = c->tag;
      node_set (a, map, c->text, v);
    }
  node_become (n, map);
  return 0;
}

static int
depends_on (struct arena *a, struct node *n, const struct step *s, struct error **err)
{
  TRY (names (a, n, s, err));
  for (struct node *c = n->first; c; c = c->next)
    {
      if (c->tag == TAG_RESET)
        continue;
      if (c->kind == NODE_NULL)
        node_become (c, node_new (a, NODE_MAP, &c->place));
      if (c->kind != NODE_MAP)
        continue;
      if (! node_get (c, "condition"))
        map_set_text (a, c, "condition", "service_started");
      if (! node_get (c, "required"))
        map_set_flag (a, c, "required", true);
    }
  return 0;
}

/* A scalar to a map with one member, KEY. */
static void
map_of_one (struct arena *a, struct node *n, const char *key)
{
  if (! node_is_scalar (n) || n->kind == NODE_NULL)
    return;
  struct node *map = node_new (a, NODE_MAP, &n->place), *v = node_copy (a, n);
  v->tag = TAG_NONE;
  node_set (a, map, key, v);
  node_become (n, map);
}

static int
build (struct arena *a, struct node *n, const struct step *s UNUSED, struct error **err UNUSED)
{
  map_of_one (a, n, "context");
  return 0;
}

static int
extends (struct arena *a, struct node *n, const struct step *s UNUSED, struct error **err UNUSED)
{
  map_of_one (a, n, "service");
  return 0;
}

static int
env_file (struct arena *a, struct node *n, const struct step *s, struct error **err)
{
  TRY (list_of_one (a, n, s, err));
  size_t i = 0;
  for (struct node *c = n->first; c; c = c->next, i++)
    {
      struct step item = { .up = s, .index = i };
      if (c->tag == TAG_RESET)
        continue;
      map_of_one (a, c, "path");
      if (! map_text (c, "path"))
        return want (err, c, &item, "a path, or a mapping with path");
      if (! node_get (c, "required"))
        map_set_flag (a, c, "required", true);
    }
  return 0;
}

static int
include (struct arena *a, struct node *n, const struct step *s, struct error **err)
{
  map_of_one (a, n, "path");
  tags_strip (n);
  struct node *path = node_get (n, "path"), *env = node_get (n, "env_file");
  if (! path)
    return want (err, n, s, "a path, or a mapping with path");
  const struct step at_path = { .up = s, .key = "path" }, at_env = { .up = s, .key = "env_file" };
  TRY (paths (a, path, &at_path, err));
  return env ? paths (a, env, &at_env, err) : 0;
}

static int
words (struct arena *a, struct node *n, const struct step *s, struct error **err)
{
  if (! node_is_scalar (n) || n->kind == NODE_NULL)
    return 0;
  autoerror struct error *why = NULL;
  if (shell_words (a, n, &why) < 0)
    return fail_at (err, E_COMPOSE_FILE, n, s, "%s", error_text (why));
  return 0;
}

static int
health_test (struct arena *a, struct node *n, const struct step *s, struct error **err)
{
  if (n->kind == NODE_STRING)
    {
      struct node *line = node_copy (a, n), *list = node_new (a, NODE_LIST, &n->place);
      node_append (list, node_string (a, "CMD-SHELL", &n->place));
      line->tag = TAG_NONE;
      node_append (list, line);
      node_become (n, list);
    }
  const char *first = n->kind == NODE_LIST && n->first && node_is_scalar (n->first) ? n->first->text : NULL;
  if (first && ! streq (first, "NONE") && ! streq (first, "CMD") && ! streq (first, "CMD-SHELL"))
    return fail_at (err, E_COMPOSE_FILE, n->first, s, "must begin with NONE, CMD or CMD-SHELL, not '%s'", first);
  return 0;
}

static int
ulimit (struct arena *a, struct node *n, const struct step *s UNUSED, struct error **err UNUSED)
{
  if (! node_is_scalar (n) || n->kind == NODE_NULL)
    return 0;
  struct node *map = node_new (a, NODE_MAP, &n->place), *v = node_copy (a, n);
  v->tag = TAG_NONE;
  node_set (a, map, "soft", v);
  node_set (a, map, "hard", node_copy (a, v));
  node_become (n, map);
  return 0;
}

static int
file_ref (struct arena *a, struct node *n, const struct step *s, struct error **err)
{
  map_of_one (a, n, "source");
  if (n->kind != NODE_MAP || ! map_text (n, "source"))
    return want (err, n, s, "a name, or a mapping with source");
  return 0;
}

/* "name:address" and "name=address" to "name=address"; NULL: neither. An address may have colons and brackets. */
static struct node *
host_from_text (struct arena *a, const struct node *n)
{
  size_t name = strcspn (n->text, "=:");
  if (name == 0 || ! n->text[name] || ! n->text[name + 1])
    return NULL;
  const char *address = n->text + name + 1;
  size_t length = strlen (address);
  if (*address == '[' && address[length - 1] == ']')
    {
      address++;
      length -= 2;
    }
  return node_printf (a, &n->place, "%.*s=%.*s", (int) name, n->text, (int) length, address);
}

/* An item of a list, or a member of a map: NAME: ADDRESS, NAME: [ADDRESS, …]. */
static int
add_hosts (struct arena *a, struct node *list, const struct node *n, const struct step *s, struct error **err)
{
  if (n->key && n->kind == NODE_LIST)
    {
      size_t i = 0;
      for (const struct node *c = n->first; c; c = c->next, i++)
        {
          struct step item = { .up = s, .index = i };
          if (! node_is_scalar (c) || c->kind == NODE_NULL)
            return want (err, c, &item, "an address");
          node_append (list, node_printf (a, &c->place, "%s=%s", n->key, c->text));
        }
      return 0;
    }
  bool plain = node_is_scalar (n) && n->kind != NODE_NULL;
  struct node *host = ! plain ? NULL : n->key ? node_printf (a, &n->place, "%s=%s", n->key, n->text)
                                              : host_from_text (a, n);
  if (! host)
    return want (err, n, s, "NAME=ADDRESS");
  node_append (list, host);
  return 0;
}

/* Lists and maps to a list of "name=address". */
static int
extra_hosts (struct arena *a, struct node *n, const struct step *s, struct error **err)
{
  struct node *list = node_new (a, NODE_LIST, &n->place);
  size_t i = 0;
  if (n->kind == NODE_NULL)
    return 0;
  if (n->kind != NODE_LIST && n->kind != NODE_MAP)
    return want (err, n, s, "mapping or list of NAME=ADDRESS");
  for (struct node *c = n->first; c; c = c->next, i++)
    {
      struct step at = { .up = s, .key = c->key, .index = i };
      TRY (add_hosts (a, list, c, &at, err));
    }
  node_become (n, list);
  return 0;
}

/* The old form `external: {name: x}`; a resource that says nothing is an empty map. */
static int
resource (struct arena *a, struct node *n, const struct step *s, struct error **err)
{
  if (n->kind == NODE_NULL)
    node_become (n, node_new (a, NODE_MAP, &n->place));
  if (n->kind != NODE_MAP)
    return want (err, n, s, "mapping");
  struct node *external = node_get (n, "external");
  if (external && external->kind == NODE_MAP)
    {
      const char *name = map_text (external, "name");
      if (name && ! node_get (n, "name"))
        map_set_text (a, n, "name", name);
      map_set_flag (a, n, "external", true);
    }
  return 0;
}

static int
map_wanted (struct arena *a UNUSED, struct node *n, const struct step *s, struct error **err)
{
  return n->kind == NODE_MAP ? 0 : want (err, n, s, "mapping");
}

/* A section that says nothing is empty. */
static int
section (struct arena *a, struct node *n, const struct step *s, struct error **err)
{
  if (n->kind == NODE_NULL)
    node_become (n, node_new (a, NODE_MAP, &n->place));
  return map_wanted (a, n, s, err);
}

/* `build.ssh`: "default", a list, or a map of names to sockets */
static int
ssh (struct arena *a, struct node *n, const struct step *s, struct error **err)
{
  if (n->kind != NODE_MAP)
    return list_of_one (a, n, s, err);
  struct node *list = node_new (a, NODE_LIST, &n->place);
  for (struct node *c = n->first; c; c = c->next)
    node_append (list, c->text && *c->text ? node_printf (a, &c->place, "%s=%s", c->key, c->text)
                                           : node_string (a, c->key, &c->place));
  node_become (n, list);
  return 0;
}

/* A file mode is octal: as written, unless it is a plain number that does not begin with 0. */
static int
file_mode (struct arena *a, struct node *n, const struct step *s, struct error **err)
{
  if (! node_is_scalar (n) || n->kind == NODE_NULL)
    return 0;
  const char *text = n->text, *octal = after_prefix (text, "0o");
  bool decimal = n->kind == NODE_NUMBER && *text != '0';
  char *end;
  unsigned long mode = strtoul (octal ? octal : text, &end, decimal ? 10 : 8);
  if (*end || end == text || *text == '-' || mode > 07777)
    return fail_at (err, E_COMPOSE_FILE, n, s, "want a file mode, for example \"0440\", not '%s'", n->text);
  struct node *v = node_printf (a, &n->place, "%04lo", mode);
  v->quoted = true;
  node_become (n, v);
  return 0;
}

/* Parents come before what is in them (tree_walk). */
static const struct
{
  const char *pattern;
  change_fn *change;
} changes[] = {
  { "services", section },
  { "networks", section },
  { "volumes", section },
  { "secrets", section },
  { "configs", section },
  { "services.*", map_wanted },
  { "include.*", include },
  { "networks.*", resource },
  { "volumes.*", resource },
  { "secrets.*", resource },
  { "configs.*", resource },
  { "*.*.labels", pairs_filled },
  { "*.*.driver_opts", pairs_filled },
  { "networks.*.ipam.options", pairs_filled },
  { "networks.*.ipam.config.*.aux_addresses", pairs_filled },
  { "services.*.annotations", pairs_filled },
  { "services.*.build", build },
  { "services.*.build.additional_contexts", pairs_filled },
  { "services.*.build.args", pairs },
  { "services.*.build.extra_hosts", extra_hosts },
  { "services.*.build.labels", pairs_filled },
  { "services.*.build.secrets.*", file_ref },
  { "services.*.build.secrets.*.mode", file_mode },
  { "services.*.build.ssh", ssh },
  { "services.*.build.ulimits.*", ulimit },
  { "services.*.command", words },
  { "services.*.configs.*", file_ref },
  { "services.*.configs.*.mode", file_mode },
  { "services.*.depends_on", depends_on },
  { "services.*.deploy.labels", pairs_filled },
  { "services.*.devices.*", canonical_device },
  { "services.*.dns", list_of_one },
  { "services.*.dns_opt", list_of_one },
  { "services.*.dns_search", list_of_one },
  { "services.*.entrypoint", words },
  { "services.*.env_file", env_file },
  { "services.*.environment", pairs },
  { "services.*.extends", extends },
  { "services.*.extra_hosts", extra_hosts },
  { "services.*.healthcheck.test", health_test },
  { "services.*.label_file", paths },
  { "services.*.logging.options", pairs_filled },
  { "services.*.models", names },
  { "services.*.networks", names },
  { "services.*.networks.*.driver_opts", pairs_filled },
  { "services.*.ports", canonical_ports },
  { "services.*.post_start.*.command", words },
  { "services.*.post_start.*.environment", pairs },
  { "services.*.pre_start.*.command", words },
  { "services.*.pre_start.*.environment", pairs },
  { "services.*.pre_stop.*.command", words },
  { "services.*.pre_stop.*.environment", pairs },
  { "services.*.secrets.*", file_ref },
  { "services.*.secrets.*.mode", file_mode },
  { "services.*.storage_opt", pairs_filled },
  { "services.*.sysctls", pairs_filled },
  { "services.*.tmpfs", list_of_one },
  { "services.*.ulimits.*", ulimit },
  { "services.*.volumes.*", canonical_volume },
  { "services.*.volumes.*.tmpfs.mode", file_mode },
  { "services.*.volumes.*.volume.labels", pairs_filled },
};

static int
change (void *context, struct node *n, const struct step *s, struct error **err)
{
  const struct file_set *set = context;
  /* what is not interpolated is nobody's form yet */
  if (set->loading->options->no_interpolate && n->kind == NODE_STRING && strchr (n->text, '$'))
    return 0;
  const size_t before = node_count (n);
  for (size_t i = 0; i < ARRAY_LEN (changes); i++)
    if (step_matches (s, changes[i].pattern))
      TRY (changes[i].change (set->loading->arena, n, s, err));
  return node_count (n) > before ? count_nodes (set->loading, n, s, err) : 0;
}

int
canonical (const struct file_set *set, struct node *tree, struct error **err)
{
  return tree_walk (tree, NULL, change, (void *) set, err);
}
