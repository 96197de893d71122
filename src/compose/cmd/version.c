/* version.c - the command `version`. */
#include "commands.h"

struct version_args
{
  bool short_form;
  const char *format;
};

static const struct opt version_options[] = {
  FLAG (version_args, short_form, 0, "short", "only the number")
  TEXT (version_args, format, 'f', "format", "FORMAT", "pretty or json")
  END_OF_OPTIONS
};

static int
run (const void *global, void *args, int argc, char **argv, struct error **err)
{
  (void) global;
  (void) argc;
  (void) argv;
  const struct version_args *a = args;
  if (a->format && ! streq (a->format, "json") && ! streq (a->format, "pretty"))
    return fail (err, EINVAL, "--format %s: want pretty or json", a->format);
  if (a->short_form)
    printf ("%s\n", PACKAGE_VERSION);
  else if (a->format && streq (a->format, "json"))
    printf ("{\"version\":\"%s\",\"commit\":\"%s\"}\n", PACKAGE_VERSION, PERRY_COMMIT);
  else
    print_version ();
  return 0;
}

const struct command cmd_version = {
  .name = "version",
  .help = "show the version",
  .opts = version_options,
  .args_size = sizeof (struct version_args),
  .run = run,
};
