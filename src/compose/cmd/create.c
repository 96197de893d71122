/* create.c - the command `create`: `up --no-start`. */
#include "up_options.h"

struct create_args
{
  struct up_common common;
};

static const struct opt create_options[] = {
  UP_COMMON_OPTIONS (create_args)
  END_OF_OPTIONS
};

static int
run (const void *global, void *args, int argc, char **argv, struct error **err)
{
  const struct create_args *a = args;
  autocontext struct context c = { 0 };
  struct strv targets = { .v = argv, .n = (size_t) argc };
  struct up_options o = { .wait_timeout = -1, .no_start = true };
  TRY (up_common_check (&a->common, err));
  TRY (context_open (global, &c, err));
  TRY (context_project (&c, &targets, err));
  up_common_apply (&a->common, &targets, &o);
  return project_up (&c, &o, err);
}

const struct command cmd_create = {
  .name = "create",
  .operands = "[SERVICE...]",
  .max_operands = -1,
  .help = "create containers, start none",
  .opts = create_options,
  .args_size = sizeof (struct create_args),
  .run = run,
};
