/* up.c - the command `up`: options to project_up(), then, unless detached, the services' output until all have ended
 * or ^C. */
#include "attached.h"
#include "up_options.h"

struct up_args
{
  struct up_common common;
  bool detach, no_color, no_log_prefix, timestamps, abort_on_exit, abort_on_failure, attach_dependencies, no_start,
      menu, wait, no_deps, watch;
  struct cli_number wait_timeout;
  struct strv attach, no_attach;
  const char *exit_code_from, *on_failure, *strategy;
  bool no_rollback;
};

static const struct opt up_options[] = {
  UP_COMMON_OPTIONS (up_args)
  FLAG (up_args, detach, 'd', "detach", "leave the containers running in the background")
  FLAG (up_args, wait, 0, "wait", "wait until services run or are healthy, or have ended with 0; implies --detach")
  NUMBER (up_args, wait_timeout, 0, "wait-timeout", "SECONDS", "how long to wait at most")
  FLAG (up_args, no_deps, 0, "no-deps", "leave the services alone that the named ones depend on")
  FLAG (up_args, no_start, 0, "no-start", "create containers, start none")
  FLAG (up_args, abort_on_exit, 0, "abort-on-container-exit", "stop all as soon as one container ends")
  FLAG (up_args, abort_on_failure, 0, "abort-on-container-failure", "stop all as soon as one container fails")
  TEXT (up_args, exit_code_from, 0, "exit-code-from", "SERVICE",
        "exit with this service's status; implies --abort-on-container-exit")
  LIST (up_args, attach, 0, "attach", "SERVICE", "show the output of these services only")
  LIST (up_args, no_attach, 0, "no-attach", "SERVICE", "do not show the output of these services")
  FLAG (up_args, attach_dependencies, 0, "attach-dependencies", "show the output of dependencies, too")
  FLAG (up_args, no_color, 0, "no-color", "no colours")
  FLAG (up_args, no_log_prefix, 0, "no-log-prefix", "no service names before lines of output")
  FLAG (up_args, timestamps, 0, "timestamps", "times before lines of output")
  TEXT (up_args, on_failure, 0, "on-failure", "WHAT", "after a failure: rollback (the default), continue, halt")
  FLAG (up_args, no_rollback, 0, "no-rollback", "the same as --on-failure halt")
  TEXT (up_args, strategy, 0, "strategy", "HOW", "sequential, dependency (the default), max-parallel")
  FLAG (up_args, menu, 0, "menu", "accepted, without effect", .hidden = true)
  END_OF_OPTIONS
};

static int
on_failure (const struct up_args *a, enum on_failure *ret, struct error **err)
{
  static const char *const words[] = { "rollback", "continue", "halt" };
  *ret = a->no_rollback ? ON_FAILURE_HALT : ON_FAILURE_ROLLBACK;
  for (size_t i = 0; a->on_failure && i < ARRAY_LEN (words); i++)
    if (streq (words[i], a->on_failure))
      {
        *ret = (enum on_failure) i;
        return 0;
      }
  return a->on_failure ? fail (err, EINVAL, "--on-failure %s: want rollback, continue or halt", a->on_failure) : 0;
}

static int
check (const struct up_args *a, struct error **err)
{
  bool attached = a->abort_on_exit || a->abort_on_failure || a->exit_code_from || a->attach.n || a->attach_dependencies;
  if ((a->detach || a->wait) && attached)
    return fail (err, EINVAL, "--detach and --wait cannot go with options on attached output");
  if (a->strategy && ! streq (a->strategy, "sequential") && ! streq (a->strategy, "dependency")
      && ! streq (a->strategy, "max-parallel"))
    return fail (err, EINVAL, "--strategy %s: want sequential, dependency or max-parallel", a->strategy);
  return up_common_check (&a->common, err);
}

/* Services of the attached output, by the options and the graph. */
struct attachment
{
  struct strv selected; /* the named ones and what they depend on */
  struct strv except;   /* --no-attach, and attach: false unless they are named */
};

static void
attachment_free (struct attachment *t)
{
  strv_free (&t->selected);
  strv_free (&t->except);
}

static int
find_attachment (const struct context *c, const struct up_args *a, const struct strv *targets, struct attachment *ret,
                 struct error **err)
{
  autograph struct graph graph = { 0 };
  autofree bool *selected = NULL;
  TRY (graph_build (&c->project, &graph, err));
  TRY (graph_select (&graph, targets, a->no_deps, &selected, err));
  for (size_t i = 0; i < a->no_attach.n; i++)
    strv_add (&ret->except, a->no_attach.v[i]);
  for (size_t i = 0; i < graph.n; i++)
    {
      const struct compose_Service *s = graph.v[i].service;
      if (selected[i])
        strv_add (&ret->selected, graph.v[i].name);
      if (s->attach.set && ! s->attach.value && ! a->attach.n)
        strv_add (&ret->except, graph.v[i].name);
    }
  return 0;
}

static int
run_attached (struct context *c, const struct up_args *a, const struct strv *targets, const char *since,
              struct error **err)
{
  __attribute__ ((cleanup (attachment_free))) struct attachment t = { 0 };
  TRY (find_attachment (c, a, targets, &t, err));
  const struct strv *named = targets->n ? targets : &t.selected;
  struct attached_options o = {
    .services = a->attach.n ? &a->attach : a->attach_dependencies ? &t.selected : named,
    .except = &t.except,
    .waited = named,
    .stopped = &t.selected,
    .no_color = a->no_color,
    .no_prefix = a->no_log_prefix,
    .timestamps = a->timestamps,
    .abort_on_exit = a->abort_on_exit || a->exit_code_from,
    .abort_on_failure = a->abort_on_failure,
    .exit_code_from = a->exit_code_from,
    .since = since,
    .timeout = up_common_timeout (&a->common),
  };
  return attached_run (c, &o, err);
}

/* Names in options, which nothing else would look at before containers run. */
static int
check_services (const struct context *c, const struct up_args *a, struct error **err)
{
  const struct strv *lists[] = { &a->attach, &a->no_attach };
  for (size_t l = 0; l < ARRAY_LEN (lists); l++)
    for (size_t i = 0; i < lists[l]->n; i++)
      if (! project_service (&c->project, lists[l]->v[i]))
        return fail (err, E_NOT_FOUND, "no such service: %s", lists[l]->v[i]);
  if (a->exit_code_from && ! project_service (&c->project, a->exit_code_from))
    return fail (err, E_NOT_FOUND, "--exit-code-from: no such service: %s", a->exit_code_from);
  return 0;
}

static int
run (const void *global, void *args, int argc, char **argv, struct error **err)
{
  const struct up_args *a = args;
  autocontext struct context c = { 0 };
  struct strv targets = { .v = argv, .n = (size_t) argc };
  struct up_options o = { .wait_timeout = -1 };
  char since[RECORD_TIME_SIZE];
  record_time (since);
  TRY (check (a, err));
  TRY (on_failure (a, &o.on_failure, err));
  TRY (context_open (global, &c, err));
  TRY (context_project (&c, &targets, err));
  TRY (check_services (&c, a, err));
  up_common_apply (&a->common, &targets, &o);
  o.no_deps = a->no_deps;
  o.no_start = a->no_start;
  o.wait = a->wait;
  o.sequential = a->strategy && streq (a->strategy, "sequential");
  if (a->wait_timeout.set && a->wait_timeout.value >= 0 && a->wait_timeout.value < INT32_MAX / 1000)
    o.wait_timeout = (int) a->wait_timeout.value * 1000;
  TRY (project_up (&c, &o, err));
  if (a->detach || a->wait || a->no_start || c.settings.dry_run)
    return 0;
  return run_attached (&c, a, &targets, since, err);
}

const struct command cmd_up = {
  .name = "up",
  .operands = "[SERVICE...]",
  .max_operands = -1,
  .help = "create and start containers",
  .opts = up_options,
  .args_size = sizeof (struct up_args),
  .run = run,
};
