/* network_inspect.c - the command `network inspect`. */
#include "commands.h"
#include "network_print.h"

static const struct opt options[] = { END_OF_OPTIONS };

static int
run (const void *global, void *args UNUSED, int argc, char **argv, struct error **err)
{
  autocontext struct context c = { 0 };
  autotext struct text out = { 0 };
  TRY (context_open (global, &c, err));
  for (int i = 0; i < argc; i++)
    {
      autofree char *one = NULL;
      TRY (network_json (&c.settings, argv[i], "    ", &one, err));
      text_printf (&out, "%s%s", i ? ",\n" : "", one);
    }
  printf ("[\n%s\n]\n", out.s);
  return 0;
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
