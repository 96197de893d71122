/* plan.c - compares services with containers. Pure. */
#include "plan.h"

#include "errors.h"

static const char *const doing[] = {
#define PLAN_DOING(name, now, then) [PLAN_##name] = now,
  PLAN_ACTIONS (PLAN_DOING)
};
static const char *const done[] = {
#define PLAN_DONE(name, now, then) [PLAN_##name] = then,
  PLAN_ACTIONS (PLAN_DONE)
};

enum { MAX_REPLICAS = 1000 };

const char *
plan_doing (enum plan_action a)
{
  return doing[a];
}

const char *
plan_done (enum plan_action a)
{
  return done[a];
}

void
plan_free (struct plan *p)
{
  free (p->v);
  free (p->orphans);
  *p = (struct plan) { 0 };
}

struct planner
{
  const struct project *project;
  const struct graph *graph;
  const struct plan_node *nodes;
  const struct containers *there;
  const struct plan_options *o;
  struct plan *plan;
  bool *anew; /* by node: one of its containers is made or made anew */
};

/* "SERVICE=N": where the name ends, and N. */
static int
parse_scale (const char *text, size_t *ret_length, long *ret, struct error **err)
{
  const char *equals = strchrnul (text, '=');
  char *end = NULL;
  long n = *equals ? strtol (equals + 1, &end, 10) : -1;
  if (! end || end == equals + 1 || *end || n < 0 || n > MAX_REPLICAS)
    return fail (err, EINVAL, "--scale %s: want SERVICE=N with N from 0 to %d", text, MAX_REPLICAS);
  *ret_length = (size_t) (equals - text);
  *ret = n;
  return 0;
}

int
plan_check_scale (const struct project *p, const struct strv *scale, struct error **err)
{
  for (size_t i = 0; scale && i < scale->n; i++)
    {
      size_t length;
      long n;
      TRY (parse_scale (scale->v[i], &length, &n, err));
      autofree char *name = mem_strndup (scale->v[i], length);
      if (! project_service (p, name))
        return fail (err, E_NOT_FOUND, "--scale %s: no such service", scale->v[i]);
    }
  return 0;
}

/* N of "SERVICE=N" for NAME, or -1. */
static int
scale_option (const struct strv *scale, const char *name, long *ret, struct error **err)
{
  *ret = -1;
  for (size_t i = 0; scale && i < scale->n; i++)
    {
      size_t length;
      long n;
      TRY (parse_scale (scale->v[i], &length, &n, err));
      if (strlen (name) == length && memcmp (scale->v[i], name, length) == 0)
        *ret = n;
    }
  return 0;
}

int
plan_replicas (const struct graph_node *node, const struct plan_options *o, unsigned *ret, struct error **err)
{
  long n;
  TRY (scale_option (o->scale, node->name, &n, err));
  if (n < 0)
    n = node->service->scale.set ? (long) node->service->scale.value : 1;
  if (n > 1 && node->service->container_name)
    return fail (err, E_COMPOSE_FILE, "services.%s: container_name %s allows one container, not %ld", node->name,
                 node->service->container_name, n);
  *ret = (unsigned) n;
  return 0;
}

static void
add (struct planner *p, struct plan_item item)
{
  struct plan *plan = p->plan;
  plan->v = mem_grow (plan->v, plan->n + 1, sizeof *plan->v);
  plan->v[plan->n++] = item;
  if (item.action == PLAN_CREATE || item.action == PLAN_RECREATE || item.action == PLAN_RESTART)
    p->anew[item.node] = true;
}

static bool
is_of (const struct container *c, const char *service)
{
  return ! c->record->oneoff.value && c->record->service && streq (c->record->service, service);
}

/* The container of replica NUMBER. Of several (a command was killed while it replaced one) the newest. */
static const struct container *
find_replica (const struct planner *p, const char *service, unsigned number)
{
  const struct container *found = NULL;
  for (size_t i = 0; i < p->there->n; i++)
    {
      const struct container *c = &p->there->v[i];
      if (is_of (c, service) && c->record->number.value == number
          && (! found || strcmp (c->record->created, found->record->created) > 0))
        found = c;
    }
  return found;
}

/* Does SERVICE live in a namespace of one that is made anew? */
static bool
shares_with_new (const struct planner *p, const struct graph_node *node)
{
  const char *const modes[] = { node->service->network_mode, node->service->ipc, node->service->pid };
  for (size_t m = 0; m < ARRAY_LEN (modes); m++)
    {
      const char *other = modes[m] ? after_prefix (modes[m], "service:") : NULL;
      for (size_t e = 0; other && e < node->n_edges; e++)
        if (p->anew[node->edges[e].to] && streq (p->graph->v[node->edges[e].to].name, other))
          return true;
    }
  return false;
}

static bool
restarts_with_new (const struct planner *p, const struct graph_node *node)
{
  for (size_t e = 0; e < node->n_edges; e++)
    if (node->edges[e].restart && p->anew[node->edges[e].to])
      return true;
  return false;
}

static bool
forced (const struct planner *p, const char *name)
{
  if (p->o->force_recreate)
    return ! p->o->targets || p->o->targets->n == 0 || strv_has (p->o->targets, name);
  return p->o->always_recreate_deps && p->o->targets && p->o->targets->n && ! strv_has (p->o->targets, name);
}

/* Somebody waits for it to complete, and it did: it is not run again. */
static bool
completed (const struct planner *p, size_t node, const struct container *c)
{
  const struct record_Status *st = c->status;
  if (! streq (c->state, "exited") || ! st || st->exit_code.value != 0 || ! st->exit_code.set
      || st->stopped_by_user.value)
    return false;
  for (size_t i = 0; i < p->graph->n; i++)
    for (size_t e = 0; e < p->graph->v[i].n_edges; e++)
      if (p->graph->v[i].edges[e].to == node
          && streq (p->graph->v[i].edges[e].condition, "service_completed_successfully"))
        return true;
  return false;
}

static struct plan_item
decide (const struct planner *p, size_t node, unsigned number)
{
  const struct graph_node *n = &p->graph->v[node];
  struct plan_item item = { .node = node, .number = number, .old = find_replica (p, n->name, number) };
  if (! item.old)
    item.action = PLAN_CREATE;
  else if (! p->o->no_recreate && forced (p, n->name))
    item = (struct plan_item) { PLAN_RECREATE, node, number, item.old, "asked for" };
  else if (! p->o->no_recreate && ! streq (item.old->record->config_hash ? item.old->record->config_hash : "",
                                           p->nodes[node].hash))
    item = (struct plan_item) { PLAN_RECREATE, node, number, item.old, "configuration or image changed" };
  else if (! p->o->no_recreate && shares_with_new (p, n))
    item = (struct plan_item) { PLAN_RECREATE, node, number, item.old, "shares a namespace with a new container" };
  else if (streq (item.old->state, "running") || streq (item.old->state, "restarting"))
    item.action = restarts_with_new (p, n) ? PLAN_RESTART : item.old->monitored ? PLAN_KEEP : PLAN_ADOPT;
  else
    item.action = completed (p, node, item.old) ? PLAN_KEEP : PLAN_START;
  return item;
}

/* Replicas beyond the number wanted, and twins of one number. */
static void
plan_surplus (struct planner *p, size_t node, unsigned replicas)
{
  const char *name = p->graph->v[node].name;
  for (size_t i = 0; i < p->there->n; i++)
    {
      const struct container *c = &p->there->v[i];
      unsigned number = (unsigned) c->record->number.value;
      if (is_of (c, name) && (number > replicas || number == 0 || find_replica (p, name, number) != c))
        add (p, (struct plan_item) { PLAN_REMOVE, node, number, c, "surplus" });
    }
}

/* Its items, from FIRST on; before them what prepares them, unless one goes on as it is: then it is prepared. */
static void
plan_service (struct planner *p, size_t node, unsigned replicas)
{
  size_t first = p->plan->n;
  bool prepared = replicas == 0 || p->graph->v[node].service->pre_start.n == 0;
  for (unsigned number = 1; number <= replicas; number++)
    {
      struct plan_item item = decide (p, node, number);
      bool first_start = item.action == PLAN_START && streq (item.old->state, "created");
      prepared = prepared || (item.action != PLAN_CREATE && item.action != PLAN_RECREATE && ! first_start);
      add (p, item);
    }
  if (prepared)
    return;
  struct plan *plan = p->plan;
  add (p, (struct plan_item) { 0 });
  memmove (plan->v + first + 1, plan->v + first, (plan->n - 1 - first) * sizeof *plan->v);
  plan->v[first] = (struct plan_item) { .action = PLAN_PREPARE, .node = node };
}

static bool
is_orphan (const struct planner *p, const struct container *c)
{
  const char *service = c->record->service;
  if (! service || c->record->oneoff.value)
    return false;
  return ! project_service (p->project, service) && ! node_get (p->project->disabled, service);
}

int
plan_build (const struct project *p, const struct graph *g, const struct plan_node *nodes,
            const struct containers *there, const struct plan_options *o, struct plan *ret, struct error **err)
{
  autoplan struct plan plan = { 0 };
  autofree bool *anew = mem_alloc (g->n + 1);
  struct planner planner = { p, g, nodes, there, o, &plan, anew };
  autofree unsigned *replicas = mem_alloc ((g->n + 1) * sizeof *replicas);
  for (size_t i = 0; i < g->n; i++)
    if (nodes[i].selected)
      {
        TRY (plan_replicas (&g->v[i], o, &replicas[i], err));
        plan_surplus (&planner, i, replicas[i]);
      }
  for (size_t i = 0; i < g->n; i++)
    if (nodes[i].selected)
      plan_service (&planner, i, replicas[i]);
  for (size_t i = 0; i < there->n; i++)
    if (is_orphan (&planner, &there->v[i]))
      {
        plan.orphans = mem_grow (plan.orphans, plan.n_orphans + 1, sizeof *plan.orphans);
        plan.orphans[plan.n_orphans++] = &there->v[i];
      }
  *ret = plan;
  plan = (struct plan) { 0 };
  return 0;
}
