/* ls.c - the command `ls`: projects. */
#include "commands.h"
#include "json.h"
#include "state.h"

struct ls_args
{
  bool all, quiet;
  struct strv filter;
  const char *format;
};

static const struct opt ls_options[] = {
  FLAG (ls_args, all, 'a', "all", "show projects of which nothing runs, too")
  LIST (ls_args, filter, 0, "filter", "name=NAME", "show only these")
  TEXT (ls_args, format, 0, "format", "FORMAT", "table or json")
  FLAG (ls_args, quiet, 'q', "quiet", "only names")
  END_OF_OPTIONS
};

struct line
{
  char *name, *status, *files;
  bool running;
};

static void
lines_free (struct line *v, size_t n)
{
  for (size_t i = 0; i < n; i++)
    {
      free (v[i].name);
      free (v[i].status);
      free (v[i].files);
    }
  free (v);
}

/* "running(2), exited(1)" in the order of a container's life. */
static char *
status_of (const struct containers *v, bool *ret_running)
{
  static const char *const states[] = { "created", "restarting", "running", "paused", "exited", "dead" };
  struct text t = { 0 };
  *ret_running = false;
  for (size_t k = 0; k < ARRAY_LEN (states); k++)
    {
      size_t n = 0;
      for (size_t i = 0; i < v->n; i++)
        n += streq (v->v[i].state, states[k]);
      if (n)
        text_printf (&t, "%s%s(%zu)", t.len ? ", " : "", states[k], n);
      *ret_running = *ret_running || (n && k >= 1 && k <= 3);
    }
  return t.s ? t.s : mem_strdup ("down");
}

static char *
files_of (const struct settings *s, const char *name)
{
  struct oci_document doc = { 0 };
  struct text t = { 0 };
  const struct state_ProjectState *st = project_state_read (s, name, &doc, NULL);
  for (size_t i = 0; st && i < st->files.n; i++)
    text_printf (&t, "%s%s", i ? "," : "", st->files.v[i]);
  oci_document_free (&doc);
  return t.s ? t.s : mem_strdup ("");
}

static bool
is_shown (const struct line *l, const struct ls_args *a)
{
  bool named = a->filter.n == 0;
  for (size_t i = 0; i < a->filter.n; i++)
    {
      const char *part = after_prefix (a->filter.v[i], "name=");
      named = named || (part && strstr (l->name, part));
    }
  return named && (a->all || l->running);
}

static void
print_json (const struct line *v, size_t n)
{
  autotext struct text t = { 0 };
  text_add (&t, "[");
  for (size_t i = 0; i < n; i++)
    {
      text_add (&t, i ? ",{\"Name\":" : "{\"Name\":");
      json_quote (&t, v[i].name);
      text_add (&t, ",\"Status\":");
      json_quote (&t, v[i].status);
      text_add (&t, ",\"ConfigFiles\":");
      json_quote (&t, v[i].files);
      text_add (&t, "}");
    }
  printf ("%s]\n", t.s);
}

static void
print (const struct line *v, size_t n, const struct ls_args *a)
{
  static const char *const columns[] = { "NAME", "STATUS", "CONFIG FILES", NULL };
  if (a->quiet)
    for (size_t i = 0; i < n; i++)
      printf ("%s\n", v[i].name);
  else if (a->format && streq (a->format, "json"))
    print_json (v, n);
  else
    {
      struct table *t = table_new (columns);
      for (size_t i = 0; i < n; i++)
        table_row (t, (const char *const[]) { v[i].name, v[i].status, v[i].files });
      table_print (t, stdout, true);
    }
}

static int
run (const void *global, void *args, int argc, char **argv, struct error **err)
{
  (void) argc;
  (void) argv;
  const struct ls_args *a = args;
  autocontext struct context c = { 0 };
  autostrv struct strv names = { 0 };
  for (size_t i = 0; i < a->filter.n; i++)
    if (! after_prefix (a->filter.v[i], "name="))
      return fail (err, EINVAL, "--filter %s: want name=NAME", a->filter.v[i]);
  if (a->format && ! streq (a->format, "table") && ! streq (a->format, "json"))
    return fail (err, EINVAL, "--format %s: want table or json", a->format);
  TRY (context_open (global, &c, err));
  TRY (project_list (&c.settings, &names, err));
  struct line *lines = mem_alloc ((names.n + 1) * sizeof *lines);
  size_t n = 0;
  int r = 0;
  for (size_t i = 0; r >= 0 && i < names.n; i++)
    {
      autocontainers struct containers v = { 0 };
      struct container_filter filter = { .project = names.v[i] };
      r = containers_list (&c.settings, &filter, &v, err);
      lines[n].name = mem_strdup (names.v[i]);
      lines[n].status = status_of (&v, &lines[n].running);
      lines[n].files = files_of (&c.settings, names.v[i]);
      if (is_shown (&lines[n], a))
        n++;
      else
        {
          free (lines[n].name);
          free (lines[n].status);
          free (lines[n].files);
        }
    }
  if (r >= 0)
    print (lines, n, a);
  lines_free (lines, n);
  return r;
}

const struct command cmd_ls = {
  .name = "ls",
  .help = "list projects",
  .opts = ls_options,
  .args_size = sizeof (struct ls_args),
  .run = run,
};
