/* image_tag.c - the command `image tag`. */
#include "commands.h"
#include "image.h"

static const struct opt options[] = { END_OF_OPTIONS };

static int
run (const void *global, void *args UNUSED, int argc UNUSED, char **argv, struct error **err)
{
  autocontext struct context c = { 0 };
  TRY (context_open (global, &c, err));
  if (c.settings.dry_run)
    {
      printf ("%s would be called %s, too\n", argv[0], argv[1]);
      return 0;
    }
  return image_tag (&c.settings, argv[0], argv[1], err);
}

const struct command cmd_image_tag = {
  .name = "image tag",
  .operands = "IMAGE NAME",
  .min_operands = 2,
  .max_operands = 2,
  .help = "give an image a further name",
  .opts = options,
  .run = run,
};
