/* volume_prune.c - the command `volume prune`. */
#include "commands.h"
#include "volumes.h"

struct volume_prune_args
{
  bool all, force;
};

static const struct opt options[] = {
  FLAG (volume_prune_args, all, 'a', "all", "named ones, too: what is in them is lost")
  FLAG (volume_prune_args, force, 'f', "force", "do not ask")
  END_OF_OPTIONS
};

static bool
agreed (const struct volume_prune_args *a)
{
  char answer[16] = "";
  if (a->force || ! isatty (STDIN_FILENO))
    return true;
  fprintf (stderr, "Remove all %svolumes that no container uses, with what is in them? [y/N] ",
           a->all ? "" : "anonymous ");
  return fgets (answer, sizeof answer, stdin) && (answer[0] == 'y' || answer[0] == 'Y');
}

static int
prune_one (const struct context *c, const char *name, bool all, struct error **err)
{
  const struct settings *s = &c->settings;
  struct volume_info v = { 0 };
  TRY (volume_get (s, name, &v, err));
  bool wanted = all || v.anonymous;
  volume_info_free (&v);
  int r = wanted ? volume_remove (s, name, err) : -E_CONFLICT;
  if (r == 0)
    print_removed (c, name);
  /* Used, or gone meanwhile: nothing to prune. */
  return r == -E_CONFLICT || r == -E_NOT_FOUND ? 0 : r;
}

static int
run (const void *global, void *args, int argc UNUSED, char **argv UNUSED, struct error **err)
{
  const struct volume_prune_args *a = args;
  autocontext struct context c = { 0 };
  autostrv struct strv names = { 0 };
  TRY (context_open (global, &c, err));
  if (! c.settings.dry_run && ! agreed (a))
    return 0;
  if (! c.settings.dry_run)
    volumes_sweep (&c.settings);
  TRY (volume_list (&c.settings, NULL, &names, err));
  for (size_t i = 0; i < names.n; i++)
    TRY (prune_one (&c, names.v[i], a->all, err));
  return 0;
}

const struct command cmd_volume_prune = {
  .name = "volume prune",
  .operands = "",
  .help = "remove anonymous volumes that no container uses",
  .opts = options,
  .args_size = sizeof (struct volume_prune_args),
  .run = run,
};
