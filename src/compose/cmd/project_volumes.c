/* project_volumes.c - the command `volumes`: the volumes that a project's services use. */
#include "commands.h"
#include "volume_print.h"

struct volumes_args
{
  bool quiet;
  const char *format;
};

static const struct opt options[] = {
  TEXT (volumes_args, format, 0, "format", "FORMAT", "table or json (one object per line)")
  FLAG (volumes_args, quiet, 'q', "quiet", "only names")
  END_OF_OPTIONS
};

static int
compare (const void *a, const void *b)
{
  return strcmp (*(char *const *) a, *(char *const *) b);
}

static int
run (const void *global, void *args, int argc, char **argv, struct error **err)
{
  const struct volumes_args *a = args;
  autocontext struct context c = { 0 };
  autocontainers struct containers all = { 0 };
  autostrv struct strv names = { 0 };
  TRY (context_open (global, &c, err));
  TRY (context_name (&c, err));
  if (argc == 0)
    TRY (volume_list (&c.settings, c.project_name, &names, err));
  TRY (context_containers (&c, argv, argc, 0, &all, err));
  for (size_t i = 0; i < all.n; i++)
    for (size_t k = 0; k < all.v[i].record->mounts.n; k++)
      {
        const char *name = all.v[i].record->mounts.v[k].volume;
        if (name && ! strv_has (&names, name))
          strv_add (&names, name);
      }
  if (names.n)
    qsort (names.v, names.n, sizeof *names.v, compare);
  return volumes_print (&c.settings, &names, a->quiet, a->format, err);
}

const struct command cmd_volumes = {
  .name = "volumes",
  .operands = "[SERVICE...]",
  .max_operands = -1,
  .help = "list the volumes of a project's services",
  .opts = options,
  .args_size = sizeof (struct volumes_args),
  .run = run,
};
