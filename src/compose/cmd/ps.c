/* ps.c - the command `ps`. */
#include "ps_row.h"

#include "commands.h"
#include "row_format.h"

struct ps_args
{
  bool all, no_trunc, quiet, services;
  struct cli_switch orphans;
  struct strv filter, status;
  const char *format;
};

static const struct opt ps_options[] = {
  FLAG (ps_args, all, 'a', "all", "show stopped containers and those of `run`, too")
  LIST (ps_args, filter, 0, "filter", "status=STATE", "show only these")
  TEXT (ps_args, format, 0, "format", "FORMAT", "table, json (one object per line), or a template: {{.Key}}")
  FLAG (ps_args, no_trunc, 0, "no-trunc", "do not shorten")
  SWITCH (ps_args, orphans, 0, "orphans", "show containers of services that the file does not have (default: yes)")
  FLAG (ps_args, quiet, 'q', "quiet", "only ids")
  FLAG (ps_args, services, 0, "services", "only names of services")
  LIST (ps_args, status, 0, "status", "STATE", "created, running, paused, restarting, exited, dead")
  END_OF_OPTIONS
};

static bool
has_state (const struct container *c, const struct strv *wanted)
{
  for (size_t i = 0; i < wanted->n; i++)
    if (streq (wanted->v[i], c->state))
      return true;
  return wanted->n == 0;
}

static bool
is_shown (const struct container *c, const struct ps_args *a, const struct strv *states)
{
  bool stopped = streq (c->state, "exited") || streq (c->state, "dead") || streq (c->state, "created");
  if (stopped && ! a->all && states->n == 0)
    return false;
  return has_state (c, states) && (a->all || ! c->record->oneoff.value || ! stopped);
}

/* Does the file not have its service, not even with a profile? */
static bool
is_orphan (const struct project *p, const struct record_Container *c)
{
  return c->service && ! project_service (p, c->service) && ! node_get (p->disabled, c->service);
}

static void
print_services (const struct container *const *v, size_t n)
{
  const char *last = "";
  for (size_t i = 0; i < n; i++)
    {
      const char *service = v[i]->record->service ? v[i]->record->service : "";
      if (! streq (service, last))
        printf ("%s\n", service);
      last = service;
    }
}

static void
print_table (const struct ps_Row *v, size_t n)
{
  static const char *const columns[] = { "NAME", "IMAGE", "COMMAND", "SERVICE", "CREATED", "STATUS", "PORTS", NULL };
  struct table *t = table_new (columns);
  for (size_t i = 0; i < n; i++)
    table_row (t, (const char *const[]) { v[i].name, v[i].image, v[i].command, v[i].service, v[i].running_for,
                                         v[i].status, v[i].ports });
  table_print (t, stdout, true);
}

static int
print (const struct container *const *v, size_t n, const struct ps_args *a)
{
  autoarena struct arena arena = { 0 };
  bool json = a->format && streq (a->format, "json");
  autofree struct ps_Row *rows = mem_alloc ((n + 1) * sizeof *rows);
  if (a->services)
    {
      print_services (v, n);
      return 0;
    }
  for (size_t i = 0; i < n; i++)
    ps_row_make (&arena, v[i], a->no_trunc || a->quiet, &rows[i]);
  for (size_t i = 0; i < n && (json || a->quiet); i++)
    {
      autofree char *line = json && ! a->quiet ? oci_emit (&ps_Row_schema, &rows[i], NULL) : mem_strdup (rows[i].id);
      printf ("%s\n", line ? line : "");
    }
  if (row_format_is_template (a->format) && ! a->quiet)
    row_format_print (a->format, &ps_Row_schema, rows, n);
  else if (! json && ! a->quiet)
    print_table (rows, n);
  return 0;
}

static int
states_of (const struct ps_args *a, struct strv *ret, struct error **err)
{
  for (size_t i = 0; i < a->status.n; i++)
    strv_add (ret, a->status.v[i]);
  for (size_t i = 0; i < a->filter.n; i++)
    {
      const char *state = after_prefix (a->filter.v[i], "status=");
      if (! state)
        return fail (err, EINVAL, "--filter %s: want status=STATE", a->filter.v[i]);
      strv_add (ret, state);
    }
  return 0;
}

static int
run (const void *global, void *args, int argc, char **argv, struct error **err)
{
  const struct ps_args *a = args;
  autocontext struct context c = { 0 };
  autocontainers struct containers v = { 0 };
  autostrv struct strv states = { 0 };
  TRY (row_format_check (a->format, &ps_Row_schema, err));
  TRY (states_of (a, &states, err));
  TRY (context_open (global, &c, err));
  TRY (context_name (&c, err));
  TRY (context_containers (&c, argv, argc, 0, &v, err));
  bool declared = a->orphans.set && ! a->orphans.value;
  if (declared)
    TRY (context_project (&c, NULL, err));
  autofree const struct container **shown = mem_alloc ((v.n + 1) * sizeof *shown);
  size_t n = 0;
  for (size_t i = 0; i < v.n; i++)
    if (is_shown (&v.v[i], a, &states) && ! (declared && is_orphan (&c.project, v.v[i].record)))
      shown[n++] = &v.v[i];
  return print (shown, n, a);
}

const struct command cmd_ps = {
  .name = "ps",
  .operands = "[SERVICE...]",
  .max_operands = -1,
  .help = "list containers",
  .opts = ps_options,
  .args_size = sizeof (struct ps_args),
  .run = run,
};
