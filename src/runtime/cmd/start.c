/* start.c - the command `start`: options to container_start(). */
#include "commands.h"

static int
run (const void *global, void *args UNUSED, int argc UNUSED, char **argv, struct error **err)
{
  autocontext struct context ctx = { 0 };
  TRY (context_open (global, &ctx, err));
  return container_start (&ctx, argv[0], err);
}

const struct command cmd_start = {
  .name = "start",
  .operands = "CONTAINER",
  .min_operands = 1,
  .max_operands = 1,
  .help = "let a created container run its program",
  .run = run,
};
