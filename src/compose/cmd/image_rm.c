/* image_rm.c - the command `image rm`. */
#include "commands.h"
#include "image.h"

struct image_rm_args
{
  bool force;
};

static const struct opt options[] = {
  FLAG (image_rm_args, force, 'f', "force", "also when containers use it, or it has several names")
  END_OF_OPTIONS
};

static int
would_remove (const struct settings *s, const char *reference, struct strv *ret, struct error **err)
{
  autofree char *id = NULL, *name = NULL;
  TRY (image_resolve (s, reference, &id, &name, err));
  strv_printf (ret, "%s would be removed", name ?: id);
  return 0;
}

static int
run (const void *global, void *args, int argc, char **argv, struct error **err)
{
  const struct image_rm_args *a = args;
  autocontext struct context c = { 0 };
  int first = 0;
  TRY (context_open (global, &c, err));
  for (int i = 0; i < argc; i++)
    {
      autostrv struct strv done = { 0 };
      autoerror struct error *own = NULL;
      int r = c.settings.dry_run ? would_remove (&c.settings, argv[i], &done, &own)
                                 : image_remove (&c.settings, argv[i], a->force, &done, &own);
      for (size_t k = 0; k < done.n; k++)
        printf ("%s\n", done.v[k]);
      if (r < 0 && first < 0)
        fprintf (stderr, "perry-compose: %s\n", error_text (own));
      else if (r < 0)
        first = fail (err, -r, "%s", error_text (own));
    }
  return first;
}

const struct command cmd_image_rm = {
  .name = "image rm",
  .operands = "IMAGE...",
  .min_operands = 1,
  .max_operands = -1,
  .help = "take names away; with the last name goes the image",
  .opts = options,
  .args_size = sizeof (struct image_rm_args),
  .run = run,
};
