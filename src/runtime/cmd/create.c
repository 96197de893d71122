/* create.c - the command `create`: options to container_create(). */
#include "commands.h"

static const struct opt create_opts[] = {
  CREATE_AND_RUN_OPTIONS (create_args)
  FLAG (create_args, o.no_subreaper, 0, "no-subreaper", "accepted for callers of runc", .hidden = true)
  END_OF_OPTIONS
};

static int
run (const void *global, void *args, int argc UNUSED, char **argv, struct error **err)
{
  struct create_args *a = args;
  autocontext struct context ctx = { 0 };
  TRY (context_open_sealed (global, &ctx, err));
  TRY (context_check_manager (&ctx, err));
  TRY (option_count (&a->preserve_fds, "preserve-fds", &a->o.preserve_fds, err));
  return container_create (&ctx, argv[0], &a->o, err);
}

const struct command cmd_create = {
  .name = "create",
  .operands = "CONTAINER",
  .min_operands = 1,
  .max_operands = 1,
  .help = "make a container from a bundle; its program waits for start",
  .opts = create_opts,
  .args_size = sizeof (struct create_args),
  .run = run,
};
