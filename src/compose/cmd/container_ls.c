/* container_ls.c - the command `container ls`: containers of all projects and of none. */
#include "commands.h"
#include "ps_row.h"
#include "row_format.h"

struct ls_args
{
  bool all, no_trunc, quiet;
  struct strv filter;
  const char *format;
};

static const struct opt ls_options[] = {
  FLAG (ls_args, all, 'a', "all", "show those that do not run, too")
  LIST (ls_args, filter, 'f', "filter", "NAME=VALUE",
        "only these: ancestor=, id=, label=, name=, status=; one of each name must fit")
  TEXT (ls_args, format, 0, "format", "FORMAT", "table, json (one object per line), or a template: {{.Key}}")
  FLAG (ls_args, no_trunc, 0, "no-trunc", "do not shorten")
  FLAG (ls_args, quiet, 'q', "quiet", "only ids")
  END_OF_OPTIONS
};

static bool
fits_status (const struct container *c, const char *value)
{
  return streq (c->state, value);
}

static bool
fits_name (const struct container *c, const char *value)
{
  return strstr (c->record->name, value) != NULL;
}

static bool
fits_id (const struct container *c, const char *value)
{
  return after_prefix (c->record->id, value) != NULL;
}

static bool
fits_ancestor (const struct container *c, const char *value)
{
  return (c->record->image && streq (c->record->image, value))
         || (c->record->image_id && streq (c->record->image_id, value));
}

/* "key" or "key=value" */
static bool
fits_label (const struct container *c, const char *value)
{
  size_t n = strcspn (value, "=");
  const struct oci_strings *labels = &c->record->labels;
  for (size_t i = 0; i < labels->n; i++)
    if (strncmp (labels->keys[i], value, n) == 0 && ! labels->keys[i][n])
      return ! value[n] || streq (labels->v[i], value + n + 1);
  return false;
}

static const struct
{
  const char *name;
  bool (*fits) (const struct container *c, const char *value);
} filters[] = {
  { "ancestor=", fits_ancestor }, { "id=", fits_id },         { "label=", fits_label },
  { "name=", fits_name },         { "status=", fits_status },
};

static int
check (const struct ls_args *a, struct error **err)
{
  TRY (row_format_check (a->format, &ps_Row_schema, err));
  for (size_t i = 0; i < a->filter.n; i++)
    {
      bool known = false;
      for (size_t k = 0; k < ARRAY_LEN (filters); k++)
        known |= after_prefix (a->filter.v[i], filters[k].name) != NULL;
      if (! known)
        return fail (err, EINVAL, "--filter %s: want ancestor=, id=, label=, name= or status=", a->filter.v[i]);
    }
  return 0;
}

static bool
is_shown (const struct container *c, const struct ls_args *a)
{
  bool by_status = false;
  for (size_t k = 0; k < ARRAY_LEN (filters); k++)
    {
      bool asked = false, fits = false;
      for (size_t i = 0; i < a->filter.n; i++)
        {
          const char *value = after_prefix (a->filter.v[i], filters[k].name);
          asked |= value != NULL;
          fits |= value && filters[k].fits (c, value);
        }
      if (asked && ! fits)
        return false;
      by_status |= asked && filters[k].fits == fits_status;
    }
  return a->all || by_status || ! (streq (c->state, "exited") || streq (c->state, "dead")
                                   || streq (c->state, "created"));
}

static void
print (const struct ls_args *a, const struct ps_Row *rows, size_t n)
{
  static const char *const columns[] = { "CONTAINER ID", "IMAGE", "COMMAND", "CREATED", "STATUS", "PORTS", "NAMES",
                                         NULL };
  bool json = a->format && streq (a->format, "json");
  if (row_format_is_template (a->format) && ! a->quiet)
    {
      row_format_print (a->format, &ps_Row_schema, rows, n);
      return;
    }
  struct table *t = json || a->quiet ? NULL : table_new (columns);
  for (size_t i = 0; i < n; i++)
    {
      const struct ps_Row *r = &rows[i];
      autofree char *line = json && ! a->quiet ? oci_emit (&ps_Row_schema, r, NULL) : NULL;
      if (t)
        table_row (t, (const char *const[]) { r->id, r->image, r->command, r->running_for, r->status, r->ports,
                                              r->names });
      else
        printf ("%s\n", line ? line : r->id);
    }
  if (t)
    table_print (t, stdout, true);
}

static int
run (const void *global, void *args, int argc UNUSED, char **argv UNUSED, struct error **err)
{
  const struct ls_args *a = args;
  autocontext struct context c = { 0 };
  autocontainers struct containers v = { 0 };
  autoarena struct arena arena = { 0 };
  TRY (check (a, err));
  TRY (context_open (global, &c, err));
  TRY (containers_list (&c.settings, &(struct container_filter) { 0 }, &v, err));
  autofree struct ps_Row *rows = mem_alloc ((v.n + 1) * sizeof *rows);
  size_t n = 0;
  for (size_t i = 0; i < v.n; i++)
    if (is_shown (&v.v[i], a))
      ps_row_make (&arena, &v.v[i], a->no_trunc, &rows[n++]);
  print (a, rows, n);
  return 0;
}

const struct command cmd_container_ls = {
  .name = "container ls",
  .operands = "",
  .help = "list containers of all projects and of none",
  .opts = ls_options,
  .args_size = sizeof (struct ls_args),
  .run = run,
};
