/* down.c - the command `down`. */
#include "down.h"

#include "json.h"
#include "state.h"

struct down_args
{
  bool remove_orphans, volumes, all_projects;
  const char *rmi;
  struct cli_number timeout;
};

static const struct opt down_options[] = {
  FLAG (down_args, remove_orphans, 0, "remove-orphans",
        "accepted: containers of services that the file does not have always go")
  FLAG (down_args, volumes, 'v', "volumes", "remove named volumes, too; external ones never")
  TEXT (down_args, rmi, 0, "rmi", "WHICH",
        "remove the services' images: local (those without a name of their own), all")
  NUMBER (down_args, timeout, 't', "timeout", "SECONDS", "how long a container may take to stop")
  FLAG (down_args, all_projects, 0, "all-projects", "take every project down")
  END_OF_OPTIONS
};

static void
print_report (const char *project, const struct down_report *r)
{
  autotext struct text t = { 0 };
  text_add (&t, "{\"project\":");
  json_quote (&t, project);
  text_printf (&t, ",\"containers_removed\":%zu,\"networks_removed\":%zu,\"volumes_removed\":%zu,\"errors\":[",
               r->containers, r->networks, r->volumes);
  for (size_t i = 0; i < r->errors.n; i++)
    {
      text_add (&t, i ? "," : "");
      json_quote (&t, r->errors.v[i]);
    }
  printf ("%s]}\n", t.s);
}

static int
take_down (struct context *c, const struct down_options *o, struct error **err)
{
  struct down_report report = { 0 };
  int r = project_down (c, o, &report, err);
  if (c->settings.json)
    print_report (c->project_name, &report);
  down_report_free (&report);
  return r;
}

static int
take_all_down (struct context *c, const struct down_options *o, struct error **err)
{
  autostrv struct strv names = { 0 };
  autoerror struct error *first = NULL;
  TRY (project_list (&c->settings, &names, err));
  for (size_t i = 0; i < names.n; i++)
    {
      autoerror struct error *e = NULL;
      free (c->project_name);
      c->project_name = mem_strdup (names.v[i]);
      if (take_down (c, o, &e) < 0 && ! first)
        fail (&first, e ? e->code : EIO, "%s: %s", names.v[i], error_text (e));
    }
  return first ? fail (err, first->code, "%s", error_text (first)) : 0;
}

static int
run (const void *global, void *args, int argc, char **argv, struct error **err)
{
  const struct down_args *a = args;
  autocontext struct context c = { 0 };
  struct strv services = { .v = argv, .n = (size_t) argc };
  struct down_options o = { .services = &services, .volumes = a->volumes, .rmi = a->rmi, .timeout = -1 };
  if (a->rmi && ! streq (a->rmi, "local") && ! streq (a->rmi, "all"))
    return fail (err, EINVAL, "--rmi %s: want local or all", a->rmi);
  if (a->timeout.set && a->timeout.value >= 0 && a->timeout.value < INT32_MAX / 1000)
    o.timeout = (int) a->timeout.value * 1000;
  TRY (context_open (global, &c, err));
  if (a->all_projects)
    return take_all_down (&c, &o, err);
  TRY (context_name (&c, err));
  return take_down (&c, &o, err);
}

const struct command cmd_down = {
  .name = "down",
  .operands = "[SERVICE...]",
  .max_operands = -1,
  .help = "stop and remove containers and networks",
  .opts = down_options,
  .args_size = sizeof (struct down_args),
  .run = run,
};
