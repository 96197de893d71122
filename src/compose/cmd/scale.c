/* scale.c - the command `scale`: `up --scale SERVICE=N`, of these services. */
#include "up_options.h"

struct scale_args
{
  bool no_deps;
};

static const struct opt scale_options[] = {
  FLAG (scale_args, no_deps, 0, "no-deps", "leave the services alone that these depend on")
  END_OF_OPTIONS
};

static int
run (const void *global, void *args, int argc, char **argv, struct error **err)
{
  const struct scale_args *a = args;
  autocontext struct context c = { 0 };
  autostrv struct strv targets = { 0 };
  struct strv scale = { .v = argv, .n = (size_t) argc };
  for (int i = 0; i < argc; i++)
    {
      const char *equals = strchr (argv[i], '=');
      if (! equals || equals == argv[i])
        return fail (err, EINVAL, "%s: want SERVICE=N", argv[i]);
      strv_printf (&targets, "%.*s", (int) (equals - argv[i]), argv[i]);
    }
  struct up_options o = { .wait_timeout = -1, .timeout = -1, .no_deps = a->no_deps,
                          .plan = { .targets = &targets, .scale = &scale, .no_recreate = true } };
  TRY (context_open (global, &c, err));
  TRY (context_project (&c, &targets, err));
  return project_up (&c, &o, err);
}

const struct command cmd_scale = {
  .name = "scale",
  .operands = "SERVICE=N...",
  .min_operands = 1,
  .max_operands = -1,
  .help = "run another number of a service's containers",
  .opts = scale_options,
  .args_size = sizeof (struct scale_args),
  .run = run,
};
