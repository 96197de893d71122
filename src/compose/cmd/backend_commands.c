/* backend_commands.c - the commands `backend` and `backend ls`: which OCI runtimes there are. They need no state and
 * make none. */
#include "backend.h"
#include "commands.h"
#include "ocispec.h"

#undef OCI_PREFIX
#define OCI_PREFIX backend_
#define SPEC_Report(F, T)                                                                                             \
  F (T, str,                   name,         "name")                                                                  \
  F (T, flag,                  available,    "available")                                                             \
  F (T, str,                   reason,       "reason")                                                                \
  F (T, str,                   version,      "version")                                                               \
  F (T, str,                   path,         "path")
DECLARE (Report)
DEFINE (Report)
#undef OCI_PREFIX
#define OCI_PREFIX oci_

struct ls_args
{
  bool json;
};

static const struct opt backend_options[] = { END_OF_OPTIONS };

static const struct opt ls_options[] = {
  FLAG (ls_args, json, 0, "json", "one object per line")
  END_OF_OPTIONS
};

/* The first that answers. */
static int
run (const void *global, void *args UNUSED, int argc UNUSED, char **argv UNUSED, struct error **err)
{
  const struct global_args *g = global;
  autostrv struct strv names = { 0 };
  autotext struct text reasons = { 0 };
  backend_names (g->runtime, &names);
  for (size_t i = 0; i < names.n; i++)
    {
      struct backend b;
      backend_probe (names.v[i], &b);
      bool available = ! b.reason;
      text_printf (&reasons, "%s%s", reasons.len ? "; " : "", b.name);
      if (! available)
        text_printf (&reasons, ": %s", b.reason);
      backend_free (&b);
      if (available)
        {
          printf ("%s\n", names.v[i]);
          return 0;
        }
    }
  return fail (err, E_BACKEND, "no OCI runtime: %s; install the package crun, or name one by --runtime",
               reasons.s ? reasons.s : "none was asked for");
}

static void
print_line (const struct backend *b)
{
  const struct backend_Report r = { b->name, { ! b->reason, true }, b->reason, b->version, b->path };
  autofree char *line = oci_emit (&backend_Report_schema, &r, NULL);
  printf ("%s\n", line ? line : "");
}

static int
run_ls (const void *global, void *args, int argc UNUSED, char **argv UNUSED, struct error **err UNUSED)
{
  static const char *const columns[] = { "NAME", "AVAILABLE", "VERSION", "PATH OR REASON", NULL };
  const struct global_args *g = global;
  bool json = g->json || ((const struct ls_args *) args)->json;
  autostrv struct strv names = { 0 };
  struct table *t = json ? NULL : table_new (columns);
  backend_names (g->runtime, &names);
  for (size_t i = 0; i < names.n; i++)
    {
      struct backend b;
      backend_probe (names.v[i], &b);
      if (json)
        print_line (&b);
      else
        table_row (t, (const char *const[]) { b.name, b.reason ? "no" : "yes", b.version ? b.version : "",
                                              b.reason ? b.reason : b.path });
      backend_free (&b);
    }
  if (t)
    table_print (t, stdout, true);
  return 0;
}

const struct command cmd_backend = {
  .name = "backend",
  .operands = "",
  .help = "print the OCI runtime that is used",
  .opts = backend_options,
  .run = run,
};

const struct command cmd_backend_ls = {
  .name = "backend ls",
  .operands = "",
  .help = "list OCI runtimes in the order in which they are looked for",
  .opts = ls_options,
  .args_size = sizeof (struct ls_args),
  .run = run_ls,
};
