/* boot.c - the command `boot`: after the host's start, brings back what was running, in order, as restart policies
 * say. */
#include "commands.h"
#include "down.h"
#include "log.h"
#include "state.h"


static const struct opt boot_options[] = {
  END_OF_OPTIONS
};

/* What docker's daemon would start: "always", and "unless-stopped" where nobody has stopped it; "on-failure" not. */
static bool
comes_back (const struct container *c, const void *arg UNUSED)
{
  const struct record_Restart *restart = c->record->restart;
  if (container_is_active (c) || ! restart || ! c->status)
    return false;
  if (streq (restart->condition, "always"))
    return true;
  return streq (restart->condition, "unless-stopped") && ! c->status->stopped_by_user.value;
}

/* A condition waits as it did in `up`; a dependency that does not come back is not waited for. */
static int
wait_dependency (const struct context *c, const struct record_Container *mine, const struct record_Dependency *d,
                 struct error **err)
{
  autocontainers struct containers found = { 0 };
  struct container_filter filter = { .project = mine->project, .service = d->service, .oneoff = -1 };
  bool healthy = d->condition && streq (d->condition, "service_healthy");
  TRY (containers_list (&c->settings, &filter, &found, err));
  for (size_t i = 0; healthy && i < found.n; i++)
    if (streq (found.v[i].state, "running") && found.v[i].record->health)
      TRY_DOING (err, container_wait (&c->settings, found.v[i].record->id, WAIT_HEALTHY, -1, NULL, err), "service '%s'",
                 d->service);
  return 0;
}

static int
start_one (void *arg, struct error **err)
{
  const struct order_job *job = arg;
  const struct record_Container *c = job->container->record;
  for (size_t i = 0; i < c->depends_on.n; i++)
    {
      autoerror struct error *reason = NULL;
      if (wait_dependency (job->c, c, &c->depends_on.v[i], &reason) < 0)
        log_warning ("%s: %s", c->name, error_text (reason));
    }
  return container_start (&job->c->settings, NULL, c, err);
}

static int
boot_project (struct context *c, const char *name, struct screen *screen, struct error **err)
{
  autocontainers struct containers v = { 0 };
  autoclose int lock = -1;
  struct container_filter filter = { .project = name, .oneoff = -1 };
  if (! c->settings.dry_run)
    TRY (project_lock (&c->settings, name, &lock, err));
  TRY (containers_list (&c->settings, &filter, &v, err));
  containers_keep (&v, comes_back, NULL);
  struct order_options order = { .run = start_one, .doing = "Starting", .done = "Started", .forward = true };
  return containers_in_order (c, &v, &order, screen, err);
}

static int
run (const void *global, void *args, int argc, char **argv, struct error **err)
{
  (void) args;
  autocontext struct context c = { 0 };
  autostrv struct strv all = { 0 };
  autoerror struct error *first = NULL;
  TRY (context_open (global, &c, err));
  TRY (project_list (&c.settings, &all, err));
  struct strv names = argc ? (struct strv) { .v = argv, .n = (size_t) argc } : all;
  struct screen *screen = context_screen (&c, "Starting");
  for (size_t i = 0; i < names.n; i++)
    {
      autoerror struct error *e = NULL;
      if (boot_project (&c, names.v[i], screen, &e) < 0 && ! first)
        fail (&first, e ? e->code : EIO, "project %s: %s", names.v[i], error_text (e));
    }
  screen_close (screen);
  return first ? fail (err, first->code, "%s", error_text (first)) : 0;
}

const struct command cmd_boot = {
  .name = "boot",
  .operands = "[PROJECT...]",
  .max_operands = -1,
  .help = "after the host's start: bring back what was running",
  .opts = boot_options,
  .run = run,
};
