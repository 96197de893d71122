/* image_prune.c - the command `image prune`. */
#include "commands.h"
#include "image.h"
#include "image_print.h"

struct image_prune_args
{
  bool all, blobs, builds, force;
};

static const struct opt options[] = {
  FLAG (image_prune_args, all, 'a', "all", "also images that have a name, if no container uses them")
  FLAG (image_prune_args, blobs, 0, "blobs", "also what only `push` needs of the images that stay")
  FLAG (image_prune_args, builds, 0, "build-cache", "also what builds keep to be faster the next time")
  FLAG (image_prune_args, force, 'f', "force", "do not ask")
  END_OF_OPTIONS
};

static bool
agreed (const struct image_prune_args *a)
{
  char answer[16] = "";
  if (a->force || ! isatty (STDIN_FILENO))
    return true;
  fprintf (stderr, "Remove all images that %s%s? [y/N] ",
           a->all ? "no container uses" : "have no name and no container uses",
           a->blobs ? ", and all layers' archives" : "");
  return fgets (answer, sizeof answer, stdin) && (answer[0] == 'y' || answer[0] == 'Y');
}

static int
run (const void *global, void *args, int argc UNUSED, char **argv UNUSED, struct error **err)
{
  const struct image_prune_args *a = args;
  autocontext struct context c = { 0 };
  autostrv struct strv done = { 0 };
  char size[IMAGE_SIZE_TEXT];
  int64_t bytes;
  TRY (context_open (global, &c, err));
  if (c.settings.dry_run)
    return fail (err, EINVAL, "what it would remove is not known beforehand: --dry-run does not go with it");
  if (! agreed (a))
    return 0;
  const struct image_prune how = { .all = a->all, .blobs = a->blobs, .builds = a->builds };
  TRY (image_prune (&c.settings, &how, &done, &bytes, err));
  for (size_t i = 0; i < done.n; i++)
    printf ("%s\n", done.v[i]);
  image_size_text (bytes, size);
  printf ("Reclaimed %s\n", size);
  return 0;
}

const struct command cmd_image_prune = {
  .name = "image prune",
  .operands = "",
  .help = "remove images without a name that no container uses, and what no image needs",
  .opts = options,
  .args_size = sizeof (struct image_prune_args),
  .run = run,
};
