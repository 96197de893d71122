/* one_off.c - see one_off.h. */
#include <signal.h>
#include <sys/wait.h>

#include "attach_session.h"
#include "down.h"
#include "one_off.h"
#include "up_parts.h"

/* The names that SERVICE's depends_on gives, without those that no enabled profile has: the graph was built, so none of
 * them is required. */
static void
dependencies (const struct project *p, const struct compose_Service *service, struct strv *ret)
{
  for (size_t i = 0; i < service->depends_on.n; i++)
    if (project_service (p, service->depends_on.keys[i]))
      strv_add (ret, service->depends_on.keys[i]);
}

static int
start_dependencies (struct context *c, const struct one_off *o, const struct compose_Service *service,
                    struct error **err)
{
  autostrv struct strv names = { 0 };
  struct up_options up = o->up;
  dependencies (&c->project, service, &names);
  if (o->no_deps || names.n == 0)
    return o->up.remove_orphans ? project_remove_orphans (c, err) : 0;
  up.plan.targets = &names;
  up.wait_as = o->service;
  return project_up (c, &up, err);
}

/* A child that asks the monitor for the exit status: the container may be removed as soon as it has ended. */
static pid_t
begin_wait (const struct settings *s, const char *id)
{
  fflush (NULL);
  pid_t pid = fork ();
  if (pid != 0)
    return pid;
  autoclose int sock = -1;
  struct monitor_call call = { .type = MONITOR_WAIT, .fd = -1 };
  struct monitor_answer answer = { .fd = -1 };
  signal (SIGINT, SIG_IGN);
  signal (SIGQUIT, SIG_IGN);
  signal (SIGTERM, SIG_IGN);
  signal (SIGHUP, SIG_IGN);
  int r = monitor_connect (s, id, &sock, NULL);
  if (r >= 0)
    r = monitor_call (sock, &call, &answer, NULL);
  _exit (r < 0 ? 255 : (int) (answer.value & 255));
}

static int
exit_status (pid_t waiter)
{
  int status;
  if (RETRY_EINTR (waitpid (waiter, &status, 0)) < 0 || ! WIFEXITED (status))
    return 255;
  return WEXITSTATUS (status);
}

/* With --rm it is gone when we are. Its monitor's `container cleanup` may be doing the same: each step can be done
 * twice. */
static int
remove_ended (const struct settings *s, const struct record_Container *record, struct error **err)
{
  autocontainers struct containers v = { 0 };
  struct container_removal how = { .timeout = 0, .volumes = true };
  int r = container_find (s, record->id, &v, err);
  if (r >= 0)
    r = container_remove (s, &v.v[0], &how, err);
  return r == -E_NOT_FOUND || r == -ENOENT ? 0 : r;
}

/* A start that failed ends with docker's statuses: whoever runs one command asks what became of it. */
static int
run_error (int r, struct error **err)
{
  return r == -E_START && err ? fail (err, compose_run_error (error_text (*err)), "%s", error_text (*err)) : r;
}

int
one_off_start (struct context *c, const struct record_Container *record, bool detach, struct error **err)
{
  const struct settings *s = &c->settings;
  const struct project *p = c->project.model ? &c->project : NULL;
  struct container_streams streams = { .input = record->open_stdin.value };
  if (detach)
    {
      TRY (run_error (container_start (s, p, record, err), err));
      TRY (container_settle (record, err));
      printf ("%s\n", record->id);
      return 0;
    }
  TRY (run_error (container_start_attached (s, p, record, &streams, err), err));
  TRY (container_settle (record, err));
  pid_t waiter = begin_wait (s, record->id);
  struct attach_session session = { .control = streams.control, .client = streams.client, .input = streams.input,
                                    .signals = true, .tty = record->tty.value };
  int r = attach_run (&session, err);
  close_fd (&streams.client);
  close_fd (&streams.control);
  if (r == 1)
    {
      kill (waiter, SIGKILL);
      exit_status (waiter);
      return 0;
    }
  int status = exit_status (waiter);
  TRY (r);
  if (record->remove.value)
    TRY (remove_ended (s, record, err));
  return status;
}

static int
create (struct context *c, const struct one_off *o, struct bundle *ret, int *ret_lock, struct error **err)
{
  autoclose int lock = -1;
  autoup struct up u = { .hold = -1, .cancel_fd = -1 };
  TRY (project_lock (&c->settings, c->project.name, &lock, err));
  TRY (up_prepare_one (&u, c, o->service, &o->up, err));
  for (size_t i = 0; i < u.graph.n; i++)
    if (u.selected[i])
      {
        struct bundle_input in = {
          .settings = &c->settings,
          .project = &c->project,
          .service_name = o->service,
          .service = u.graph.v[i].service,
          .image = &u.images[i],
          .number = 1,
          .overrides = &o->overrides,
          .ret_lock = ret_lock,
        };
        TRY (bundle_create (&in, ret, err));
        project_event_create (u.s, c->project.name, in.service, o->service, ret->record->id);
      }
  return journal_finish (u.s, c->project.name, err);
}

int
one_off_run (struct context *c, const struct one_off *o, struct error **err)
{
  const struct compose_Service *service = project_service (&c->project, o->service);
  autobundle struct bundle b = { 0 };
  autoclose int lock = -1;
  if (! service)
    return fail (err, E_NOT_FOUND, "no such service: %s", o->service);
  TRY (start_dependencies (c, o, service, err));
  if (c->settings.dry_run)
    {
      printf ("a container of service %s would be run\n", o->service);
      return 0;
    }
  TRY (create (c, o, &b, &lock, err));
  int r = one_off_start (c, b.record, o->detach, err);
  autocontainers struct containers left = { 0 };
  if (r < 0 && container_find (&c->settings, b.record->id, &left, NULL) >= 0 && ! container_has_run (&left.v[0]))
    container_remove (&c->settings, &left.v[0], &(struct container_removal) { .timeout = 0, .volumes = true }, NULL);
  return r;
}
