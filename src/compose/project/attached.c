/* attached.c - see attached.h. One loop over the services' output and our signals; containers are looked at anew
 * whenever something has changed. */
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>

#include "attached.h"
#include "down.h"
#include "log.h"
#include "log_view.h"

enum
{
  END_WAIT_MS = 300, /* a container that ended may be about to be restarted */
};

struct attached
{
  struct context *c;
  const struct attached_options *o;
  struct log_view *view;
  struct strv ended;       /* ids whose end was told */
  int signals;             /* signalfd */
  int status;              /* what to exit with */
  bool stop;               /* all are to be stopped */
};

static const char *
ended_at (const struct container *c)
{
  return c->status->finished ? c->status->finished : "";
}

static bool
is_waited_for (const struct attached_options *o, const char *service)
{
  return strv_has (o->waited, service) || (service && o->exit_code_from && streq (o->exit_code_from, service));
}

/* Which of those that have ended, and were not told of, did so first; NULL: none. */
static const struct container *
next_ended (const struct attached *a, const struct containers *v)
{
  const struct container *first = NULL;
  for (size_t i = 0; i < v->n; i++)
    {
      const struct container *c = &v->v[i];
      if (! is_waited_for (a->o, c->record->service) || container_is_active (c) || ! c->status
          || strv_has (&a->ended, c->record->id))
        continue;
      if (! first || strcmp (ended_at (c), ended_at (first)) < 0)
        first = c;
    }
  return first;
}

/* The status that counts is that of the one because of which all are stopped. */
static void
tell_end (struct attached *a, const struct container *c)
{
  const struct attached_options *o = a->o;
  int code = (int) c->status->exit_code.value;
  bool aborts = o->abort_on_exit || (o->abort_on_failure && code != 0);
  bool counts = o->exit_code_from ? c->record->service && streq (o->exit_code_from, c->record->service)
                                  : aborts && ! a->stop;
  strv_add (&a->ended, c->record->id);
  printf ("%s exited with code %d\n", container_label (c->record), code);
  fflush (stdout);
  if (counts)
    a->status = code;
  a->stop = a->stop || aborts;
}

/* Tell of those that have ended since the last look; *RET_ALIVE: how many have not. */
static int
look (struct attached *a, size_t *ret_alive, struct error **err)
{
  autocontainers struct containers v = { 0 };
  struct container_filter filter = { .project = a->c->project_name, .oneoff = -1 };
  *ret_alive = 0;
  TRY (containers_list (&a->c->settings, &filter, &v, err));
  for (size_t i = 0; i < v.n; i++)
    {
      const struct container *c = &v.v[i];
      if (is_waited_for (a->o, c->record->service) && container_is_active (c))
        ++*ret_alive;
    }
  for (const struct container *c; (c = next_ended (a, &v)) != NULL;)
    tell_end (a, c);
  return 0;
}

static bool
is_to_be_stopped (const struct container *c, const void *arg)
{
  const struct attached_options *o = arg;
  return strv_has (o->stopped, c->record->service);
}

/* Stop all in reverse order, in a child: meanwhile their output is shown, and a second ^C kills. */
static pid_t
begin_stop (struct attached *a, int timeout)
{
  fflush (NULL);
  pid_t pid = fork ();
  if (pid != 0)
    return pid;
  autoerror struct error *err = NULL;
  autocontainers struct containers v = { 0 };
  struct container_filter filter = { .project = a->c->project_name, .oneoff = -1 };
  int r = containers_list (&a->c->settings, &filter, &v, &err);
  if (r >= 0)
    {
      containers_keep (&v, is_to_be_stopped, a->o);
      struct screen *screen = context_screen (a->c, "Stopping");
      struct order_options order = { .run = order_stop, .arg = &timeout, .doing = "Stopping", .done = "Stopped" };
      r = containers_in_order (a->c, &v, &order, screen, &err);
      screen_close (screen);
    }
  if (r < 0)
    log_line (LOG_ERROR, "%s", error_text (err));
  _exit (r < 0);
}

static bool
keeps_containers (void)
{
  const char *s = getenv ("PERRY_NO_DEFAULT_SIGINT_CLEANUP");
  return s && streq (s, "1");
}

/* A signal: the first stops, the second kills. True when we are to leave at once. */
static bool
take_signal (struct attached *a, bool stopping)
{
  struct signalfd_siginfo info;
  if (read (a->signals, &info, sizeof info) != sizeof info || info.ssi_signo == SIGCHLD)
    return false;
  a->status = 128 + (int) info.ssi_signo;
  if (keeps_containers ())
    return true;
  if (stopping)
    begin_stop (a, 0);
  a->stop = true;
  return false;
}

static int
serve (struct attached *a, struct error **err)
{
  bool stopping = false;
  size_t alive = 1;
  for (;;)
    {
      struct pollfd p[] = { { .fd = log_view_fd (a->view), .events = POLLIN }, { .fd = a->signals, .events = POLLIN } };
      TRY (log_view_print (a->view, stdout, err));
      TRY (look (a, &alive, err));
      if (a->stop && ! stopping)
        {
          stopping = true;
          begin_stop (a, a->o->timeout);
        }
      int n = poll (p, ARRAY_LEN (p), alive ? -1 : END_WAIT_MS);
      if (n < 0 && errno != EINTR)
        return fail_sys (err, errno, "poll");
      if (n > 0 && p[1].revents && take_signal (a, stopping))
        return a->status;
      if (n == 0 && alive == 0)
        return a->status;
    }
}

int
attached_run (struct context *c, const struct attached_options *o, struct error **err)
{
  struct attached a = { .c = c, .o = o, .signals = -1 };
  struct log_view_options view = {
    .filter = { .project = c->project_name, .oneoff = -1 },
    .services = o->services,
    .except = o->except,
    .watch_all = true,
    .since = o->since,
    .tail = -1,
    .prefix = ! o->no_prefix,
    .colour = ! o->no_color && colours_wanted (STDOUT_FILENO, c->global->ansi),
    .timestamps = o->timestamps,
    .split = true,
  };
  sigset_t set;
  sigemptyset (&set);
  sigaddset (&set, SIGINT);
  sigaddset (&set, SIGTERM);
  sigprocmask (SIG_BLOCK, &set, NULL);
  a.signals = signalfd (-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
  if (a.signals < 0)
    return fail_sys (err, errno, "signalfd");
  int r = log_view_open (&c->settings, &view, &a.view, err);
  if (r >= 0)
    r = serve (&a, err);
  log_view_close (&a.view);
  strv_free (&a.ended);
  close_fd (&a.signals);
  return r;
}
