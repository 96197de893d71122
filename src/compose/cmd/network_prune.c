/* network_prune.c - the command `network prune`. */
#include "commands.h"
#include "net.h"

struct network_prune_args
{
  bool force;
};

static const struct opt options[] = {
  FLAG (network_prune_args, force, 'f', "force", "do not ask")
  END_OF_OPTIONS
};

static bool
agreed (const struct network_prune_args *a)
{
  char answer[16] = "";
  if (a->force || ! isatty (STDIN_FILENO))
    return true;
  fprintf (stderr, "Remove all networks that no container uses? [y/N] ");
  return fgets (answer, sizeof answer, stdin) && (answer[0] == 'y' || answer[0] == 'Y');
}

static int
run (const void *global, void *args, int argc UNUSED, char **argv UNUSED, struct error **err)
{
  autocontext struct context c = { 0 };
  autostrv struct strv names = { 0 };
  TRY (context_open (global, &c, err));
  if (! c.settings.dry_run && ! agreed (args))
    return 0;
  TRY (network_list (&c.settings, NULL, &names, err));
  for (size_t i = 0; i < names.n; i++)
    {
      autoerror struct error *why = NULL;
      int r = network_remove (&c.settings, names.v[i], &why);
      if (r == 0)
        print_removed (&c, names.v[i]);
      else if (r != -E_CONFLICT)
        return fail (err, -r, "%s", error_text (why));
    }
  return 0;
}

const struct command cmd_network_prune = {
  .name = "network prune",
  .operands = "",
  .help = "remove networks that no container uses",
  .opts = options,
  .args_size = sizeof (struct network_prune_args),
  .run = run,
};
