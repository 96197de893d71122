/* list.c - the command `list`: options to container_list(). */
#include "commands.h"

struct list_args
{
  const char *format;
  bool quiet;
};

static const struct opt list_options[] = {
  TEXT (list_args, format, 'f', "format", "FORMAT", "print a table or json (default: table)")
  FLAG (list_args, quiet, 'q', "quiet", "print the containers' IDs only")
  END_OF_OPTIONS
};

static int
run (const void *global, void *args, int argc UNUSED, char **argv UNUSED, struct error **err)
{
  const struct list_args *a = args;
  bool json;
  autocontext struct context ctx = { 0 };
  TRY (option_format (a->format, &json, err));
  TRY (context_open (global, &ctx, err));
  return container_list (&ctx, json, a->quiet, stdout, err);
}

const struct command cmd_list = {
  .name = "list",
  .operands = "",
  .help = "list the containers of this state root",
  .opts = list_options,
  .args_size = sizeof (struct list_args),
  .run = run,
};
