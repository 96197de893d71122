/* wait.c - waits until a container is what somebody wants it to be: inotify tells of each change that its monitor
 * writes, a pidfd of the monitor's death (or of the process's, when there is no monitor). In perry-compose and its
 * jobs; only reads. */
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sys/inotify.h>
#include <sys/syscall.h>

#include "errors.h"
#include "clock.h"
#include "status.h"

struct waiting
{
  const struct settings *settings;
  const char *id;
  enum container_wait what;
  char *boot_id;
  int dir_fd, inotify_fd;
  int64_t until;   /* ms of CLOCK_MONOTONIC; <0: for ever */
};

static void
waiting_close (struct waiting *w)
{
  free (w->boot_id);
  close_fd (&w->dir_fd);
  close_fd (&w->inotify_fd);
}
#define autowaiting __attribute__ ((cleanup (waiting_close)))

static bool
has_ended (const struct container *c)
{
  return streq (c->state, "exited") || streq (c->state, "dead");
}

static int
ended_instead (const struct container *c, struct error **err)
{
  const struct record_Status *st = c->status;
  int code = st && st->exit_code.set ? (int) st->exit_code.value : 255;
  if (st && st->error)
    return fail (err, E_DEPENDENCY, "container %s could not be started: %s", c->record->name, st->error);
  return fail (err, E_DEPENDENCY, "container %s ended with exit status %d%s%s", c->record->name, code,
               c->reason ? ": " : "", c->reason ? c->reason : "");
}

static int
is_unhealthy (const struct container *c, struct error **err)
{
  const struct record_HealthState *h = c->health;
  const char *output = h->log.n && h->log.v[h->log.n - 1].output ? h->log.v[h->log.n - 1].output : "";
  size_t n = strlen (output);
  while (n > 0 && strchr ("\r\n ", output[n - 1]))
    n--;
  return fail (err, E_UNHEALTHY, "container %s is unhealthy: its last probe %s%.*s", c->record->name,
               n == 0 ? "said nothing" : "said: ", (int) n, output);
}

/* 1: it is so; 0: not yet. */
static int
judge_health (const struct container *c, struct error **err)
{
  if (! c->record->health)
    return 1;
  if (! c->health || ! c->health->status)
    return 0;
  return streq (c->health->status, "healthy") ? 1 : streq (c->health->status, "unhealthy") ? is_unhealthy (c, err) : 0;
}

static int
judge (const struct waiting *w, const struct container *c, struct error **err)
{
  bool up = container_has_process (c);
  if (w->what == WAIT_EXITED)
    return has_ended (c);
  if (has_ended (c))
    return ended_instead (c, err);
  if (! up)
    return 0;
  return w->what == WAIT_RUNNING ? 1 : judge_health (c, err);
}

/* Whose death changes the state without anybody writing it. */
static int
open_pidfd (const struct container *c)
{
  const struct record_Status *st = c->status;
  if (! st || has_ended (c))
    return -1;
  return (int) syscall (SYS_pidfd_open, (pid_t) (c->monitored ? st->monitor_pid.value : st->pid.value), 0);
}

static int
wait_for_change (const struct waiting *w, int pidfd, const struct container *c, struct error **err)
{
  static const char *const words[] = { "running", "healthy", "ended" };
  char events[4096];
  struct pollfd polls[] = { { .fd = w->inotify_fd, .events = POLLIN }, { .fd = pidfd, .events = POLLIN } };
  int64_t left = w->until < 0 ? -1 : w->until - clock_ms ();
  if (w->until >= 0 && left <= 0)
    return fail (err, E_TIMEOUT, "container %s is not %s in time: it is %s%s%s", c->record->name, words[w->what],
                 c->state, w->what == WAIT_HEALTHY && c->health ? ", its health " : "",
                 w->what == WAIT_HEALTHY && c->health ? c->health->status : "");
  if (poll (polls, ARRAY_LEN (polls), left > INT_MAX ? INT_MAX : (int) left) < 0 && errno != EINTR)
    return fail_sys (err, errno, "wait for container %s", c->record->name);
  while (read (w->inotify_fd, events, sizeof events) > 0)
    continue;
  return 0;
}

/* One look: 1 it is so, 0 something has changed since, or an error. */
static int
look (const struct waiting *w, int *ret_exit, struct error **err)
{
  struct container c;
  int r = container_read (w->settings, w->dir_fd, w->id, w->boot_id, &c, err);
  if (r < 0)
    return r == -ENOENT ? fail (err, E_NOT_FOUND, "container %.12s was removed meanwhile", w->id) : r;
  r = judge (w, &c, err);
  if (r == 1 && ret_exit)
    *ret_exit = c.status && c.status->exit_code.set ? (int) c.status->exit_code.value : has_ended (&c) ? 255 : 0;
  if (r == 0)
    {
      autoclose int pidfd = open_pidfd (&c);
      r = wait_for_change (w, pidfd, &c, err);
    }
  container_close (&c);
  return r;
}

int
container_wait (const struct settings *s, const char *id, enum container_wait what, int timeout, int *ret_exit,
                struct error **err)
{
  autofree char *dir = data_path (s, "containers/%s", id);
  autowaiting struct waiting w = { .settings = s, .id = id, .what = what, .boot_id = record_boot_id (),
                                   .until = timeout < 0 ? -1 : clock_ms () + timeout };
  w.dir_fd = open (dir, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  w.inotify_fd = inotify_init1 (IN_CLOEXEC | IN_NONBLOCK);
  if (w.dir_fd < 0)
    return errno == ENOENT ? fail (err, E_NOT_FOUND, "no such container: %.12s", id)
                           : fail_sys (err, errno, "open %s", dir);
  if (w.inotify_fd < 0 || inotify_add_watch (w.inotify_fd, dir, IN_MOVED_TO | IN_DELETE | IN_DELETE_SELF) < 0)
    return fail_sys (err, errno, "watch %s", dir);
  int r;
  while ((r = look (&w, ret_exit, err)) == 0)
    continue;
  return r < 0 ? r : 0;
}
