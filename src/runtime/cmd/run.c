/* run.c - the command `run`: options to container_run(). */
#include "commands.h"

static const struct opt run_options[] = {
  CREATE_AND_RUN_OPTIONS (create_args)
  FLAG (create_args, o.detach, 'd', "detach", "return once the program runs, and leave the container there")
  FLAG (create_args, o.keep, 0, "keep", "do not delete the container when its program has ended")
  FLAG (create_args, o.no_subreaper, 0, "no-subreaper", "do not adopt the container's orphaned processes")
  END_OF_OPTIONS
};

static int
run (const void *global, void *args, int argc UNUSED, char **argv, struct error **err)
{
  struct create_args *a = args;
  int status = 0;
  autocontext struct context ctx = { 0 };
  TRY (context_open_sealed (global, &ctx, err));
  TRY (context_check_manager (&ctx, err));
  TRY (option_count (&a->preserve_fds, "preserve-fds", &a->o.preserve_fds, err));
  TRY (container_run (&ctx, argv[0], &a->o, &status, err));
  return status;
}

const struct command cmd_run = {
  .name = "run",
  .operands = "CONTAINER",
  .min_operands = 1,
  .max_operands = 1,
  .help = "create a container, start it, wait for its program and delete it",
  .opts = run_options,
  .args_size = sizeof (struct create_args),
  .run = run,
};
