/* boot.c - the command `boot`: after the host's start, brings back what was running, in order, as restart policies
 * say; before its end, stops what runs so that it is brought back. */
#include <poll.h>
#include <signal.h>
#include <sys/pidfd.h>
#include <sys/socket.h>

#include "commands.h"
#include "down.h"
#include "log.h"
#include "state.h"

struct boot_args
{
  bool stop;
};

static const struct opt boot_options[] = {
  FLAG (boot_args, stop, 0, "stop", "before the host's end: stop all containers; the next `boot` brings them back")
  END_OF_OPTIONS
};

static bool
is_of_no_project (const struct container *c, const void *arg UNUSED)
{
  return ! c->record->project;
}

/* The containers of project NAME, or those that `container run` made of none (NULL), that WANTED says yes to. */
static int
list_wanted (const struct context *c, const char *name, bool (*wanted) (const struct container *c, const void *arg),
             struct containers *ret, struct error **err)
{
  struct container_filter filter = { .project = name, .oneoff = -1 };
  TRY (containers_list (&c->settings, &filter, ret, err));
  if (! name)
    containers_keep (ret, is_of_no_project, NULL);
  containers_keep (ret, wanted, NULL);
  return 0;
}

/* ---- the host's start */

/* What docker's daemon would start: "always", and "unless-stopped" where nobody has stopped it; "on-failure" not. */
static bool
comes_back (const struct container *c, const void *arg UNUSED)
{
  const struct record_Restart *restart = c->record->restart;
  if (container_is_active (c) || ! restart || ! c->status)
    return false;
  if (streq (restart->condition, "always"))
    return true;
  return streq (restart->condition, "unless-stopped") && ! c->status->stopped_by_user.value;
}

/* A condition waits as it did in `up`; a dependency that does not come back is not waited for. */
static int
wait_dependency (const struct context *c, const struct record_Container *mine, const struct record_Dependency *d,
                 struct error **err)
{
  autocontainers struct containers found = { 0 };
  struct container_filter filter = { .project = mine->project, .service = d->service, .oneoff = -1 };
  bool healthy = d->condition && streq (d->condition, "service_healthy");
  TRY (containers_list (&c->settings, &filter, &found, err));
  for (size_t i = 0; healthy && i < found.n; i++)
    if (streq (found.v[i].state, "running") && found.v[i].record->health)
      TRY_DOING (err, container_wait (&c->settings, found.v[i].record->id, WAIT_HEALTHY, -1, NULL, err), "service '%s'",
                 d->service);
  return 0;
}

static int
start_one (void *arg, struct error **err)
{
  const struct order_job *job = arg;
  const struct record_Container *c = job->container->record;
  for (size_t i = 0; i < c->depends_on.n; i++)
    {
      autoerror struct error *reason = NULL;
      if (wait_dependency (job->c, c, &c->depends_on.v[i], &reason) < 0)
        log_warning ("%s: %s", c->name, error_text (reason));
    }
  return container_start (&job->c->settings, NULL, c, err);
}

static int
boot_project (struct context *c, const char *name, struct screen *screen, struct error **err)
{
  autocontainers struct containers v = { 0 };
  autoclose int lock = -1;
  if (name && ! c->settings.dry_run)
    TRY (project_lock (&c->settings, name, &lock, err));
  TRY (list_wanted (c, name, comes_back, &v, err));
  struct order_options order = { .run = start_one, .doing = "Starting", .done = "Started", .forward = true };
  return containers_in_order (c, &v, &order, screen, err);
}

/* ---- the host's end */

/* How long a monitor may take for SIGKILL and to take down the network, beside the container's own time, ms. */
enum { MONITOR_TIME = 30000, DEFAULT_STOP_TIME = 10000 };

/* A pidfd of the container's monitor in *RET; 0 if there is none any more: it has ended by itself. */
static int
open_monitor (const struct settings *s, const struct container *c, int *ret, struct error **err)
{
  autoerror struct error *reason = NULL;
  autoclose int adopted = -1, sock = -1;
  struct ucred peer;
  socklen_t size = sizeof peer;
  if (! c->monitored)
    TRY (monitor_adopt (s, c->record, &adopted, err));
  int r = monitor_connect (s, c->record->id, &sock, &reason);
  if (r < 0)
    return r == -ESRCH ? 0 : fail (err, -r, "%s", error_text (reason));
  /* Who listens is alive: its number is nobody else's (unix(7), SO_PEERCRED). */
  if (getsockopt (sock, SOL_SOCKET, SO_PEERCRED, &peer, &size) < 0 || (*ret = pidfd_open (peer.pid, 0)) < 0)
    return fail_sys (err, errno, "its monitor");
  return 1;
}

/* SIGTERM to a monitor stops its container as `stop` does, and does not note that a user wanted it. No lock is taken:
 * what others do now ends with the host. */
static int
stop_one (void *arg, struct error **err)
{
  const struct order_job *job = arg;
  const struct record_Container *c = job->container->record;
  const int64_t time = c->stop_timeout.set ? c->stop_timeout.value : DEFAULT_STOP_TIME;
  autoclose int monitor = -1;
  int r = open_monitor (&job->c->settings, job->container, &monitor, err);
  if (r <= 0)
    return r < 0 ? wrap (err, "container %s", c->name) : 0;
  struct pollfd end = { .fd = monitor, .events = POLLIN };
  if (pidfd_send_signal (monitor, SIGTERM, NULL, 0) < 0)
    return errno == ESRCH ? 0 : fail_sys (err, errno, "container %s: end its monitor", c->name);
  if (RETRY_EINTR (poll (&end, 1, time < INT32_MAX - MONITOR_TIME ? (int) time + MONITOR_TIME : -1)) != 1)
    return fail (err, ETIMEDOUT, "container %s does not end", c->name);
  return 0;
}

static bool
is_active (const struct container *c, const void *arg UNUSED)
{
  return container_is_active (c);
}

static int
stop_project (struct context *c, const char *name, struct screen *screen, struct error **err)
{
  autocontainers struct containers v = { 0 };
  struct order_options order = { .run = stop_one, .doing = "Stopping", .done = "Stopped" };
  TRY (list_wanted (c, name, is_active, &v, err));
  return containers_in_order (c, &v, &order, screen, err);
}

/* ---- both */

static int
run (const void *global, void *args, int argc, char **argv, struct error **err)
{
  const struct boot_args *a = args;
  autocontext struct context c = { 0 };
  autostrv struct strv all = { 0 };
  autoerror struct error *first = NULL;
  TRY (context_open (global, &c, err));
  TRY (project_list (&c.settings, &all, err));
  struct strv names = argc ? (struct strv) { .v = argv, .n = (size_t) argc } : all;
  struct screen *screen = context_screen (&c, a->stop ? "Stopping" : "Starting");
  for (size_t i = 0; i < names.n + (argc == 0); i++)
    {
      autoerror struct error *e = NULL;
      const char *name = i < names.n ? names.v[i] : NULL;
      if ((a->stop ? stop_project : boot_project) (&c, name, screen, &e) < 0 && ! first)
        fail (&first, e ? e->code : EIO, "%s%s: %s", name ? "project " : "containers of no project", name ? name : "",
              error_text (e));
    }
  screen_close (screen);
  return first ? fail (err, first->code, "%s", error_text (first)) : 0;
}

const struct command cmd_boot = {
  .name = "boot",
  .operands = "[PROJECT...]",
  .max_operands = -1,
  .help = "after the host's start: bring back what was running",
  .opts = boot_options,
  .args_size = sizeof (struct boot_args),
  .run = run,
};
