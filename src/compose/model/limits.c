/* limits.c - that no set of files takes all of the memory or forever (loading.h has the numbers). Pure. */
#include "loading.h"

/* What is done for pairs of entries must not take forever. */
static int
check_width (void *context UNUSED, struct node *n, const struct step *s, struct error **err)
{
  if (node_is_scalar (n) || node_count (n) <= MAX_ENTRIES)
    return 0;
  return fail_at (err, E_COMPOSE_FILE, n, s, "has more than %d entries", MAX_ENTRIES);
}

int
check_widths (struct node *tree, struct error **err)
{
  return tree_walk (tree, NULL, check_width, NULL, err);
}

/* The nodes of the tree N. */
static size_t
weight (const struct node *n)
{
  size_t sum = 1;
  for (const struct node *c = n->first; c; c = c->next)
    sum += weight (c);
  return sum;
}

int
count_nodes (struct loading *l, const struct node *n, const struct step *s, struct error **err)
{
  l->nodes += weight (n);
  if (l->nodes <= MAX_NODES)
    return 0;
  return fail_at (err, E_COMPOSE_FILE, n, s,
                  "the files, what they extend and ranges of ports are more than %d values together", MAX_NODES);
}
