/* restart.c - the command `restart`: stops in reverse order, then starts in order; those that say depends_on.restart
 * come along. */
#include "on_services.h"

#include "state.h"

struct restart_args
{
  bool no_deps;
  struct cli_number timeout;
};

static const struct opt restart_options[] = {
  FLAG (restart_args, no_deps, 0, "no-deps", "leave the services alone that depend on these with restart: true")
  NUMBER (restart_args, timeout, 't', "timeout", "SECONDS", "how long a container may take to stop")
  END_OF_OPTIONS
};

static int
start_one (void *arg, struct error **err)
{
  const struct order_job *job = arg;
  const struct project *p = job->c->project.model ? &job->c->project : NULL;
  const struct record_Container *record = job->container->record;
  TRY (container_start (&job->c->settings, p, record, err));
  project_event (&job->c->settings, record->project, "restart", record->service, record->id, NULL);
  return 0;
}

/* Add the services that want to be restarted with one of NAMES; true when there was one. */
static bool
add_dependants (const struct containers *all, struct strv *names)
{
  for (size_t i = 0; i < all->n; i++)
    {
      const struct record_Container *c = all->v[i].record;
      for (size_t k = 0; k < c->depends_on.n; k++)
        if (c->depends_on.v[k].restart.value && strv_has (names, c->depends_on.v[k].service)
            && ! strv_has (names, c->service))
          {
            strv_add (names, c->service);
            return true;
          }
    }
  return false;
}

static int
find (struct context *c, bool no_deps, int argc, char **argv, struct containers *ret, struct error **err)
{
  autostrv struct strv names = { 0 };
  autocontainers struct containers all = { 0 };
  for (int i = 0; i < argc; i++)
    strv_add (&names, argv[i]);
  TRY (context_containers (c, NULL, 0, -1, &all, err));
  while (argc && ! no_deps && add_dependants (&all, &names))
    ;
  TRY (context_containers (c, names.v, (int) names.n, -1, ret, err));
  return ret->n ? 0 : fail (err, E_NOT_FOUND, "project %s has no containers", c->project_name);
}

static int
run (const void *global, void *args, int argc, char **argv, struct error **err)
{
  const struct restart_args *a = args;
  autocontext struct context c = { 0 };
  autocontainers struct containers v = { 0 };
  autoclose int lock = -1;
  int timeout;
  TRY (timeout_option (&a->timeout, &timeout, err));
  TRY (context_open (global, &c, err));
  if (context_project (&c, NULL, NULL) < 0)
    TRY (context_name (&c, err));
  if (! c.settings.dry_run)
    TRY (project_lock (&c.settings, c.project_name, &lock, err));
  TRY (find (&c, a->no_deps, argc, argv, &v, err));
  struct screen *screen = context_screen (&c, "Restarting");
  struct order_options stop = { .run = order_stop, .arg = &timeout, .doing = "Stopping", .done = "Stopped" };
  struct order_options start = { .run = start_one, .doing = "Starting", .done = "Started", .forward = true };
  int r = containers_in_order (&c, &v, &stop, screen, err);
  if (r >= 0)
    r = containers_in_order (&c, &v, &start, screen, err);
  screen_close (screen);
  return r;
}

const struct command cmd_restart = {
  .name = "restart",
  .operands = "[SERVICE...]",
  .max_operands = -1,
  .help = "stop and start containers",
  .opts = restart_options,
  .args_size = sizeof (struct restart_args),
  .run = run,
};
