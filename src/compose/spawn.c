/* spawn.c - runs a program with its output captured, within a time limit. The child is the leader of a process group
 * of its own, so that everything it started can be killed with it; it ends with its parent: nobody would take what
 * it makes. Runs in perry-compose and its jobs. */
#include "spawn.h"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "clock.h"
#include "errors.h"
#include "fork_apart.h"
#include "signal_reset.h"

enum
{
  OUT_LIMIT = 16 << 20,
  ERR_LIMIT = 4096,
};

extern char **environ;

void
spawned_free (struct spawned *s)
{
  text_free (&s->out);
  text_free (&s->err);
}

/* The parent's ends of a running program. */
struct running
{
  pid_t pid;
  int pidfd, in, out, err;
  size_t written;      /* of the input */
  size_t line_start;   /* in the captured standard error: what LINE has seen */
};

static void
running_close (struct running *r)
{
  close_fd (&r->pidfd);
  close_fd (&r->in);
  close_fd (&r->out);
  close_fd (&r->err);
}
#define autorunning __attribute__ ((cleanup (running_close)))

/* An error of its write(), which it has words for, and not a signal. */
static void
limit_files (int64_t limit)
{
  const struct rlimit r = { .rlim_cur = (rlim_t) limit, .rlim_max = (rlim_t) limit };
  setrlimit (RLIMIT_FSIZE, &r);
  signal (SIGXFSZ, SIG_IGN);
}

static void
become_child (const struct spawn *s, int in, int out, int err_fd)
{
  setpgid (0, 0);
  signals_reset ();
  prctl (PR_SET_PDEATHSIG, SIGKILL);
  if (s->file_limit)
    limit_files (s->file_limit);
  if (s->netns_fd >= 0 && setns (s->netns_fd, CLONE_NEWNET) < 0)
    {
      dprintf (err_fd, "join network namespace: %s\n", strerror (errno));
      _exit (127);
    }
  if (s->dir_fd >= 0 && fchdir (s->dir_fd) < 0)
    {
      dprintf (err_fd, "change directory: %s\n", strerror (errno));
      _exit (127);
    }
  if (dup2 (in, 0) < 0 || dup2 (out, 1) < 0 || dup2 (err_fd, 2) < 0)
    _exit (127);
  execve (s->argv[0], (char *const *) s->argv, s->env ? (char *const *) s->env : environ);
  dprintf (2, "%s: %s\n", s->argv[0], strerror (errno));
  _exit (127);
}

/* A descriptor above the standard streams: dup2() in the child must not overwrite one that it still needs. */
static int
above_standard (int fd)
{
  return fd > 2 ? fd : fcntl (fd, F_DUPFD_CLOEXEC, 3);
}

/* A pipe for one stream unless GIVEN is a descriptor to use: the child's end in *RET_CHILD (ours to close), ours in
 * *RET_OURS. */
static int
stream (int given, bool output, int *ret_child, int *ret_ours)
{
  int p[2];
  if (given >= 0)
    {
      *ret_child = fcntl (given, F_DUPFD_CLOEXEC, 3);
      return *ret_child < 0 ? -errno : 0;
    }
  if (pipe2 (p, O_CLOEXEC) < 0)
    return -errno;
  *ret_child = above_standard (p[output ? 1 : 0]);
  *ret_ours = p[output ? 0 : 1];
  fcntl (*ret_ours, F_SETFL, O_NONBLOCK);
  return 0;
}

static int
start (const struct spawn *s, struct running *r, struct error **err)
{
  autoclose int null = open ("/dev/null", O_RDWR | O_CLOEXEC), in = -1, out = -1, err_fd = -1;
  int given = s->in_fd >= 0 || s->input ? s->in_fd : null;
  int e = stream (given, false, &in, &r->in);
  if (e == 0)
    e = stream (s->out_fd, true, &out, &r->out);
  if (e == 0)
    e = stream (s->err_fd, true, &err_fd, &r->err);
  if (e < 0)
    return fail_sys (err, -e, "%s: pipes", s->what);
  fflush (NULL);
  r->pid = s->apart ? fork_apart () : fork ();
  if (r->pid < 0)
    return fail_sys (err, errno, "%s: fork", s->what);
  if (r->pid == 0)
    become_child (s, in, out, err_fd);
  setpgid (r->pid, r->pid);
  r->pidfd = (int) syscall (SYS_pidfd_open, r->pid, 0);
  return 0;
}

static void
feed (const struct spawn *s, struct running *r)
{
  size_t left = strlen (s->input) - r->written;
  ssize_t n = left ? write (r->in, s->input + r->written, left) : 0;
  if (n > 0)
    r->written += (size_t) n;
  if (n == (ssize_t) left || (n < 0 && errno != EAGAIN && errno != EINTR))
    close_fd (&r->in);
}

/* Keep the last LIMIT bytes: what a program says last is what matters. */
static void
keep_last (struct text *t, size_t limit, size_t *line_start)
{
  if (t->len <= 2 * limit)
    return;
  size_t cut = t->len - limit;
  memmove (t->s, t->s + cut, limit + 1);
  t->len = limit;
  *line_start = *line_start > cut ? *line_start - cut : 0;
}

static void
give_lines (const struct spawn *s, struct running *r, struct text *t)
{
  char *end;
  while (s->line && t->s && (end = memchr (t->s + r->line_start, '\n', t->len - r->line_start)))
    {
      *end = '\0';
      s->line (s->line_arg, t->s + r->line_start);
      *end = '\n';
      r->line_start = (size_t) (end + 1 - t->s);
    }
}

/* Read what is there from *FD into T; at the end *FD is closed. */
static void
drain (int *fd, struct text *t)
{
  char buf[16384];
  ssize_t n = read (*fd, buf, sizeof buf);
  if (n > 0)
    text_add_bytes (t, buf, (size_t) n);
  else if (n == 0 || (errno != EAGAIN && errno != EINTR))
    close_fd (fd);
}

/* Serve the pipes until the program has ended and they are drained. Its own children may hold them open: after its
 * end only what is there already is read. */
static int
serve (const struct spawn *s, struct running *r, struct spawned *ret, struct error **err)
{
  int64_t end = s->timeout ? clock_ms () + s->timeout : INT64_MAX;
  bool ended = false;
  while (! ended || r->out >= 0 || r->err >= 0)
    {
      struct pollfd p[] = { { .fd = r->in, .events = POLLOUT }, { .fd = r->out, .events = POLLIN },
                            { .fd = r->err, .events = POLLIN }, { .fd = ended ? -1 : r->pidfd, .events = POLLIN } };
      int64_t left = end - clock_ms ();
      int wait = ended ? 0 : left > INT32_MAX ? -1 : left > 0 ? (int) left : 0;
      int n = poll (p, ARRAY_LEN (p), wait);
      if (n < 0 && errno != EINTR)
        return fail_sys (err, errno, "%s: poll", s->what);
      if (n == 0 && ended)
        break;
      if (n == 0 && clock_ms () >= end)
        return fail (err, E_TIMEOUT, "%s took longer than %u s and was killed", s->what, s->timeout / 1000);
      if (n <= 0)
        continue;
      if (p[0].revents)
        feed (s, r);
      if (p[1].revents)
        drain (&r->out, &ret->out);
      if (p[2].revents)
        {
          drain (&r->err, &ret->err);
          give_lines (s, r, &ret->err);
          keep_last (&ret->err, ERR_LIMIT, &r->line_start);
        }
      ended = ended || p[3].revents;
      if (ret->out.len > OUT_LIMIT)
        return fail (err, EFBIG, "%s printed more than %d MiB", s->what, OUT_LIMIT >> 20);
    }
  return 0;
}

int
spawn_run (const struct spawn *s, struct spawned *ret, struct error **err)
{
  autorunning struct running r = { .pidfd = -1, .in = -1, .out = -1, .err = -1 };
  struct spawned done = { 0 };
  int status, result = start (s, &r, err);
  if (result < 0)
    return result;
  result = serve (s, &r, &done, err);
  if (result < 0 && s->before_kill)
    s->before_kill (s->before_kill_arg);
  if (result < 0)
    kill (-r.pid, SIGKILL);
  RETRY_EINTR (waitpid (r.pid, &status, 0));
  if (result < 0 || ! ret)
    spawned_free (&done);
  if (result < 0)
    return result;
  done.status = WIFSIGNALED (status) ? 128 + WTERMSIG (status) : WEXITSTATUS (status);
  if (ret)
    *ret = done;
  return 0;
}

/* The last line in T that says something, for the caller to free. */
static char *
last_line (const struct text *t)
{
  size_t end = t->len;
  while (end > 0 && strchr ("\r\n\t ", t->s[end - 1]))
    end--;
  size_t begin = end;
  while (begin > 0 && t->s[begin - 1] != '\n')
    begin--;
  return t->s ? mem_strndup (t->s + begin, end - begin) : mem_strdup ("");
}

/* Programs begin what they say with their name, as WHAT does. */
static const char *
without_name (const char *line, const char *what)
{
  size_t n = strcspn (what, " ");
  return strncmp (line, what, n) == 0 && strncmp (line + n, ": ", 2) == 0 ? line + n + 2 : line;
}

int
spawn_check (const struct spawn *s, struct spawned *ret, struct error **err)
{
  struct spawned done = { 0 };
  int r = spawn_run (s, &done, err);
  if (r == 0 && done.status)
    {
      autofree char *line = last_line (&done.err);
      r = fail (err, EIO, "%s: %s (status %d)", s->what,
                *line ? without_name (line, s->what) : "failed without a message", done.status);
    }
  if (r < 0 || ! ret)
    spawned_free (&done);
  else
    *ret = done;
  return r;
}
