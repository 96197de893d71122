/* resume.c - the command `resume`: options to container_pause(). */
#include "commands.h"

static int
run (const void *global, void *args UNUSED, int argc UNUSED, char **argv, struct error **err)
{
  autocontext struct context ctx = { 0 };
  TRY (context_open (global, &ctx, err));
  return container_pause (&ctx, argv[0], false, err);
}

const struct command cmd_resume = {
  .name = "resume",
  .operands = "CONTAINER",
  .min_operands = 1,
  .max_operands = 1,
  .help = "let a paused container go on",
  .run = run,
};
