/* features.c - the command `features`: features_write() on standard output. */
#include "commands.h"

static int
run (const void *global UNUSED, void *args UNUSED, int argc UNUSED, char **argv UNUSED, struct error **err)
{
  return features_write (stdout, err);
}

const struct command cmd_features = {
  .name = "features",
  .operands = "",
  .help = "print what this runtime supports as JSON",
  .run = run,
};
