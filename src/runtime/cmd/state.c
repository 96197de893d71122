/* state.c - the command `state`: options to container_state(). */
#include "commands.h"

static int
run (const void *global, void *args UNUSED, int argc UNUSED, char **argv, struct error **err)
{
  autocontext struct context ctx = { 0 };
  TRY (context_open (global, &ctx, err));
  return container_state (&ctx, argv[0], stdout, err);
}

const struct command cmd_state = {
  .name = "state",
  .operands = "CONTAINER",
  .min_operands = 1,
  .max_operands = 1,
  .help = "print the state of a container as JSON",
  .run = run,
};
