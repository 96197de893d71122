/* pause.c - the command `pause`: options to container_pause(). */
#include "commands.h"

static int
run (const void *global, void *args UNUSED, int argc UNUSED, char **argv, struct error **err)
{
  autocontext struct context ctx = { 0 };
  TRY (context_open (global, &ctx, err));
  return container_pause (&ctx, argv[0], true, err);
}

const struct command cmd_pause = {
  .name = "pause",
  .operands = "CONTAINER",
  .min_operands = 1,
  .max_operands = 1,
  .help = "freeze all processes of a container",
  .run = run,
};
