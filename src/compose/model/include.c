/* include.c - `include`: other applications' files, each loaded with a directory and variables of its own, and their
 * resources copied into this one. */
#include <sys/stat.h>

#include "loading.h"

/* The variables of an included application: ours first, then its env files'. */
static int
make_variables (const struct file_set *set, const struct node *entry, const char *directory, struct variables *ret,
                struct error **err)
{
  const struct node *files = node_get (entry, "env_file");
  autostrv struct strv paths = { 0 };
  for (size_t i = 0; i < set->variables->v.n; i++)
    strv_add (&ret->v, set->variables->v.v[i]);
  autofree char *dot_env = path_join (directory, ".env");
  struct stat st;
  if (! files && stat (dot_env, &st) == 0 && S_ISREG (st.st_mode))
    strv_add (&paths, dot_env);
  for (const struct node *f = files ? files->first : NULL; f; f = f->next)
    {
      autofree char *path = path_join (set->directory, f->text);
      /* the way to say "no env file" */
      if (! streq (f->text, "/dev/null"))
        strv_add (&paths, path);
    }
  return env_files_read (&paths, ret, err);
}

static int
check_cycle (const struct file_set *set, const char *path, const struct node *at, struct error **err)
{
  struct stat st, other;
  if (stat (path, &st) < 0)
    return node_fail (err, E_COMPOSE_FILE, at, "include", "%s: %s", path, strerror (errno));
  for (const struct file_set *s = set; s; s = s->from)
    for (size_t i = 0; i < s->files->n; i++)
      if (stat (s->files->v[i], &other) == 0 && other.st_dev == st.st_dev && other.st_ino == st.st_ino)
        {
          autofree char *label = file_label (path);
          return node_fail (err, E_CYCLE, at, "include", "%s includes itself%s", label,
                            s == set ? "" : ", by way of others");
        }
  return 0;
}

/* A path with everything that the included set needs; the caller frees it by release(). */
struct included
{
  struct strv files;
  struct variables variables;
  struct file_set set;
};

static void
release (struct included *i)
{
  strv_free (&i->files);
  variables_free (&i->variables);
}

static int
prepare (const struct file_set *set, const struct node *entry, struct included *in, struct error **err)
{
  struct arena *a = set->loading->arena;
  const char *given = map_text (entry, "project_directory");
  for (const struct node *p = node_get (entry, "path")->first; p; p = p->next)
    {
      autofree char *path = path_join (set->directory, p->text);
      TRY (check_cycle (set, path, p, err));
      strv_add (&in->files, path);
    }
  if (in->files.n == 0)
    return node_fail (err, E_COMPOSE_FILE, entry, "include", "want a path");
  autofree char *near = given ? mem_strdup (given) : path_parent (node_get (entry, "path")->first->text);
  autofree char *directory = path_join (set->directory, near);
  autofree char *base = *set->base || ! streq (near, ".") ? path_join (set->base, near) : mem_strdup ("");
  TRY (make_variables (set, entry, directory, &in->variables, err));
  in->set = (struct file_set) { .loading = set->loading, .id = ++set->loading->sets, .variables = &in->variables,
                                .from = set, .files = &in->files,
                                .directory = mem_arena_text (a, directory, strlen (directory)),
                                .base = mem_arena_text (a, base, strlen (base)) };
  return 0;
}

/* A variable of a container without value gets it from the variables of its own application. */
static int
fill_value (void *context, struct node *n, const struct step *s, struct error **err UNUSED)
{
  const struct file_set *set = context;
  const char *value = n->kind == NODE_NULL && step_matches (s, "services.*.environment.*")
                      ? variables_get (set->variables, s->key) : NULL;
  if (value)
    node_become (n, node_string (set->loading->arena, value, &n->place));
  return 0;
}

static int
load (const struct file_set *set, struct node **ret, struct error **err)
{
  autofree struct node **trees = mem_alloc (set->files->n * sizeof (*trees));
  for (size_t i = 0; i < set->files->n; i++)
    {
      TRY (file_parse (set->loading, set->files->v[i], &trees[i], err));
      TRY (file_prepare (set, trees[i], err));
    }
  struct node *tree;
  TRY (set_merge (set, trees, set->files->n, &tree, err));
  load_warn_unset (set->loading, set->variables);
  TRY (tree_walk (tree, NULL, fill_value, (void *) set, err));
  *ret = tree;
  return 0;
}

static const char *const sections[] = { "services", "networks", "volumes", "secrets", "configs", "models" };

/* Is A what B is, but for places? Two includes may bring the same file. */
static bool
same (const struct node *a, const struct node *b)
{
  autofree char *x = node_canonical (a), *y = node_canonical (b);
  return streq (x, y);
}

/* Is N from a file of SET after the first? */
static bool
from_override (const struct file_set *set, const struct node *n)
{
  for (size_t i = 1; n->place.file && i < set->files->n; i++)
    {
      autofree char *label = file_label (set->files->v[i]);
      if (streq (label, n->place.file))
        return true;
    }
  return false;
}

/* What the first file of the including set defines must not be defined again; an override file after it may add to
 * what is included: that is the one way to change an included application without touching it. */
static int
import_one (const struct file_set *set, struct node *section, const char *name, struct node *n, struct error **err)
{
  struct arena *a = set->loading->arena;
  const struct step root = { .key = name }, at = { .up = &root, .key = n->key };
  struct node *own = node_get (section, n->key), *merged;
  if (! own || same (own, n))
    {
      if (! own)
        node_set (a, section, n->key, n);
      return 0;
    }
  if (! from_override (set, own))
    return fail_at (err, E_COMPOSE_FILE, own, &at, "is also defined in %s:%u, which is included", n->place.file,
                    n->place.line);
  const char *key = n->key;
  TRY (merge (a, n, own, &at, &merged, err));
  node_set (a, section, key, merged);
  return 0;
}

static int
import (const struct file_set *set, struct node *tree, const struct node *from, struct error **err)
{
  for (size_t i = 0; i < ARRAY_LEN (sections); i++)
    {
      struct node *given = node_get (from, sections[i]);
      if (! given || given->kind != NODE_MAP || ! given->first)
        continue;
      struct node *section = map_need (set->loading->arena, tree, sections[i]);
      for (struct node *c = given->first, *next; c; c = next)
        {
          next = c->next;
          TRY (import_one (set, section, sections[i], c, err));
        }
    }
  return 0;
}

int
include_apply (const struct file_set *set, struct node *tree, struct error **err)
{
  struct node *list = node_get (tree, "include");
  if (! list)
    return 0;
  if (list->kind != NODE_LIST && list->kind != NODE_NULL)
    return node_fail (err, E_COMPOSE_FILE, list, "include", "want a list of paths");
  for (struct node *entry = list->first; entry; entry = entry->next)
    {
      struct included in __attribute__ ((cleanup (release))) = { 0 };
      struct node *from;
      TRY (prepare (set, entry, &in, err));
      TRY (load (&in.set, &from, err));
      TRY (import (set, tree, from, err));
    }
  node_remove (tree, "include");
  return 0;
}
