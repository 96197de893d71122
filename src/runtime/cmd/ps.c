/* ps.c - the command `ps`: options to container_ps(). */
#include "commands.h"

struct ps_args
{
  const char *format;
};

static const struct opt ps_options[] = {
  TEXT (ps_args, format, 'f', "format", "FORMAT", "print a table or json (default: table)")
  END_OF_OPTIONS
};

static int
run (const void *global, void *args, int argc UNUSED, char **argv, struct error **err)
{
  const struct ps_args *a = args;
  bool json;
  autocontext struct context ctx = { 0 };
  TRY (option_format (a->format, &json, err));
  TRY (context_open (global, &ctx, err));
  return container_ps (&ctx, argv[0], json, argv + 1, stdout, err);
}

const struct command cmd_ps = {
  .name = "ps",
  .operands = "CONTAINER [PS-OPTION...]",
  .min_operands = 1,
  .max_operands = -1,
  .stop_at_operand = true,
  .help = "list the processes of a container",
  .opts = ps_options,
  .args_size = sizeof (struct ps_args),
  .run = run,
};
