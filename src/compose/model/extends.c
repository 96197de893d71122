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
  unsigned depth = 0;
  for (const struct chain *o = c->up; o; o = o->up)
    if (++depth > MAX_EXTENDS)
      return node_fail (err, E_COMPOSE_FILE, at, path, "more than %d services extend each other", MAX_EXTENDS);
    else if (streq (o->file, c->file) && streq (o->service, c->service))
      {
        autofree char *names = describe (c, o);
        return node_fail (err, E_CYCLE, at, path, "services extend each other in a circle: %s", names);
      }
  return 0;
}

/* A file that was asked for by services of set SET, and its services, those that were extended from resolved. */
struct loaded
{
  struct loaded *next;
  struct file_set set;
  const char *path;
  struct node *services;
};

static struct loaded *
find_loaded (const struct file_set *set, const char *path, const char *base)
{
  struct loaded *o = set->loading->extended;
  while (o && ! (o->set.id == set->id && streq (o->path, path) && streq (o->set.base, base)))
    o = o->next;
  return o;
}

static const char *
keep (struct loading *l, const char *text)
{
  return mem_arena_text (l->arena, text, strlen (text));
}

/* FILE as if it were loaded from its own directory; once. */
static int
load_other (const struct file_set *set, const struct node *file, const char *where, struct loaded **ret,
            struct error **err)
{
  struct loading *l = set->loading;
  autofree char *path = path_join (set->directory, file->text), *parent = path_parent (path);
  autofree char *near = path_parent (file->text);
  autofree char *base = *set->base || ! streq (near, ".") ? path_join (set->base, near) : mem_strdup ("");
  struct loaded *o = find_loaded (set, path, base);
  struct node *tree;
  if (! o)
    {
      o = mem_arena (l->arena, sizeof *o);
      o->set = *set;
      o->set.directory = keep (l, parent);
      o->set.base = keep (l, base);
      o->path = keep (l, path);
      if (file_parse (l, path, &tree, err) < 0)
        {
          wrap (err, "%s", where);
          return wrap_at (err, file);
        }
      TRY (file_prepare (&o->set, tree, err));
      o->services = node_get (tree, "services");
      o->next = l->extended;
      l->extended = o;
    }
  *ret = o;
  return 0;
}

static int
find_base (const struct extending *e, const struct node *extends, const char *where, const struct chain *up,
           struct node **ret, struct error **err)
{
  const char *name = map_text (extends, "service");
  const struct node *file = node_get (extends, "file");
  struct extending in = *e;
  if (! name)
    return node_fail (err, E_COMPOSE_FILE, extends, where, "want service: the name of the service to extend");
  if (file && ! map_text (extends, "file"))
    return node_fail (err, E_COMPOSE_FILE, file, where, "file: want a path");
  if (file)
    {
      struct loaded *other = NULL;
      TRY (load_other (e->set, file, where, &other, err));
      in = (struct extending) { .set = &other->set, .file = other->path, .services = other->services };
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
  const struct step root = { .key = "services" }, at = { .up = &root, .key = service->key };
  autofree char *where = mem_printf ("services.%s.extends", service->key);
  TRY (find_base (e, extends, where, up, &base, err));
  TRY (count_nodes (e->set->loading, base, &at, err));
  base = node_copy (a, base);
  tags_strip (base);
  node_remove (service, "extends");
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
