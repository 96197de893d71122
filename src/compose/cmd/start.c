/* start.c - the command `start`. */
#include "on_services.h"

struct start_args
{
  bool wait;
  struct cli_number wait_timeout;
};

static const struct opt start_options[] = {
  FLAG (start_args, wait, 0, "wait", "wait until the services run or are healthy")
  NUMBER (start_args, wait_timeout, 0, "wait-timeout", "SECONDS", "how long to wait at most")
  END_OF_OPTIONS
};

struct start_job
{
  bool wait;
  int timeout;
};

static int
start_one (void *arg, struct error **err)
{
  const struct order_job *job = arg;
  const struct start_job *start = job->arg;
  const struct settings *s = &job->c->settings;
  const struct record_Container *c = job->container->record;
  TRY (container_start (s, job->c->project.model ? &job->c->project : NULL, c, err));
  if (! start->wait)
    return 0;
  return container_wait (s, c->id, c->health ? WAIT_HEALTHY : WAIT_RUNNING, start->timeout, NULL, err);
}

static int
run (const void *global, void *args, int argc, char **argv, struct error **err)
{
  const struct start_args *a = args;
  struct start_job job = { .wait = a->wait };
  TRY (timeout_option (&a->wait_timeout, &job.timeout, err));
  struct on_services what = {
    .order = { .run = start_one, .arg = &job, .doing = "Starting", .done = "Started", .forward = true },
    .oneoff = -1,
    .load = true,
    .dependencies = true,
  };
  return run_on_services (global, &what, argc, argv, err);
}

const struct command cmd_start = {
  .name = "start",
  .operands = "[SERVICE...]",
  .max_operands = -1,
  .help = "start containers that exist",
  .opts = start_options,
  .args_size = sizeof (struct start_args),
  .run = run,
};
