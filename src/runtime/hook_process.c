/* hook_process.c - see hook_process.h. Where the caller is; the hook itself runs in a child with a process group of
 * its own, no signal blocked or ignored, and no descriptors but the standard ones. */
#include "hook_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "clock.h"
#include "mem.h"
#include "signal_reset.h"

/* How long we go on listening when the hook has ended but something it left behind holds its standard output. */
#define GRACE_MS 100

struct hook_process
{
  pid_t pid;
  int pidfd;       /* -1 where pidfd_open is refused (an old kernel, a container's seccomp filter): then we poll */
  int in, out, err; /* our ends */
  const char *input;
  size_t left;
};

static void
hook_process_close (struct hook_process *p)
{
  close_fd (&p->in);
  close_fd (&p->out);
  close_fd (&p->err);
  close_fd (&p->pidfd);
}

static const char **
with_null (const struct oci_strings *s)
{
  const char **v = mem_alloc ((s->n + 1) * sizeof *v);
  if (s->n)
    memcpy (v, s->v, s->n * sizeof *v);
  return v;
}

static int
change_dir (const struct hook_run *h)
{
  if (h->cwd_fd >= 0)
    return fchdir (h->cwd_fd);
  /* A bundle that this user namespace may not search is no reason not to run a hook. */
  if (h->cwd && chdir (h->cwd) < 0 && errno != EACCES)
    return -1;
  return 0;
}

/* In the child. FDS: what becomes standard input, output, error. Only returns when it failed; errno says why. */
static void
become_hook (const struct hook_run *h, const char *path, const char *const *args, const char *const *env,
             const int *fds)
{
  if (setpgid (0, 0) < 0)
    return;
  signals_reset ();
  for (int i = 0; i < 3; i++)
    if (dup2 (fds[i], i) < 0)
      return;
  if (change_dir (h) < 0)
    return;
  /* From Linux 5.11; on older ones a hook sees what the caller passed us, as any child does: ours are CLOEXEC
   * anyway. */
  syscall (SYS_close_range, 3, ~0u, 1u << 2 /* CLOSE_RANGE_CLOEXEC */);
  execve (path, (char *const *) args, (char *const *) env);
}

/* FD out of the way of 0, 1 and 2, which dup2() is going to replace. */
static int
above_standard (int *fd)
{
  if (*fd > 2)
    return 0;
  int higher = fcntl (*fd, F_DUPFD_CLOEXEC, 3);
  close_fd (fd);
  *fd = higher;
  return higher;
}

static int
make_pipes (int pipes[4][2], struct error **err)
{
  for (int i = 0; i < 4; i++)
    if (pipe2 (pipes[i], O_CLOEXEC) < 0 || above_standard (&pipes[i][0]) < 0 || above_standard (&pipes[i][1]) < 0)
      return fail_sys (err, errno, "make a pipe");
  return 0;
}

static void
close_pipes (int (*pipes)[4][2])
{
  for (int i = 0; i < 4; i++)
    for (int j = 0; j < 2; j++)
      close_fd (&(*pipes)[i][j]);
}

static int
fork_hook (const struct hook_run *h, const struct oci_hook *hook, const int fds[3], int failure, pid_t *ret_pid,
           struct error **err)
{
  const char *just_path[] = { hook->path, NULL };
  autofree const char **args = with_null (&hook->args), **own_env = with_null (&hook->env);
  const char *const *env = hook->env.set ? own_env : h->env ? h->env : (const char *const *) environ;
  pid_t pid = fork ();
  if (pid < 0)
    return fail_sys (err, errno, "fork");
  if (pid == 0)
    {
      become_hook (h, hook->path, hook->args.n ? args : just_path, env, fds);
      int code = errno;
      if (write (failure, &code, sizeof code) < 0)
        _exit (126);
      _exit (127);
    }
  *ret_pid = pid;
  return 0;
}

/* *RET_FAILURE: the errno of an execve that failed, 0 when the program runs. */
static int
spawn (const struct hook_run *h, const struct oci_hook *hook, struct hook_process *ret, int *ret_failure,
       struct error **err)
{
  __attribute__ ((cleanup (close_pipes))) int pipes[4][2] = { { -1, -1 }, { -1, -1 }, { -1, -1 }, { -1, -1 } };
  TRY (make_pipes (pipes, err));
  int (*in)[2] = &pipes[0], (*out)[2] = &pipes[1], (*errors)[2] = &pipes[2], (*failure)[2] = &pipes[3];
  pid_t pid = -1;
  TRY (fork_hook (h, hook, (int[]) { (*in)[0], (*out)[1], (*errors)[1] }, (*failure)[1], &pid, err));
  close_fd (&(*failure)[1]);
  int code = 0;
  if (RETRY_EINTR (read ((*failure)[0], &code, sizeof code)) == sizeof code)
    {
      RETRY_EINTR (waitpid (pid, NULL, 0));
      *ret_failure = code;
      return 0;
    }
  *ret_failure = 0;
  *ret = (struct hook_process) {
    .pid = pid,
    .pidfd = syscall (SYS_pidfd_open, pid, 0),
    .in = TAKE_FD ((*in)[1]),
    .out = TAKE_FD ((*out)[0]),
    .err = TAKE_FD ((*errors)[0]),
    .input = h->state,
    .left = strlen (h->state),
  };
  for (int i = 0, *fds[] = { &ret->in, &ret->out, &ret->err }; i < 3; i++)
    if (ioctl (*fds[i], FIONBIO, &(int) { 1 }) < 0)
      close_fd (fds[i]);
  return 0;
}

static void
feed (struct hook_process *p)
{
  ssize_t n = write (p->in, p->input, p->left);
  if (n < 0 && (errno == EAGAIN || errno == EINTR))
    return;
  if (n >= 0)
    {
      p->input += n;
      p->left -= n;
    }
  if (n < 0 || p->left == 0)
    close_fd (&p->in);
}

static void
listen_to (int *fd, struct hook_output *o)
{
  char buf[4096];
  ssize_t n = read (*fd, buf, sizeof buf);
  if (n < 0 && (errno == EAGAIN || errno == EINTR))
    return;
  if (n <= 0)
    {
      close_fd (fd);
      return;
    }
  size_t keep = sizeof o->bytes - o->n;
  if (keep > (size_t) n)
    keep = n;
  memcpy (o->bytes + o->n, buf, keep);
  o->n += keep;
}

/* Serve the hook's streams for at most MS milliseconds (-1: for ever) or until something happens. */
static int
serve (struct hook_process *p, struct hook_result *result, int ms)
{
  struct pollfd fds[] = {
    { .fd = p->in, .events = POLLOUT },
    { .fd = p->out, .events = POLLIN },
    { .fd = p->err, .events = POLLIN },
    { .fd = p->pidfd, .events = POLLIN },
  };
  if (poll (fds, ARRAY_LEN (fds), ms) < 0)
    return errno == EINTR ? 0 : -errno;
  if (fds[0].revents)
    feed (p);
  if (fds[1].revents)
    listen_to (&p->out, &result->out);
  if (fds[2].revents)
    listen_to (&p->err, &result->err);
  return 0;
}

/* Until the hook has ended, is killed, or the kernel fails us. */
static int
attend (struct hook_process *p, int64_t timeout, struct hook_result *result)
{
  long long deadline = timeout > 0 ? clock_ms () + timeout * 1000 : -1;
  for (;;)
    {
      pid_t r = waitpid (p->pid, &result->status, WNOHANG);
      if (r < 0 && errno != EINTR)
        return -errno;
      if (r > 0)
        return 0;
      long long left = deadline < 0 ? -1 : deadline - clock_ms ();
      if (deadline >= 0 && left <= 0)
        {
          result->timed_out = true;
          kill (-p->pid, SIGKILL);
          kill (p->pid, SIGKILL);
          return RETRY_EINTR (waitpid (p->pid, &result->status, 0)) < 0 ? -errno : 0;
        }
      if (left > 60000)
        left = 60000;
      TRY (serve (p, result, p->pidfd < 0 ? 10 : (int) left));
    }
}

/* What the hook wrote last. A daemon that it left behind may hold its streams: we do not wait for that one. */
static void
drain (struct hook_process *p, struct hook_result *result)
{
  close_fd (&p->in);
  close_fd (&p->pidfd);
  long long end = clock_ms () + GRACE_MS, left;
  while ((p->out >= 0 || p->err >= 0) && (left = end - clock_ms ()) > 0)
    if (serve (p, result, left) < 0)
      return;
}

int
hook_process_run (const struct hook_run *h, const struct oci_hook *hook, struct hook_result *ret, struct error **err)
{
  __attribute__ ((cleanup (hook_process_close))) struct hook_process p = { .pidfd = -1, .in = -1, .out = -1,
                                                                           .err = -1 };
  TRY (spawn (h, hook, &p, &ret->exec_errno, err));
  if (ret->exec_errno)
    return 0;
  int r = attend (&p, hook->timeout.set ? hook->timeout.value : 0, ret);
  if (r < 0)
    {
      kill (-p.pid, SIGKILL);
      return fail_sys (err, -r, "wait for %s", hook->path);
    }
  drain (&p, ret);
  return 0;
}
