/* environment.c - `env_file` and `label_file` read into `environment` and `labels`, and variables without value
 * looked up. Reads files; a FIFO or a device is an error and never waited for (dotenv.h). */
#include <sys/stat.h>

#include "dotenv.h"
#include "loading.h"

static void
set_pair (struct arena *a, struct node *map, const char *pair, const struct place *at)
{
  const char *eq = strchr (pair, '=');
  node_set (a, map, mem_arena_text (a, pair, (size_t) (eq - pair)), node_string (a, eq + 1, at));
}

/* `environment` of a container wins over all of its files; of these a later one wins. */
static void
put_below (struct arena *a, struct node *service, const char *attribute, struct node *from_files)
{
  struct node *own = node_get (service, attribute);
  if (! from_files->first)
    return;
  for (struct node *c = own ? own->first : NULL, *next; c; c = next)
    {
      next = c->next;
      node_set (a, from_files, c->key, c);
    }
  node_set (a, service, attribute, from_files);
}

static int
read_file (struct loading *l, struct project *p, const struct node *n, const char *path, bool raw, struct node *into,
           struct error **err)
{
  autostrv struct strv pairs = { 0 };
  if (dotenv_read (path, raw, &p->variables, &pairs, err) < 0)
    return wrap_at (err, n);
  if (pairs.n + node_count (into) > MAX_ENTRIES)
    return node_fail (err, E_ENV_FILE, n, NULL, "%s: more than %d variables in a service's files", path, MAX_ENTRIES);
  for (size_t i = 0; i < pairs.n; i++)
    set_pair (l->arena, into, pairs.v[i], &n->place);
  return 0;
}

static int
read_env_files (struct loading *l, struct project *p, struct node *service, struct error **err)
{
  const struct node *files = node_get (service, "env_file");
  struct node *from_files = node_new (l->arena, NODE_MAP, &service->place);
  for (const struct node *f = files ? files->first : NULL; f; f = f->next)
    {
      const char *format = map_text (f, "format");
      autofree char *path = path_join (p->directory, map_text (f, "path"));
      const struct node *required = node_get (f, "required");
      struct stat st;
      if (format && ! streq (format, "raw"))
        return node_fail (err, E_COMPOSE_FILE, node_get (f, "format"), "env_file", "want raw or nothing, not '%s'",
                          format);
      if (required && ! scalar_true (required) && stat (path, &st) < 0 && errno == ENOENT)
        continue;
      TRY (read_file (l, p, node_get (f, "path"), path, format != NULL, from_files, err));
    }
  put_below (l->arena, service, "environment", from_files);
  node_remove (service, "env_file");
  return 0;
}

static int
read_label_files (struct loading *l, struct project *p, struct node *service, struct error **err)
{
  const struct node *files = node_get (service, "label_file");
  struct node *from_files = node_new (l->arena, NODE_MAP, &service->place);
  for (const struct node *f = files ? files->first : NULL; f; f = f->next)
    {
      autofree char *path = path_join (p->directory, f->text);
      TRY (read_file (l, p, f, path, false, from_files, err));
    }
  put_below (l->arena, service, "labels", from_files);
  node_remove (service, "label_file");
  return 0;
}

/* A name without value takes it from our variables; unset there, it is no variable of the container either. */
static void
look_up (struct loading *l, const struct project *p, struct node *map, bool keep)
{
  for (struct node *c = map ? map->first : NULL, *next; c; c = next)
    {
      const char *value = c->kind == NODE_NULL ? variables_get (&p->variables, c->key) : NULL;
      next = c->next;
      if (value)
        node_become (c, node_string (l->arena, value, &c->place));
      else if (c->kind == NODE_NULL && ! keep)
        node_remove (map, c->key);
    }
}

/* NAME of SERVICES, and what it depends on, into SET. */
static void
add_needed (const struct node *services, const char *name, struct strv *set)
{
  const struct node *depends = node_at (services, name, "depends_on", NULL);
  if (strv_has (set, name))
    return;
  strv_add (set, name);
  for (const struct node *d = depends ? depends->first : NULL; d; d = d->next)
    if (d->key)
      add_needed (services, d->key, set);
}

/* Files of services that do not take part may be missing: those that are named on the command line do, and what they
 * depend on. */
int
environment_resolve (struct loading *l, struct project *p, struct error **err)
{
  const struct node *services = node_get (p->tree, "services");
  const struct strv *targets = l->options->targets;
  autostrv struct strv needed = { 0 };
  for (size_t i = 0; targets && i < targets->n; i++)
    add_needed (services, targets->v[i], &needed);
  for (struct node *c = services->first; c; c = c->next)
    {
      if (needed.n && ! strv_has (&needed, c->key))
        continue;
      TRY (read_env_files (l, p, c, err));
      TRY (read_label_files (l, p, c, err));
      look_up (l, p, node_get (c, "environment"), true);
      look_up (l, p, node_at (c, "build", "args", NULL), false);
    }
  return 0;
}
