/* unused.c - top-level networks, volumes, secrets and configs that no enabled service uses are not made. On the tree. Pure. */
#include "loading.h"

/* Where services name what is in a section. */
static const struct use
{
  const char *pattern, *section;
  bool by_key; /* the name is the node's key, not its text */
} uses[] = {
  { "services.*.networks.*", "networks", true },
  { "services.*.volumes.*.source", "volumes", false },
  { "services.*.secrets.*.source", "secrets", false },
  { "services.*.build.secrets.*.source", "secrets", false },
  { "services.*.configs.*.source", "configs", false },
};

struct marking
{
  struct loading *l;
  const struct project *p;
  struct node *used; /* a map of sections, of maps */
};

static int
mark (void *context, struct node *n, const struct step *s, struct error **err UNUSED)
{
  struct marking *m = context;
  for (const struct use *u = uses; u < uses + ARRAY_LEN (uses); u++)
    {
      const char *name = ! step_matches (s, u->pattern) ? NULL : u->by_key ? n->key : n->text;
      if (name && node_at (m->p->tree, u->section, name, NULL))
        node_set (m->l->arena, map_need (m->l->arena, m->used, u->section), name, node_new (m->l->arena, NODE_MAP, NULL));
    }
  return 0;
}

void
unused_drop (struct loading *l, struct project *p)
{
  struct marking m = { .l = l, .p = p, .used = node_new (l->arena, NODE_MAP, NULL) };
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
