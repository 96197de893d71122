/* volume_ls.c - the command `volume ls`: the volumes of all projects. */
#include "commands.h"
#include "volume_print.h"

struct volume_ls_args
{
  bool quiet;
  const char *format;
};

static const struct opt options[] = {
  TEXT (volume_ls_args, format, 0, "format", "FORMAT", "table or json (one object per line)")
  FLAG (volume_ls_args, quiet, 'q', "quiet", "only names")
  END_OF_OPTIONS
};

static int
run (const void *global, void *args, int argc UNUSED, char **argv UNUSED, struct error **err)
{
  const struct volume_ls_args *a = args;
  autocontext struct context c = { 0 };
  autostrv struct strv names = { 0 };
  TRY (context_open (global, &c, err));
  TRY (volume_list (&c.settings, NULL, &names, err));
  return volumes_print (&c.settings, &names, a->quiet, a->format, err);
}

const struct command cmd_volume_ls = {
  .name = "volume ls",
  .operands = "",
  .help = "list volumes",
  .opts = options,
  .args_size = sizeof (struct volume_ls_args),
  .run = run,
};
