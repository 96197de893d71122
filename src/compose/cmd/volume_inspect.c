/* volume_inspect.c - the command `volume inspect`. */
#include "commands.h"
#include "volume_print.h"

static const struct opt options[] = { END_OF_OPTIONS };

static int
run (const void *global, void *args UNUSED, int argc, char **argv, struct error **err)
{
  autocontext struct context c = { 0 };
  autotext struct text out = { 0 };
  TRY (context_open (global, &c, err));
  for (int i = 0; i < argc; i++)
    {
      struct volume_info v = { 0 };
      TRY (volume_get (&c.settings, argv[i], &v, err));
      autofree char *one = volume_json (&v, "    ");
      volume_info_free (&v);
      text_printf (&out, "%s%s", i ? ",\n" : "", one);
    }
  printf ("[\n%s\n]\n", out.s);
  return 0;
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
