/* graph.c - the order in which services start (Kahn's algorithm). Pure. */
#include "graph.h"

#include "errors.h"
#include "nearest.h"

static size_t
index_of (const struct graph *g, const char *name)
{
  for (size_t i = 0; i < g->n; i++)
    if (streq (g->v[i].name, name))
      return i;
  return g->n;
}

static int
by_name (const void *x, const void *y)
{
  const struct graph_node *a = x, *b = y;
  return strcmp (a->name, b->name);
}

static int
by_level (const void *x, const void *y)
{
  const struct graph_node *a = x, *b = y;
  return a->level != b->level ? (a->level < b->level ? -1 : 1) : strcmp (a->name, b->name);
}

static int
undefined (const struct project *p, const char *from, const char *to, struct error **err)
{
  const struct node *at = node_at (p->tree, "services", from, "depends_on", to, NULL);
  const struct node *disabled = node_get (p->disabled, to);
  autofree char *path = mem_printf ("services.%s.depends_on", from);
  if (disabled)
    return node_fail (err, E_COMPOSE_FILE, at, path,
                      "service '%s' depends on '%s' which is not enabled by a profile", from, to);
  return node_fail (err, E_COMPOSE_FILE, at, path, "service '%s' depends on '%s' which is not defined", from, to);
}

static int
add_edges (const struct project *p, struct graph *g, struct graph_node *n, struct error **err)
{
  const struct compose_Service *s = n->service;
  n->edges = mem_arena (&g->arena, s->depends_on.n * sizeof *n->edges);
  for (size_t i = 0; i < s->depends_on.n; i++)
    {
      const struct compose_DependsOn *d = &s->depends_on.v[i];
      bool required = ! d->required.set || d->required.value;
      size_t to = index_of (g, s->depends_on.keys[i]);
      if (to == g->n && required)
        return undefined (p, n->name, s->depends_on.keys[i], err);
      if (to == g->n)
        continue;
      n->edges[n->n_edges++] = (struct graph_edge) { .to = to, .required = required, .restart = d->restart.value,
                                                     .condition = d->condition ? d->condition : "service_started" };
    }
  return 0;
}

/* Levels by rounds: a node's is known once those of all its dependencies are. False: some can't be known. */
static bool
find_levels (struct graph *g, bool *done)
{
  size_t left = g->n;
  for (unsigned level = 0; left; level++)
    {
      size_t found = 0;
      for (size_t i = 0; i < g->n; i++)
        {
          bool ready = ! done[i];
          for (size_t e = 0; ready && e < g->v[i].n_edges; e++)
            {
              size_t to = g->v[i].edges[e].to;
              ready = done[to] && g->v[to].level < level;
            }
          if (! ready)
            continue;
          g->v[i].level = level;
          done[i] = true;
          found++;
        }
      if (! found)
        return false;
      left -= found;
    }
  return true;
}

/* One that node AT depends on and that is left, too: every node that is left has one. */
static size_t
next_left (const struct graph *g, const bool *done, size_t at)
{
  size_t e = 0;
  while (done[g->v[at].edges[e].to])
    e++;
  return g->v[at].edges[e].to;
}

/* After as many steps as there are nodes we are in the circle. */
static int
report_cycle (const struct project *p, const struct graph *g, const bool *done, struct error **err)
{
  size_t at = 0;
  while (done[at])
    at++;
  for (size_t i = 0; i < g->n; i++)
    at = next_left (g, done, at);
  autotext struct text names = { 0 };
  size_t start = at;
  do
    {
      text_printf (&names, "%s -> ", g->v[at].name);
      at = next_left (g, done, at);
    }
  while (at != start);
  text_add (&names, g->v[start].name);
  const struct node *n = node_at (p->tree, "services", g->v[start].name, "depends_on", NULL);
  return node_fail (err, E_CYCLE, n, NULL, "services depend on each other in a circle: %s", names.s);
}

/* Nodes into start order; edges follow. */
static void
sort_nodes (struct graph *g)
{
  const char **old = mem_arena (&g->arena, g->n * sizeof (*old));
  for (size_t i = 0; i < g->n; i++)
    old[i] = g->v[i].name;
  qsort (g->v, g->n, sizeof *g->v, by_level);
  for (size_t i = 0; i < g->n; i++)
    for (size_t e = 0; e < g->v[i].n_edges; e++)
      g->v[i].edges[e].to = index_of (g, old[g->v[i].edges[e].to]);
}

int
graph_build (const struct project *p, struct graph *ret, struct error **err)
{
  autograph struct graph g = { 0 };
  g.n = p->model->services.n;
  g.v = mem_arena (&g.arena, g.n * sizeof *g.v);
  for (size_t i = 0; i < g.n; i++)
    g.v[i] = (struct graph_node) { .name = p->model->services.keys[i], .service = &p->model->services.v[i] };
  qsort (g.v, g.n, sizeof *g.v, by_name);
  for (size_t i = 0; i < g.n; i++)
    TRY (add_edges (p, &g, &g.v[i], err));
  bool *done = mem_arena (&g.arena, g.n * sizeof *done);
  if (! find_levels (&g, done))
    return report_cycle (p, &g, done, err);
  sort_nodes (&g);
  *ret = g;
  g = (struct graph) { 0 };
  return 0;
}

void
graph_free (struct graph *g)
{
  arena_free (&g->arena);
  *g = (struct graph) { 0 };
}

static int
not_found (const struct graph *g, const char *name, struct error **err)
{
  autofree const char **names = mem_alloc ((g->n + 1) * sizeof (*names));
  for (size_t i = 0; i < g->n; i++)
    names[i] = g->v[i].name;
  const char *near = nearest (name, names, g->n);
  return fail (err, E_NOT_FOUND, "no such service: %s%s%s%s", name, near ? " (did you mean '" : "", near ? near : "",
               near ? "'?)" : "");
}

int
graph_select (const struct graph *g, const struct strv *targets, bool no_deps, bool **ret, struct error **err)
{
  autofree bool *in = mem_alloc (g->n + 1);
  for (size_t i = 0; i < g->n && ! (targets && targets->n); i++)
    in[i] = true;
  for (size_t i = 0; targets && i < targets->n; i++)
    {
      size_t at = index_of (g, targets->v[i]);
      if (at == g->n)
        return not_found (g, targets->v[i], err);
      in[at] = true;
    }
  /* dependencies are before their dependants, so one way back sees them all */
  for (size_t i = g->n; i-- > 0 && ! no_deps;)
    for (size_t e = 0; in[i] && e < g->v[i].n_edges; e++)
      in[g->v[i].edges[e].to] = true;
  *ret = TAKE_PTR (in);
  return 0;
}
