/* pause.c - the commands `pause` and `unpause`. */
#include "on_services.h"

static const struct opt pause_options[] = {
  END_OF_OPTIONS
};

static bool
is_running (const struct container *c, const void *arg)
{
  (void) arg;
  return streq (c->state, "running");
}

static bool
is_paused (const struct container *c, const void *arg)
{
  (void) arg;
  return streq (c->state, "paused");
}

static int
pause_one (void *arg, struct error **err)
{
  const struct order_job *job = arg;
  return container_pause (&job->c->settings, job->container, true, err);
}

static int
unpause_one (void *arg, struct error **err)
{
  const struct order_job *job = arg;
  return container_pause (&job->c->settings, job->container, false, err);
}

static int
run_pause (const void *global, void *args, int argc, char **argv, struct error **err)
{
  (void) args;
  struct on_services what = { .order = { .run = pause_one, .doing = "Pausing", .done = "Paused" },
                              .oneoff = -1, .wanted = is_running };
  return run_on_services (global, &what, argc, argv, err);
}

static int
run_unpause (const void *global, void *args, int argc, char **argv, struct error **err)
{
  (void) args;
  struct on_services what = {
    .order = { .run = unpause_one, .doing = "Unpausing", .done = "Unpaused", .forward = true },
    .oneoff = -1,
    .wanted = is_paused
  };
  return run_on_services (global, &what, argc, argv, err);
}

const struct command cmd_pause = {
  .name = "pause",
  .operands = "[SERVICE...]",
  .max_operands = -1,
  .help = "freeze containers",
  .opts = pause_options,
  .run = run_pause,
};

const struct command cmd_unpause = {
  .name = "unpause",
  .operands = "[SERVICE...]",
  .max_operands = -1,
  .help = "thaw frozen containers",
  .opts = pause_options,
  .run = run_unpause,
};
