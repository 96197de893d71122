/* cli_emit.c - what the build makes from the tables: man pages and completions (cli_complete.c). Only prints. */
#include "cli_parts.h"

int
cli_emit (const struct program *p UNUSED, const char *what, const struct command *command UNUSED, FILE *in UNUSED, FILE *out UNUSED,
          struct error **err)
{
  return fail (err, EINVAL, "--emit %s", what);
}
