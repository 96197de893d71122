/* volume_inspect.c - the command `volume inspect`. */
#include "inspect_each.h"
#include "volume_print.h"

static const struct opt options[] = { END_OF_OPTIONS };

static int
inspect (const struct settings *s, const char *name, char **ret, struct error **err)
{
  struct volume_info v = { 0 };
  TRY (volume_get (s, name, &v, err));
  *ret = volume_json (&v, "    ");
  volume_info_free (&v);
  return 0;
}

static int
run (const void *global, void *args UNUSED, int argc, char **argv, struct error **err)
{
  return inspect_each (global, argc, argv, inspect, err);
}

const struct command cmd_volume_inspect = {
  .name = "volume inspect",
  .operands = "VOLUME...",
  .min_operands = 1,
  .max_operands = -1,
  .help = "show all that is known of volumes, as JSON",
  .opts = options,
  .run = run,
};
