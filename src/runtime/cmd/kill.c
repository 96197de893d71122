/* kill.c - the command `kill`: options to container_kill(). */
#include "commands.h"

struct kill_args
{
  bool all;
};

static const struct opt kill_options[] = {
  FLAG (kill_args, all, 'a', "all", "signal all processes of the container; a stopped container is no error")
  END_OF_OPTIONS
};

static int
run (const void *global, void *args, int argc, char **argv, struct error **err)
{
  const struct kill_args *a = args;
  autocontext struct context ctx = { 0 };
  TRY (context_open (global, &ctx, err));
  return container_kill (&ctx, argv[0], argc > 1 ? argv[1] : "TERM", a->all, err);
}

const struct command cmd_kill = {
  .name = "kill",
  .operands = "CONTAINER [SIGNAL]",
  .min_operands = 1,
  .max_operands = 2,
  .stop_at_operand = true,
  .help = "send a signal (default: TERM) to a container's first process",
  .opts = kill_options,
  .args_size = sizeof (struct kill_args),
  .run = run,
};
