/* up_wait.c - waiting for containers to be what somebody needs: conditions of depends_on, and --wait. */
#include "clock.h"
#include "errors.h"
#include "up_parts.h"

/* ---- conditions, in the job of the container that depends */

struct condition
{
  const char *name;
  enum container_wait what;
};
static const struct condition conditions[] = {
  { "service_started", WAIT_RUNNING },
  { "service_healthy", WAIT_HEALTHY },
  { "service_completed_successfully", WAIT_EXITED },
};

/* Started: its job has done that, and it may have ended since then. */
static int
wait_condition (const struct up *u, const struct container *c, const struct condition *condition, struct error **err)
{
  const char *service = c->record->service;
  int exit_code = 0;
  if (condition->what == WAIT_RUNNING)
    return 0;
  if (condition->what == WAIT_HEALTHY && ! c->record->health)
    return fail (err, E_UNHEALTHY, "service '%s' has no health check, which condition service_healthy needs", service);
  int r = container_wait (u->s, c->record->id, condition->what, u->o->wait_timeout, &exit_code, err);
  if (r < 0)
    return wrap (err, "service '%s'", service);
  if (condition->what == WAIT_EXITED && exit_code != 0)
    return fail (err, E_DEPENDENCY, "service '%s' didn't complete successfully: exit %d", service, exit_code);
  return 0;
}

static int
wait_edge (const struct up *u, const struct graph_edge *edge, struct error **err)
{
  autocontainers struct containers found = { 0 };
  const char *service = u->graph.v[edge->to].name;
  struct container_filter filter = { .project = u->project->name, .service = service, .oneoff = -1 };
  const struct condition *condition = &conditions[0];
  for (size_t i = 0; i < ARRAY_LEN (conditions); i++)
    if (streq (conditions[i].name, edge->condition))
      condition = &conditions[i];
  if (condition->what == WAIT_RUNNING)
    return 0;
  autofree char *phase = mem_printf ("Waiting for %s", service);
  job_phase (phase);
  TRY (containers_list (u->s, &filter, &found, err));
  for (size_t i = 0; i < found.n; i++)
    TRY (wait_condition (u, &found.v[i], condition, err));
  return 0;
}

int
up_wait_dependencies (const struct up *u, const struct plan_item *item, struct error **err)
{
  const struct graph_node *node = &u->graph.v[item->node];
  for (size_t i = 0; i < node->n_edges; i++)
    {
      const struct graph_edge *edge = &node->edges[i];
      autoerror struct error *reason = NULL;
      if (! u->selected[edge->to])
        continue;
      int r = wait_edge (u, edge, &reason);
      if (r < 0 && edge->required)
        return fail (err, -r, "service '%s' cannot start: %s", node->name, error_text (reason));
      if (r < 0)
        job_warning (error_text (reason));
    }
  return 0;
}

struct wait_as
{
  const struct up *u;
  struct plan_item item;
};

static int
run_wait_as (void *arg, struct error **err)
{
  const struct wait_as *w = arg;
  return up_wait_dependencies (w->u, &w->item, err);
}

static bool
has_conditions (const struct graph_node *node)
{
  for (size_t i = 0; i < node->n_edges; i++)
    if (! streq (node->edges[i].condition, conditions[0].name))
      return true;
  return false;
}

int
up_wait_as (const struct up *u, const char *service, struct error **err)
{
  struct wait_as w = { .u = u };
  size_t *i = &w.item.node;
  while (*i < u->graph.n && ! streq (u->graph.v[*i].name, service))
    ++*i;
  if (*i == u->graph.n || ! has_conditions (&u->graph.v[*i]))
    return 0;
  autofree char *name = mem_printf ("Service %s", service);
  struct job job = { .name = name, .run = run_wait_as, .arg = &w, .doing = "Waiting", .done = "Ready" };
  struct jobs_options o = { .screen = u->screen, .cancel_fd = u->cancel_fd };
  int r = jobs_run (&job, 1, &o, err);
  jobs_free (&job, 1);
  return r;
}

/* ---- --wait */

/* Long enough for a monitor's first four restarts of what ends at once. */
enum { SETTLE_MS = 3000 };

struct wait_job
{
  const struct up *u;
  const struct container *c;
  int64_t deadline; /* CLOCK_MONOTONIC, ms; 0: none */
};

/* How it stands with container ID: 1 it has ended with 0, which is what a one-shot is for; 0 it lives; otherwise an
 * error. */
static int
look_again (const struct settings *s, const struct record_Container *c, struct error **err)
{
  autocontainers struct containers now = { 0 };
  TRY (container_find (s, c->id, &now, err));
  const struct record_Status *st = now.v[0].status;
  if (! streq (now.v[0].state, "exited") && ! streq (now.v[0].state, "dead"))
    return 0;
  if (st && st->exit_code.set && st->exit_code.value == 0)
    return 1;
  return fail (err, E_DEPENDENCY, "service '%s': container %s ended with exit status %lld", c->service, c->name,
               st ? (long long) st->exit_code.value : -1LL);
}

/* Was it made or started by this call? */
static bool
is_kept (const struct up *u, const struct record_Container *c)
{
  for (size_t i = 0; i < u->plan.n; i++)
    if (u->plan.v[i].action == PLAN_KEEP && streq (u->plan.v[i].old->record->id, c->id))
      return true;
  return false;
}

/* One that its restart policy has brought back already and that has no health check to speak for it: does it end again
 * before UNTIL (CLOCK_MONOTONIC, ms)? */
static int
settle (const struct up *u, const struct record_Container *c, int64_t until, struct error **err)
{
  autocontainers struct containers before = { 0 }, now = { 0 };
  int64_t left = until - clock_ms ();
  TRY (container_find (u->s, c->id, &before, err));
  const struct record_Status *was = before.v[0].status;
  if (c->health || ! was || was->restarts.value == 0 || is_kept (u, c))
    return 0;
  container_wait (u->s, c->id, WAIT_EXITED, left > 0 ? (int) left : 0, NULL, NULL);
  TRY (container_find (u->s, c->id, &now, err));
  const struct record_Status *st = now.v[0].status;
  if (st && st->restarts.value == was->restarts.value && container_has_process (&now.v[0]))
    return 0;
  return fail (err, E_DEPENDENCY, "service '%s': container %s ends again and again, last with exit status %lld",
               c->service, c->name, st ? (long long) st->exit_code.value : -1LL);
}

static int
run_wait (void *arg, struct error **err)
{
  const struct wait_job *w = arg;
  const struct record_Container *c = w->c->record;
  autoerror struct error *reason = NULL;
  int64_t left = w->deadline ? w->deadline - clock_ms () : -1;
  int timeout = w->deadline ? left > 0 ? (int) left : 0 : -1;
  int r = container_wait (w->u->s, c->id, c->health ? WAIT_HEALTHY : WAIT_RUNNING, timeout, NULL, &reason);
  if (r == -E_DEPENDENCY && look_again (w->u->s, c, NULL) == 1)
    return 0;
  return r < 0 ? fail (err, -r, "service '%s': %s", c->service, error_text (reason)) : 0;
}

int
up_wait (struct up *u, struct error **err)
{
  autocontainers struct containers now = { 0 };
  struct container_filter filter = { .project = u->project->name, .oneoff = -1 };
  TRY (containers_list (u->s, &filter, &now, err));
  autofree struct job *jobs = mem_alloc ((now.n + 1) * sizeof *jobs);
  autofree struct wait_job *args = mem_alloc ((now.n + 1) * sizeof *args);
  autostrv struct strv names = { 0 };
  int64_t deadline = u->o->wait_timeout >= 0 ? clock_ms () + u->o->wait_timeout : 0;
  size_t n = 0;
  for (size_t i = 0; i < now.n; i++)
    {
      const struct record_Container *c = now.v[i].record;
      bool wanted = false;
      for (size_t k = 0; k < u->graph.n; k++)
        wanted = wanted || (u->selected[k] && c->service && streq (u->graph.v[k].name, c->service));
      if (! wanted)
        continue;
      strv_printf (&names, "Container %s", c->name);
      args[n] = (struct wait_job) { u, &now.v[i], deadline };
      jobs[n] = (struct job) { .name = names.v[n], .run = run_wait, .arg = &args[n], .doing = "Waiting",
                               .done = c->health ? "Healthy" : "Started" };
      n++;
    }
  struct jobs_options o = { .screen = u->screen, .cancel_fd = u->cancel_fd };
  int r = jobs_run (jobs, n, &o, err);
  jobs_free (jobs, n);
  /* What ran at first and has ended since then, while others were waited for. */
  int64_t settled = clock_ms () + SETTLE_MS;
  for (size_t i = 0; r >= 0 && i < n; i++)
    {
      r = look_again (u->s, args[i].c->record, err);
      if (r == 0)
        r = settle (u, args[i].c->record, deadline && deadline < settled ? deadline : settled, err);
    }
  return r < 0 ? r : 0;
}
