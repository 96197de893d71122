/* inspect_each.c - see inspect_each.h. */
#include "inspect_each.h"

int
inspect_each (const struct global_args *g, int argc, char **argv,
              int (*one) (const struct settings *s, const char *name, char **ret, struct error **err),
              struct error **err)
{
  autocontext struct context c = { 0 };
  autotext struct text all = { 0 };
  TRY (context_open (g, &c, err));
  for (int i = 0; i < argc; i++)
    {
      autofree char *text = NULL;
      TRY (one (&c.settings, argv[i], &text, err));
      text_printf (&all, "%s%s", i ? ",\n" : "", text);
    }
  printf ("[\n%s\n]\n", all.s);
  return 0;
}
