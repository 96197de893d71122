/* wait.c - the command `wait`: until services' containers have ended; prints their exit statuses. */
#include "commands.h"
#include "down.h"

struct wait_args
{
  bool down_project;
};

static const struct opt wait_options[] = {
  FLAG (wait_args, down_project, 0, "down-project", "take the project down as soon as the first one has ended")
  END_OF_OPTIONS
};

static int
run_wait (void *arg, struct error **err)
{
  const struct order_job *job = arg;
  int status = 0;
  TRY (container_wait (&job->c->settings, job->container->record->id, WAIT_EXITED, -1, &status, err));
  autofree char *text = mem_printf ("%d", status);
  job_result (text);
  return 0;
}

/* Wait for all of V at once. With FIRST the others are given up when one has ended. */
static int
wait_all (const struct context *c, const struct containers *v, bool first, int *ret_status, struct error **err)
{
  size_t n = first ? 1 : v->n;
  autofree struct job *jobs = mem_alloc ((v->n + 1) * sizeof *jobs);
  autofree struct order_job *args = mem_alloc ((v->n + 1) * sizeof *args);
  for (size_t i = 0; i < v->n; i++)
    {
      args[i] = (struct order_job) { c, &v->v[i], NULL };
      jobs[i] = (struct job) { .name = v->v[i].record->name, .run = run_wait, .arg = &args[i] };
    }
  struct jobs_options o = { .cancel_fd = -1, .until = n };
  int r = jobs_run (jobs, v->n, &o, err);
  for (size_t i = 0; r >= 0 && i < v->n; i++)
    if (jobs[i].result)
      {
        printf ("%s\n", jobs[i].result);
        *ret_status = atoi (jobs[i].result);
      }
  jobs_free (jobs, v->n);
  return r;
}

static int
run (const void *global, void *args, int argc, char **argv, struct error **err)
{
  const struct wait_args *a = args;
  autocontext struct context c = { 0 };
  autocontainers struct containers v = { 0 };
  int status = 0;
  TRY (context_open (global, &c, err));
  TRY (context_name (&c, err));
  TRY (context_containers (&c, argv, argc, -1, &v, err));
  if (v.n == 0)
    return fail (err, E_NOT_FOUND, "no containers of these services in project %s", c.project_name);
  TRY (wait_all (&c, &v, a->down_project, &status, err));
  if (! a->down_project)
    return status;
  struct down_report report = { 0 };
  int r = project_down (&c, &(struct down_options) { .timeout = -1 }, &report, err);
  down_report_free (&report);
  return r < 0 ? r : status;
}

const struct command cmd_wait = {
  .name = "wait",
  .operands = "SERVICE...",
  .min_operands = 1,
  .max_operands = -1,
  .help = "wait until containers have ended; print their exit statuses",
  .opts = wait_options,
  .args_size = sizeof (struct wait_args),
  .run = run,
};
