/* stop.c - the command `stop`. */
#include "on_services.h"

struct stop_args
{
  struct cli_number timeout;
};

static const struct opt stop_options[] = {
  NUMBER (stop_args, timeout, 't', "timeout", "SECONDS", "how long a container may take to stop")
  END_OF_OPTIONS
};

static int
run (const void *global, void *args, int argc, char **argv, struct error **err)
{
  const struct stop_args *a = args;
  int timeout;
  TRY (timeout_option (&a->timeout, &timeout, err));
  struct on_services what = { .order = { .run = order_stop, .arg = &timeout, .doing = "Stopping", .done = "Stopped" },
                              .oneoff = -1 };
  return run_on_services (global, &what, argc, argv, err);
}

const struct command cmd_stop = {
  .name = "stop",
  .operands = "[SERVICE...]",
  .max_operands = -1,
  .help = "stop containers, in the reverse order of their start",
  .opts = stop_options,
  .args_size = sizeof (struct stop_args),
  .run = run,
};
