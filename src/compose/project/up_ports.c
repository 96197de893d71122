/* up_ports.c - may the plan's containers have their host ports? Asked before anything is changed: what was taken away
 * for a container that cannot be had would be missed. Only looks. */
#include "net.h"
#include "up_parts.h"

/* What the plan means for ports: who gives back, and who wants which. */
struct change
{
  struct arena arena;
  struct strv leaving;
  struct ports_wish *wishes;
  size_t n;
};

static void
change_free (struct change *c)
{
  for (size_t i = 0; i < c->n; i++)
    free ((char *) c->wishes[i].name);
  free (c->wishes);
  strv_free (&c->leaving);
  arena_free (&c->arena);
}

/* Ports of one that is started again are reserved, but not after a boot. */
static void
add_old (struct change *c, const struct record_Container *old, struct record_Container *ret)
{
  size_t size = old->ports.n * sizeof *old->ports.v;
  ret->ports.v = mem_arena (&c->arena, size + 1);
  memcpy (ret->ports.v, old->ports.v, size);
  ret->ports.n = old->ports.n;
}

static int
add_item (const struct up *u, const struct plan_item *item, struct change *c, struct error **err)
{
  const struct graph_node *node = &u->graph.v[item->node];
  struct record_Container record = { 0 };
  bool made = item->action == PLAN_CREATE || item->action == PLAN_RECREATE;
  if (item->old && (made || item->action == PLAN_START || item->action == PLAN_REMOVE))
    strv_add (&c->leaving, item->old->record->id);
  if (made)
    TRY_DOING (err, bundle_ports_of (&c->arena, u->project, node->service, &record, err), "service '%s'", node->name);
  else if (item->action == PLAN_START)
    add_old (c, item->old->record, &record);
  if (record.ports.n == 0)
    return 0;
  c->wishes = mem_grow (c->wishes, c->n + 1, sizeof *c->wishes);
  c->wishes[c->n++] = (struct ports_wish) { up_container_name (u, item), record.ports.v, record.ports.n };
  return 0;
}

int
up_check_ports (const struct up *u, struct error **err)
{
  __attribute__ ((cleanup (change_free))) struct change c = { 0 };
  for (size_t i = 0; i < u->plan.n; i++)
    TRY (add_item (u, &u->plan.v[i], &c, err));
  for (size_t i = 0; i < u->plan.n_orphans && up_removes_orphans (u); i++)
    strv_add (&c.leaving, u->plan.orphans[i]->record->id);
  return ports_check (u->s, &c.leaving, c.wishes, c.n, err);
}
