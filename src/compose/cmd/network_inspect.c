/* network_inspect.c - the command `network inspect`. */
#include "inspect_each.h"
#include "network_print.h"

static const struct opt options[] = { END_OF_OPTIONS };

static int
inspect (const struct settings *s, const char *name, char **ret, struct error **err)
{
  return network_json (s, name, "    ", ret, err);
}

static int
run (const void *global, void *args UNUSED, int argc, char **argv, struct error **err)
{
  return inspect_each (global, argc, argv, inspect, err);
}

const struct command cmd_network_inspect = {
  .name = "network inspect",
  .operands = "NETWORK...",
  .min_operands = 1,
  .max_operands = -1,
  .help = "show all that is known of networks, as JSON",
  .opts = options,
  .run = run,
};
