/* references.c - which top-level networks, volumes, secrets and configs the services use: all of these must be there,
 * and no others are made. On the tree. Pure. */
#include "loading.h"
#include "nearest.h"

/* Where services name what is in a section. */
static const struct use
{
  const char *pattern, *section, *what;
  const char *member; /* of the node that has the name as its text; NULL: it is the node's key */
} uses[] = {
  { "services.*.networks.*", "networks", "network", NULL },
  { "services.*.volumes.*", "volumes", "volume", "source" },
  { "services.*.secrets.*", "secrets", "secret", "source" },
  { "services.*.build.secrets.*", "secrets", "secret", "source" },
  { "services.*.configs.*", "configs", "config", "source" },
};

/* The name that N uses by U; NULL: none. Volumes are mounts, and only some mounts are of volumes. */
static const char *
used_name (const struct use *u, const struct node *n, const struct step *s)
{
  if (! step_matches (s, u->pattern))
    return NULL;
  const char *type = map_text (n, "type");
  if (streq (u->section, "volumes") && type && ! streq (type, "volume"))
    return NULL;
  return u->member ? map_text (n, u->member) : s->key;
}

static int
undefined (const struct project *p, const struct use *u, const struct node *n, const struct step *s, const char *name,
           struct error **err)
{
  const struct node *section = node_get (p->tree, u->section);
  size_t count = node_count (section), i = 0;
  autofree const char **names = mem_alloc ((count + 1) * sizeof (*names));
  for (const struct node *c = section ? section->first : NULL; c; c = c->next)
    names[i++] = c->key;
  const char *near = nearest (name, names, count);
  return fail_at (err, E_COMPOSE_FILE, n, s, "%s '%s' is not defined%s%s%s", u->what, name,
                  near ? " (did you mean '" : "", near ? near : "", near ? "'?)" : "");
}

static int
check (void *context, struct node *n, const struct step *s, struct error **err)
{
  const struct project *p = context;
  for (const struct use *u = uses; u < uses + ARRAY_LEN (uses); u++)
    {
      const char *name = used_name (u, n, s);
      /* the default network needs no definition */
      bool given = ! name || node_at (p->tree, u->section, name, NULL) || (! u->member && streq (name, "default"));
      if (! given)
        return undefined (p, u, n, s, name, err);
    }
  return 0;
}

int
references_check (struct project *p, struct error **err)
{
  return tree_walk (p->tree, NULL, check, p, err);
}

struct marking
{
  struct project *p;
  struct node *used; /* a map of sections, of maps */
};

static int
mark (void *context, struct node *n, const struct step *s, struct error **err UNUSED)
{
  struct marking *m = context;
  struct arena *a = &m->p->arena;
  for (const struct use *u = uses; u < uses + ARRAY_LEN (uses); u++)
    {
      const char *name = used_name (u, n, s);
      if (name)
        node_set (a, map_need (a, m->used, u->section), name, node_new (a, NODE_NULL, NULL));
    }
  return 0;
}

void
project_drop_unused (struct project *p)
{
  struct marking m = { .p = p, .used = node_new (&p->arena, NODE_MAP, NULL) };
  tree_walk (p->tree, NULL, mark, &m, NULL);
  for (const struct use *u = uses; u < uses + ARRAY_LEN (uses); u++)
    {
      struct node *section = node_get (p->tree, u->section);
      for (struct node *c = section ? section->first : NULL, *next; c; c = next)
        {
          next = c->next;
          if (! node_at (m.used, u->section, c->key, NULL))
            node_remove (section, c->key);
        }
      if (section && ! section->first)
        node_remove (p->tree, u->section);
    }
}
