/* kill.c - the command `kill`. */
#include "on_services.h"

struct kill_args
{
  const char *signal;
  bool remove_orphans;
};

static const struct opt kill_options[] = {
  TEXT (kill_args, signal, 's', "signal", "SIGNAL", "name or number (default: KILL)")
  FLAG (kill_args, remove_orphans, 0, "remove-orphans", "remove containers of services that the file does not have")
  END_OF_OPTIONS
};

static bool
can_be_killed (const struct container *c, const void *arg UNUSED)
{
  return container_has_process (c);
}

static int
kill_one (void *arg, struct error **err)
{
  const struct order_job *job = arg;
  return container_kill (&job->c->settings, job->container, job->arg, err);
}

static int
run (const void *global, void *args, int argc, char **argv, struct error **err)
{
  const struct kill_args *a = args;
  struct on_services what = {
    .order = { .run = kill_one,
               .arg = (void *) (a->signal ? a->signal : "KILL"),
               .doing = "Killing",
               .done = "Killed" },
    .wanted = can_be_killed,
  };
  TRY (run_on_services (global, &what, argc, argv, err));
  if (! a->remove_orphans)
    return 0;
  autocontext struct context c = { 0 };
  TRY (context_open (global, &c, err));
  TRY (context_project (&c, NULL, err));
  return project_remove_orphans (&c, err);
}

const struct command cmd_kill = {
  .name = "kill",
  .operands = "[SERVICE...]",
  .max_operands = -1,
  .help = "send a signal to containers",
  .opts = kill_options,
  .args_size = sizeof (struct kill_args),
  .run = run,
};
