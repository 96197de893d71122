/* yaml_merge.c - keys of a complete mapping: none twice, and what merge keys (yaml.org/type/merge.html) bring. Owns a
 * search tree while it works: a file may have 10^5 keys in one mapping. Pure, in any process. */
#include <search.h>

#include "errors.h"
#include "yaml_parts.h"

static int
compare (const void *a, const void *b)
{
  return strcmp (((const struct node *) a)->key, ((const struct node *) b)->key);
}

static void
keep (void *node)
{
  (void) node; /* nodes are the arena's */
}

struct keys
{
  void *root;
};

static void
keys_free (struct keys *k)
{
  tdestroy (k->root, keep);
}
#define autokeys __attribute__ ((cleanup (keys_free)))

/* The node that has N's key: N itself if it is the first. */
static struct node *
add_key (struct keys *k, struct node *n)
{
  struct node *const *found = tsearch (n, &k->root, compare);
  if (! found)
    out_of_memory ();
  return *found;
}

/* Move what FROM has and MAP has not; what is there already wins. */
static int
merge_map (struct keys *keys, struct node *map, struct node *from, struct error **err)
{
  if (from->kind != NODE_MAP)
    return node_fail (err, E_COMPOSE_FILE, from, NULL, "a merge key (<<) needs a mapping or a list of mappings");
  for (struct node *n = from->first, *next; n; n = next)
    {
      next = n->next;
      if (add_key (keys, n) != n)
        continue;
      n->next = NULL;
      if (map->last)
        map->last->next = n;
      else
        map->first = n;
      map->last = n;
    }
  return 0;
}

int
yaml_finish_map (struct node *map, struct node *merge, struct error **err)
{
  autokeys struct keys keys = { NULL };
  for (struct node *n = map->first; n; n = n->next)
    {
      const struct node *first = add_key (&keys, n);
      if (first == n)
        continue;
      const struct node at = { .place = n->key_place };
      return node_fail (err, E_COMPOSE_FILE, &at, NULL, "key '%s' given twice, first in line %u", n->key,
                        first->key_place.line);
    }
  if (! merge)
    return 0;
  if (merge->kind != NODE_LIST)
    return merge_map (&keys, map, merge, err);
  for (struct node *from = merge->first, *next; from; from = next)
    {
      next = from->next;
      TRY (merge_map (&keys, map, from, err));
    }
  return 0;
}
