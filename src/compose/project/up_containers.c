/* up_containers.c - carries out the plan: one job per container, after the jobs of what its service depends on.
 * Everything is written to the journal before it is done. */
#include "errors.h"
#include "net.h"
#include "up_parts.h"

struct item_job
{
  const struct up *u;
  const struct plan_item *item;
};

/* ---- what a job does */

static int
create (const struct up *u, const struct plan_item *item, struct bundle *ret, struct error **err)
{
  const struct graph_node *node = &u->graph.v[item->node];
  char id[BUNDLE_ID_SIZE];
  TRY (bundle_new_id (id, err));
  TRY (journal_add (u->s, u->project->name, JOURNAL_CONTAINER, id, err));
  struct bundle_input in = {
    .settings = u->s,
    .project = u->project,
    .id = id,
    .service_name = node->name,
    .service = node->service,
    .image = &u->images[item->node],
    .number = item->number,
    .config_hash = u->hashes[item->node],
    .renew_anonymous = u->o->renew_anonymous,
    .replaces = item->old ? item->old->record : NULL,
  };
  TRY (bundle_create (&in, ret, err));
  project_event_create (u->s, u->project->name, node->service, node->name, id);
  return 0;
}

static int
start_created (const struct up *u, const struct record_Container *c, struct error **err)
{
  return u->o->no_start ? 0 : container_start (u->s, u->project, c, err);
}

/* Does the error say already whose it is, as those of bundle_create() do? */
static bool
names_service (struct error **err, const char *service)
{
  autofree char *prefix = mem_printf ("service '%s'", service);
  return after_prefix (error_text (*err), prefix);
}

static int
do_create (const struct up *u, const struct plan_item *item, struct error **err)
{
  autobundle struct bundle b = { 0 };
  TRY (create (u, item, &b, err));
  return start_created (u, b.record, err);
}

static int
do_start (const struct up *u, const struct plan_item *item, struct error **err)
{
  if (u->o->no_start)
    return 0;
  TRY (journal_add (u->s, u->project->name, JOURNAL_STARTED, item->old->record->id, err));
  return container_start (u->s, u->project, item->old->record, err);
}

static int
do_adopt (const struct up *u, const struct plan_item *item, struct error **err)
{
  return container_start (u->s, u->project, item->old->record, err);
}

int
up_remove_old (const struct up *u, const struct record_Container *old, struct error **err)
{
  autocontainers struct containers found = { 0 };
  struct container_filter filter = { .id_or_name = old->id };
  struct container_removal how = { .timeout = u->o->timeout, .volumes = u->o->renew_anonymous };
  TRY (journal_add (u->s, u->project->name, JOURNAL_REPLACED, old->id, err));
  TRY (containers_list (u->s, &filter, &found, err));
  return found.n ? container_remove (u->s, &found.v[0], &how, err) : 0;
}

/* The old container is kept, stopped, until the new one runs; where the service says how it is updated, until all do.
 * Started first, the new one has the ports as soon as the old one's rules are gone. */
static int
do_recreate (const struct up *u, const struct plan_item *item, struct error **err)
{
  autobundle struct bundle b = { 0 };
  const struct record_Container *old = item->old->record;
  const char *project = u->project->name;
  bool start_first = update_starts_first (u, item, NULL);
  update_delay (u, item);
  if (streq (item->old->state, "running") || streq (item->old->state, "restarting"))
    TRY (journal_add (u->s, project, JOURNAL_STOPPED, old->id, err));
  if (! start_first)
    TRY (container_stop (u->s, item->old, u->o->timeout, false, err));
  TRY (ports_release (u->s, old->id, err));
  TRY (create (u, item, &b, err));
  TRY (start_created (u, b.record, err));
  TRY (update_watch (u, item, b.record, err));
  if (start_first)
    TRY (container_stop (u->s, item->old, u->o->timeout, false, err));
  return update_config (u, item) ? 0 : up_remove_old (u, old, err);
}

static int
do_restart (const struct up *u, const struct plan_item *item, struct error **err)
{
  TRY (journal_add (u->s, u->project->name, JOURNAL_STOPPED, item->old->record->id, err));
  TRY (container_stop (u->s, item->old, u->o->timeout, false, err));
  return container_start (u->s, u->project, item->old->record, err);
}

static int
do_remove (const struct up *u, const struct plan_item *item, struct error **err)
{
  return container_remove (u->s, item->old, &(struct container_removal) { .timeout = u->o->timeout }, err);
}

static int
do_keep (const struct up *u, const struct plan_item *item, struct error **err)
{
  (void) u;
  (void) item;
  (void) err;
  return 0;
}

static int (*const actions[]) (const struct up *u, const struct plan_item *item, struct error **err) = {
  [PLAN_KEEP] = do_keep,     [PLAN_CREATE] = do_create,     [PLAN_START] = do_start,     [PLAN_ADOPT] = do_adopt,
  [PLAN_REMOVE] = do_remove, [PLAN_RECREATE] = do_recreate, [PLAN_RESTART] = do_restart,
  [PLAN_PREPARE] = up_pre_start,
};

static int
run_item (void *arg, struct error **err)
{
  const struct item_job *job = arg;
  const struct up *u = job->u;
  const struct plan_item *item = job->item;
  if (item->action != PLAN_REMOVE && ! u->o->no_start)
    TRY (up_wait_dependencies (u, item, err));
  const char *service = u->graph.v[item->node].name;
  int r = actions[item->action] (u, item, err);
  return r < 0 && ! names_service (err, service) ? wrap (err, "service '%s'", service) : r;
}

/* ---- the jobs */

static void
add_after (const struct up *u, const struct graph_node *node, bool required, size_t *after, size_t *n)
{
  for (size_t e = 0; e < node->n_edges; e++)
    for (size_t k = 0; k < u->plan.n && node->edges[e].required == required; k++)
      if (node->edges[e].to == u->plan.v[k].node && u->plan.v[k].action != PLAN_REMOVE)
        after[(*n)++] = k;
}

/* The items of the services that JOB's item depends on, those that it cannot do without first; the caller frees
 * job->after. */
static void
find_after (const struct up *u, const struct plan_item *item, struct job *job)
{
  const struct graph_node *node = &u->graph.v[item->node];
  size_t *after = mem_alloc ((2 * u->plan.n + 1) * sizeof *after);
  size_t before = update_before (u, (size_t) (item - u->plan.v));
  job->after = after;
  if (item->action == PLAN_REMOVE)
    return;
  for (size_t k = 0; k < u->plan.n; k++)
    {
      const struct plan_item *other = &u->plan.v[k];
      bool earlier = other->node == item->node && other->action == PLAN_RECREATE && before > 0;
      if (earlier)
        before--;
      if (earlier || (other->node == item->node && other->action == PLAN_PREPARE && other != item))
        after[job->n_after++] = k;
    }
  add_after (u, node, true, after, &job->n_after);
  job->n_hard = job->n_after;
  add_after (u, node, false, after, &job->n_after);
}

/* Services that cannot be updated as they ask for. */
static void
tell_of_order (const struct up *u)
{
  for (size_t i = 0; i < u->plan.n; i++)
    {
      const char *why = NULL;
      update_starts_first (u, &u->plan.v[i], &why);
      if (why && (i == 0 || u->plan.v[i - 1].node != u->plan.v[i].node))
        screen_line (u->screen, "service %s: order start-first is not possible: no two containers can have %s",
                     u->graph.v[u->plan.v[i].node].name, why);
    }
}

int
up_containers (struct up *u, struct error **err)
{
  size_t n = u->plan.n;
  autofree struct job *jobs = mem_alloc ((n + 1) * sizeof *jobs);
  autofree struct item_job *args = mem_alloc ((n + 1) * sizeof *args);
  autostrv struct strv names = { 0 };
  tell_of_order (u);
  for (size_t i = 0; i < n; i++)
    {
      enum plan_action action = u->plan.v[i].action;
      autofree char *row = up_row (u, &u->plan.v[i]);
      strv_add (&names, row);
      args[i] = (struct item_job) { u, &u->plan.v[i] };
      jobs[i] = (struct job) { .name = names.v[i], .run = run_item, .arg = &args[i], .doing = plan_doing (action),
                               .done = u->o->no_start && action == PLAN_CREATE ? "Created" : plan_done (action) };
      find_after (u, &u->plan.v[i], &jobs[i]);
      if (action == PLAN_KEEP || (action == PLAN_PREPARE && u->o->no_start))
        jobs[i].state = JOB_DONE;
      if (action == PLAN_KEEP)
        screen_row (u->screen, jobs[i].name, SCREEN_DONE,
                    streq (u->plan.v[i].old->state, "exited") ? "Completed" : jobs[i].done, NULL);
    }
  struct jobs_options o = { .parallel = u->o->sequential ? 1 : u->s->parallel,
                            .screen = u->screen,
                            .cancel_fd = u->cancel_fd,
                            .go_on = u->o->on_failure == ON_FAILURE_CONTINUE };
  int r = update_finish (u, jobs, jobs_run (jobs, n, &o, err), err);
  jobs_free (jobs, n);
  for (size_t i = 0; i < n; i++)
    free ((void *) jobs[i].after);
  return r;
}
