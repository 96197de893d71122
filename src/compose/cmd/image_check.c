/* image_check.c - the command `image check`. */
#include "commands.h"
#include "image.h"

struct image_check_args
{
  bool blobs;
};

static const struct opt options[] = {
  FLAG (image_check_args, blobs, 0, "blobs", "read all layers' archives and compare their digests")
  END_OF_OPTIONS
};

static int
run (const void *global, void *args, int argc UNUSED, char **argv UNUSED, struct error **err)
{
  const struct image_check_args *a = args;
  autocontext struct context c = { 0 };
  autostrv struct strv wrong = { 0 };
  TRY (context_open (global, &c, err));
  TRY (image_check (&c.settings, a->blobs, &wrong, err));
  for (size_t i = 0; i < wrong.n; i++)
    printf ("%s\n", wrong.v[i]);
  return wrong.n == 0 ? 0 : fail (err, E_BAD_IMAGE, "the image store has %zu faults", wrong.n);
}

const struct command cmd_image_check = {
  .name = "image check",
  .operands = "",
  .help = "look whether all that the image store says is there",
  .opts = options,
  .args_size = sizeof (struct image_check_args),
  .run = run,
};
