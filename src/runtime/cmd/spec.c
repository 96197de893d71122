/* spec.c - the command `spec`: options to spec_write(). */
#include "commands.h"

struct spec_args
{
  const char *bundle, *file;
  bool rootless;
};

static const struct opt spec_options[] = {
  TEXT (spec_args, bundle, 'b', "bundle", "DIR", "the bundle's directory (default: the current one)")
  TEXT (spec_args, file, 'f', "file", "FILE", "the file to write, - for standard output (default: config.json)")
  FLAG (spec_args, rootless, 0, "rootless", "a configuration for a user without privileges")
  END_OF_OPTIONS
};

static int
run (const void *global UNUSED, void *args, int argc UNUSED, char **argv UNUSED, struct error **err)
{
  const struct spec_args *a = args;
  return spec_write (a->bundle, a->file, a->rootless, err);
}

const struct command cmd_spec = {
  .name = "spec",
  .operands = "",
  .help = "write a configuration to start from",
  .opts = spec_options,
  .args_size = sizeof (struct spec_args),
  .run = run,
};
