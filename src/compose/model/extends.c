/* extends.c - `extends`: a service's definition on top of another one of the same file or of another file. */
#include "loading.h"

/* Services that are being resolved, innermost first. */
struct chain
{
  const struct chain *up;
  const char *file, *service;
};

struct extending
{
  const struct file_set *set;
  struct node *services;       /* of the file that the service is in */
  const char *file;
  const struct node *merged;   /* services of the files before this one; NULL: none */
};

static int resolve_service (const struct extending *e, struct node *service, const struct chain *up,
                            struct error **err);

/* "a extends b extends a": from OUTER, which is C again, inwards. */
static char *
describe (const struct chain *c, const struct chain *outer)
{
  char *names = mem_strdup (c->service);
  for (const struct chain *i = c->up; i; i = i == outer ? NULL : i->up)
    {
      char *longer = mem_printf ("%s extends %s", i->service, names);
      free (names);
      names = longer;
    }
  return names;
}

static int
check_cycle (const struct chain *c, const struct node *at, const char *path, struct error **err)
{
  for (const struct chain *o = c->up; o; o = o->up)
    if (streq (o->file, c->file) && streq (o->service, c->service))
      {
        autofree char *names = describe (c, o);
        return node_fail (err, E_CYCLE, at, path, "services extend each other in a circle: %s", names);
      }
  return 0;
}

/* The services of the other file, as if it were loaded from its own directory. */
static int
load_other (const struct file_set *set, const struct node *file, const char *where, struct file_set *ret_set,
            char **ret_path, struct node **ret_services, struct error **err)
{
  struct loading *l = set->loading;
  autofree char *path = path_join (set->directory, file->text), *parent = path_parent (path);
  autofree char *near = path_parent (file->text);
  autofree char *base = *set->base || ! streq (near, ".") ? path_join (set->base, near) : mem_strdup ("");
  struct file_set other = *set;
  struct node *tree;
  other.directory = arena_strndup (l->arena, parent, strlen (parent));
  other.base = arena_strndup (l->arena, base, strlen (base));
  if (file_parse (l, path, &tree, err) < 0)
    {
      wrap (err, "%s", where);
      return wrap_at (err, file);
    }
  TRY (file_prepare (&other, tree, err));
  *ret_set = other;
  *ret_path = arena_strndup (l->arena, path, strlen (path));
  *ret_services = node_get (tree, "services");
  return 0;
}

static int
find_base (const struct extending *e, const struct node *extends, const char *where, const struct chain *up,
           struct node **ret, struct error **err)
{
  const char *name = map_text (extends, "service");
  const struct node *file = node_get (extends, "file");
  struct extending in = *e;
  struct file_set other;
  if (! name)
    return node_fail (err, E_COMPOSE_FILE, extends, where, "want service: the name of the service to extend");
  if (file && ! map_text (extends, "file"))
    return node_fail (err, E_COMPOSE_FILE, file, where, "file: want a path");
  if (file)
    {
      char *path = NULL;
      TRY (load_other (e->set, file, where, &other, &path, &in.services, err));
      in.set = &other;
      in.file = path;
      in.merged = NULL;
    }
  struct chain here = { .up = up, .file = in.file, .service = name };
  TRY (check_cycle (&here, extends, where, err));
  struct node *base = node_get (in.services, name);
  if (base && base->kind == NODE_MAP)
    TRY (resolve_service (&in, base, &here, err));
  else
    base = node_get (in.merged, name);
  autofree char *label = file_label (in.file);
  if (! base || base->kind != NODE_MAP)
    return node_fail (err, E_COMPOSE_FILE, extends, where, "there is no service '%s' in %s", name, label);
  *ret = base;
  return 0;
}

static int
resolve_service (const struct extending *e, struct node *service, const struct chain *up, struct error **err)
{
  struct arena *a = e->set->loading->arena;
  struct node *extends = node_get (service, "extends"), *base = NULL, *merged;
  if (! extends || extends->tag == TAG_RESET || extends->kind == NODE_NULL)
    return 0;
  autofree char *where = mem_printf ("services.%s.extends", service->key);
  TRY (find_base (e, extends, where, up, &base, err));
  base = node_copy (a, base);
  tags_strip (base);
  node_remove (service, "extends");
  const struct step root = { .key = "services" }, at = { .up = &root, .key = service->key };
  struct node *own = node_copy (a, service);
  own->tag = TAG_NONE;
  TRY (merge (a, base, own, &at, &merged, err));
  node_become (service, merged);
  return 0;
}

int
extends_apply (const struct file_set *set, struct node *tree, const char *file, const struct node *merged,
               struct error **err)
{
  struct extending e = { .set = set, .services = node_get (tree, "services"), .file = file,
                         .merged = node_get (merged, "services") };
  for (struct node *c = e.services ? e.services->first : NULL; c; c = c->next)
    {
      struct chain here = { .file = file, .service = c->key };
      if (c->kind == NODE_MAP)
        TRY (resolve_service (&e, c, &here, err));
    }
  return 0;
}
