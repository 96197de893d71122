/* jobs.c - runs jobs as forked children as soon as those they depend on are done. A child tells its phases, its
 * result and its error over a pipe, one line each: a letter and a text without line breaks. */
#include "jobs.h"

#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "errors.h"
#include "log.h"
#include "screen.h"

/* In a child: where to tell the parent; -1 in the parent, and in a program that runs a job's function without jobs. */
static int report_fd = -1;

enum
{
  TICK_MS = 100,
};

struct child
{
  pid_t pid; /* 0: not running */
  int pipe;
  struct text said;
};

struct jobs
{
  struct job *v;
  size_t n;
  const struct jobs_options *o;
  struct child *children;
  size_t running, done;
  bool stopping; /* nothing new is started */
};

static void
report (char letter, const char *fmt, ...)
{
  va_list ap;
  va_start (ap, fmt);
  autofree char *text = mem_vprintf (fmt, ap);
  va_end (ap);
  for (char *p = text; *p; p++)
    if (*p == '\n')
      *p = ' ';
  if (report_fd >= 0)
    dprintf (report_fd, "%c%s\n", letter, text);
}

void
job_result (const char *text)
{
  report ('R', "%s", text);
}

void
job_phase (const char *text)
{
  report ('P', "%s", text);
}

void
job_progress (uint64_t done, uint64_t total)
{
  report ('B', "%" PRIu64 " %" PRIu64, done, total);
}

void
job_warning (const char *text)
{
  report ('W', "%s", text);
}

static void
show (const struct jobs *j, const struct job *job, enum screen_state state, const char *word, const char *detail)
{
  if (j->o->screen && job->name)
    screen_row (j->o->screen, job->name, state, word, detail);
}

/* A job ends with its parent, whose lock it has, and with a signal that the parent has blocked for itself. */
static void
end_with_parent (pid_t parent)
{
  sigset_t none;
  sigemptyset (&none);
  signal (SIGINT, SIG_IGN);
  signal (SIGTERM, SIG_DFL);
  prctl (PR_SET_PDEATHSIG, SIGTERM);
  sigprocmask (SIG_SETMASK, &none, NULL);
  if (getppid () != parent)
    _exit (1);
}

static void
run_child (const struct job *job, pid_t parent, int fd)
{
  autoerror struct error *err = NULL;
  end_with_parent (parent);
  report_fd = fd;
  int r = job->run (job->arg, &err);
  if (r < 0)
    report ('E', "%d %s", err ? err->code : -r, err ? error_text (err) : strerror (-r));
  fflush (NULL);
  _exit (r < 0);
}

static int
start_job (struct jobs *j, size_t i, struct error **err)
{
  int p[2];
  if (pipe2 (p, O_CLOEXEC) < 0)
    return fail_sys (err, errno, "pipe");
  fflush (NULL);
  pid_t parent = getpid (), pid = fork ();
  if (pid == 0)
    run_child (&j->v[i], parent, p[1]);
  close (p[1]);
  if (pid < 0)
    {
      close (p[0]);
      return fail_sys (err, errno, "fork");
    }
  j->children[i] = (struct child) { .pid = pid, .pipe = p[0] };
  j->v[i].state = JOB_RUNNING;
  j->running++;
  show (j, &j->v[i], SCREEN_WORKING, j->v[i].doing, NULL);
  return 0;
}

enum readiness { READY, NOT_YET, NEVER };

static enum readiness
readiness (const struct jobs *j, const struct job *job)
{
  enum readiness r = READY;
  for (size_t i = 0; i < job->n_after; i++)
    switch (j->v[job->after[i]].state)
      {
      case JOB_DONE:
        break;
      case JOB_FAILED:
      case JOB_SKIPPED:
        if (i < job->n_hard)
          return NEVER;
        break;
      default:
        r = NOT_YET;
      }
  return r;
}

/* Start what can be started; skip what never can. */
static int
start_ready (struct jobs *j, struct error **err)
{
  bool changed = true;
  while (changed)
    {
      changed = false;
      for (size_t i = 0; i < j->n; i++)
        {
          struct job *job = &j->v[i];
          if (job->state != JOB_WAITING)
            continue;
          enum readiness r = j->stopping ? NEVER : readiness (j, job);
          if (r == NEVER)
            {
              job->state = JOB_SKIPPED;
              changed = true;
            }
          else if (r == READY && (j->o->parallel == 0 || j->running < j->o->parallel))
            TRY (start_job (j, i, err));
        }
    }
  return 0;
}

static void
take_line (struct jobs *j, struct job *job, char *line)
{
  switch (*line)
    {
    case 'P':
      show (j, job, SCREEN_WORKING, line + 1, NULL);
      break;
    case 'B':
      {
        uint64_t done, total;
        if (sscanf (line + 1, "%" SCNu64 " %" SCNu64, &done, &total) == 2 && job->name)
          screen_progress (j->o->screen, job->name, done, total);
        break;
      }
    case 'W':
      if (j->o->screen)
        screen_line (j->o->screen, "%s: warning: %s", job->name, line + 1);
      else
        log_warning ("%s: %s", job->name, line + 1);
      break;
    case 'R':
      free (job->result);
      job->result = mem_strdup (line + 1);
      break;
    case 'E':
      {
        char *text;
        int code = (int) strtol (line + 1, &text, 10);
        fail (&job->error, code, "%s", *text ? text + 1 : text);
        break;
      }
    }
}

static void
take_lines (struct jobs *j, size_t i)
{
  struct text *said = &j->children[i].said;
  char *from = said->s, *end;
  while (from && (end = strchr (from, '\n')))
    {
      *end = '\0';
      take_line (j, &j->v[i], from);
      from = end + 1;
    }
  if (! from || from == said->s)
    return;
  said->len -= (size_t) (from - said->s);
  memmove (said->s, from, said->len + 1);
}

static void
cancel (struct jobs *j)
{
  j->stopping = true;
  for (size_t i = 0; i < j->n; i++)
    if (j->children[i].pid)
      kill (j->children[i].pid, SIGTERM);
}

static void
end_job (struct jobs *j, size_t i)
{
  struct child *c = &j->children[i];
  struct job *job = &j->v[i];
  int status;
  RETRY_EINTR (waitpid (c->pid, &status, 0));
  close_fd (&c->pipe);
  text_free (&c->said);
  c->pid = 0;
  j->running--;
  bool good = WIFEXITED (status) && WEXITSTATUS (status) == 0;
  job->state = good ? JOB_DONE : JOB_FAILED;
  if (! good && ! job->error && WIFSIGNALED (status) && WTERMSIG (status) == SIGTERM)
    fail (&job->error, E_CANCELLED, "%s: interrupted", job->name);
  else if (! good && ! job->error)
    fail (&job->error, EIO, "%s: the job ended without a message, status %#x", job->name, status);
  show (j, job, good ? SCREEN_DONE : SCREEN_ERROR, good ? job->done : "Error", good ? NULL : error_text (job->error));
  if (! good && ! j->o->go_on)
    j->stopping = true;
  if (good && ++j->done == j->o->until)
    cancel (j);
}

static void
read_child (struct jobs *j, size_t i)
{
  char buf[4096];
  ssize_t n = read (j->children[i].pipe, buf, sizeof buf);
  if (n > 0)
    {
      text_add_bytes (&j->children[i].said, buf, (size_t) n);
      take_lines (j, i);
    }
  else if (n == 0 || (errno != EINTR && errno != EAGAIN))
    end_job (j, i);
}

/* Wait until a child says something, or the next frame is due. */
static int
wait_for_news (struct jobs *j, bool *cancelled, struct error **err)
{
  autofree struct pollfd *p = mem_alloc (sizeof *p * (j->n + 1));
  for (size_t i = 0; i < j->n; i++)
    p[i] = (struct pollfd) { .fd = j->children[i].pid ? j->children[i].pipe : -1, .events = POLLIN };
  p[j->n] = (struct pollfd) { .fd = *cancelled ? -1 : j->o->cancel_fd, .events = POLLIN };
  int n = poll (p, j->n + 1, j->o->screen ? TICK_MS : -1);
  if (n < 0 && errno != EINTR)
    return fail_sys (err, errno, "poll");
  if (j->o->screen)
    screen_tick (j->o->screen);
  if (n <= 0)
    return 0;
  if (p[j->n].revents)
    {
      *cancelled = true;
      cancel (j);
    }
  for (size_t i = 0; i < j->n; i++)
    if (p[i].revents)
      read_child (j, i);
  return 0;
}

/* The first failure by the order of jobs, one that is more than the cancelling before one that is not. */
static const struct error *
first_failure (const struct jobs *j)
{
  const struct error *found = NULL;
  for (size_t i = 0; i < j->n; i++)
    if (j->v[i].state == JOB_FAILED && (! found || found->code == E_CANCELLED))
      found = j->v[i].error;
  return found;
}

int
jobs_run (struct job *v, size_t n, const struct jobs_options *options, struct error **err)
{
  autofree struct child *children = mem_alloc (sizeof *children * (n + 1));
  struct jobs j = { .v = v, .n = n, .o = options, .children = children };
  bool cancelled = false;
  int r = start_ready (&j, err);
  while (r >= 0 && j.running)
    {
      r = wait_for_news (&j, &cancelled, err);
      if (r >= 0)
        r = start_ready (&j, err);
    }
  if (r < 0)
    cancel (&j);
  for (size_t i = 0; i < n; i++)
    if (children[i].pid)
      end_job (&j, i);
  if (r < 0)
    return r;
  if (cancelled)
    return fail (err, E_CANCELLED, "interrupted");
  if (options->until && j.done >= options->until)
    return 0;
  const struct error *failure = first_failure (&j);
  return failure ? fail (err, failure->code, "%s", error_text (failure)) : 0;
}

void
jobs_free (struct job *v, size_t n)
{
  for (size_t i = 0; i < n; i++)
    {
      error_free (&v[i].error);
      free (v[i].result);
      v[i].result = NULL;
    }
}
