/* volume_rm.c - the command `volume rm`. */
#include "commands.h"
#include "volumes.h"

struct volume_rm_args
{
  bool force;
};

static const struct opt options[] = {
  FLAG (volume_rm_args, force, 'f', "force", "one that is not there is no error")
  END_OF_OPTIONS
};

/* All that can be removed are; the first failure is the command's, the others are told at once. */
static int
run (const void *global, void *args, int argc, char **argv, struct error **err)
{
  const struct volume_rm_args *a = args;
  autocontext struct context c = { 0 };
  int first = 0;
  TRY (context_open (global, &c, err));
  for (int i = 0; i < argc; i++)
    {
      autoerror struct error *own = NULL;
      int r = volume_remove (&c.settings, argv[i], &own);
      if (r == 0)
        print_removed (&c, argv[i]);
      else if (r == -E_NOT_FOUND && a->force)
        continue;
      else if (first < 0)
        fprintf (stderr, "perry-compose: %s\n", error_text (own));
      else
        first = fail (err, -r, "%s", error_text (own));
    }
  return first;
}

const struct command cmd_volume_rm = {
  .name = "volume rm",
  .operands = "VOLUME...",
  .min_operands = 1,
  .max_operands = -1,
  .help = "remove volumes that no container uses",
  .opts = options,
  .args_size = sizeof (struct volume_rm_args),
  .run = run,
};
