/* rm.c - the command `rm`: removes containers that are stopped, or stops them first. */
#include "on_services.h"

struct rm_args
{
  bool force, stop, volumes, all;
};

static const struct opt rm_options[] = {
  FLAG (rm_args, force, 'f', "force", "do not ask")
  FLAG (rm_args, stop, 's', "stop", "stop running containers first")
  FLAG (rm_args, volumes, 'v', "volumes", "remove their anonymous volumes, too")
  FLAG (rm_args, all, 'a', "all", "accepted, without effect", .hidden = true)
  END_OF_OPTIONS
};

static bool
is_wanted (const struct container *c, const void *arg)
{
  const struct rm_args *a = arg;
  return a->stop || ! container_is_active (c);
}

static int
remove_one (void *arg, struct error **err)
{
  const struct order_job *job = arg;
  const struct rm_args *a = job->arg;
  struct container_removal how = { .timeout = -1, .volumes = a->volumes };
  return container_remove (&job->c->settings, job->container, &how, err);
}

/* Nobody at a terminal: there is nobody to ask. */
static bool
asked (const struct rm_args *a)
{
  if (a->force || ! isatty (STDIN_FILENO))
    return true;
  char answer[8] = "";
  fprintf (stderr, "Remove the stopped containers? [yN] ");
  return fgets (answer, sizeof answer, stdin) && (answer[0] == 'y' || answer[0] == 'Y');
}

static int
run (const void *global, void *args, int argc, char **argv, struct error **err)
{
  struct rm_args *a = args;
  struct on_services what = { .order = { .run = remove_one, .arg = a, .doing = "Removing", .done = "Removed" },
                              .oneoff = -1, .wanted = is_wanted };
  if (! asked (a))
    return 0;
  return run_on_services (global, &what, argc, argv, err);
}

const struct command cmd_rm = {
  .name = "rm",
  .operands = "[SERVICE...]",
  .max_operands = -1,
  .help = "remove stopped containers",
  .opts = rm_options,
  .args_size = sizeof (struct rm_args),
  .run = run,
};
