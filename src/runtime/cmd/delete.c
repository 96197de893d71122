/* delete.c - the command `delete`: options to container_delete(). */
#include "commands.h"

struct delete_args
{
  bool force;
};

static const struct opt delete_options[] = {
  FLAG (delete_args, force, 'f', "force", "kill the container first if it runs; a missing container is no error")
  END_OF_OPTIONS
};

static int
run (const void *global, void *args, int argc UNUSED, char **argv, struct error **err)
{
  const struct delete_args *a = args;
  autocontext struct context ctx = { 0 };
  TRY (context_open (global, &ctx, err));
  return container_delete (&ctx, argv[0], a->force, err);
}

const struct command cmd_delete = {
  .name = "delete",
  .operands = "CONTAINER",
  .min_operands = 1,
  .max_operands = 1,
  .help = "remove a stopped or created container and all that it holds",
  .opts = delete_options,
  .args_size = sizeof (struct delete_args),
  .run = run,
};
