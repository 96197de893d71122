/* network_ls.c - the command `network ls`: the networks of all projects. */
#include "commands.h"
#include "net.h"
#include "network_print.h"

struct network_ls_args
{
  bool quiet;
  const char *format;
};

static const struct opt options[] = {
  TEXT (network_ls_args, format, 0, "format", "FORMAT", "table or json (one object per line)")
  FLAG (network_ls_args, quiet, 'q', "quiet", "only names")
  END_OF_OPTIONS
};

static int
add_row (const struct settings *s, struct table *t, const char *name, struct error **err)
{
  struct oci_document doc;
  const struct record_NetworkFile *n = network_read (s, name, &doc, err);
  if (! n)
    return -(*err)->code;
  table_row (t, (const char *const[]) { n->name, n->driver, n->subnets.n ? n->subnets.v[0].subnet : "", n->project
                                        ? n->project : "" });
  oci_document_free (&doc);
  return 0;
}

static int
print_table (const struct settings *s, const struct strv *names, struct error **err)
{
  static const char *const columns[] = { "NETWORK NAME", "DRIVER", "SUBNET", "PROJECT", NULL };
  struct table *t = table_new (columns);
  int r = 0;
  for (size_t i = 0; i < names->n && r == 0; i++)
    r = add_row (s, t, names->v[i], err);
  table_print (t, stdout, true);
  return r;
}

static int
run (const void *global, void *args, int argc UNUSED, char **argv UNUSED, struct error **err)
{
  const struct network_ls_args *a = args;
  autocontext struct context c = { 0 };
  autostrv struct strv names = { 0 };
  if (a->format && ! streq (a->format, "table") && ! streq (a->format, "json"))
    return fail (err, EINVAL, "--format %s: want table or json", a->format);
  TRY (context_open (global, &c, err));
  TRY (network_list (&c.settings, NULL, &names, err));
  if (! a->quiet && ! (a->format && streq (a->format, "json")))
    return print_table (&c.settings, &names, err);
  for (size_t i = 0; i < names.n; i++)
    {
      autofree char *text = NULL;
      if (! a->quiet)
        TRY (network_json (&c.settings, names.v[i], NULL, &text, err));
      printf ("%s\n", a->quiet ? names.v[i] : text);
    }
  return 0;
}

const struct command cmd_network_ls = {
  .name = "network ls",
  .operands = "",
  .help = "list networks",
  .opts = options,
  .args_size = sizeof (struct network_ls_args),
  .run = run,
};
