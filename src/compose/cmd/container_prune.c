/* container_prune.c - the command `container prune`: removes what does not run. */
#include "commands.h"
#include "single.h"

struct prune_args
{
  bool force, volumes;
};

static const struct opt prune_options[] = {
  FLAG (prune_args, force, 'f', "force", "do not ask")
  FLAG (prune_args, volumes, 'v', "volumes", "remove their anonymous volumes, too")
  END_OF_OPTIONS
};

static bool
agreed (const struct prune_args *a)
{
  char answer[16] = "";
  if (a->force || ! isatty (STDIN_FILENO))
    return true;
  fprintf (stderr, "Remove all containers that do not run? [y/N] ");
  return fgets (answer, sizeof answer, stdin) && (answer[0] == 'y' || answer[0] == 'Y');
}

static int
prune_one (struct context *c, const char *id, const struct prune_args *a, struct error **err)
{
  autocontainers struct containers v = { 0 };
  autoclose int lock = -1;
  TRY (single_find (c, id, false, &v, err));
  if (! c->settings.dry_run)
    TRY (single_lock (&c->settings, v.v[0].record, &lock, err));
  containers_free (&v);
  TRY (single_find (c, id, false, &v, err));
  if (! streq (v.v[0].state, "exited") && ! streq (v.v[0].state, "created") && ! streq (v.v[0].state, "dead"))
    return 0;
  const struct container_removal how = { .timeout = -1, .volumes = a->volumes };
  TRY (c->settings.dry_run ? 0 : container_remove (&c->settings, &v.v[0], &how, err));
  print_removed (c, id);
  return 0;
}

static int
run (const void *global, void *args, int argc UNUSED, char **argv UNUSED, struct error **err)
{
  const struct prune_args *a = args;
  autocontext struct context c = { 0 };
  autocontainers struct containers v = { 0 };
  TRY (context_open (global, &c, err));
  if (! c.settings.dry_run && ! agreed (a))
    return 0;
  TRY (containers_list (&c.settings, &(struct container_filter) { 0 }, &v, err));
  for (size_t i = 0; i < v.n; i++)
    {
      int r = prune_one (&c, v.v[i].record->id, a, err);
      if (r < 0 && r != -E_NOT_FOUND) /* gone meanwhile: nothing to prune */
        return r;
    }
  return 0;
}

const struct command cmd_container_prune = {
  .name = "container prune",
  .operands = "",
  .help = "remove containers that do not run",
  .opts = prune_options,
  .args_size = sizeof (struct prune_args),
  .run = run,
};
