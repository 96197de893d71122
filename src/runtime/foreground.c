/* foreground.c - run and exec without --detach: stands between the user and the container's process until that ends.
 *
 * In the runtime's namespaces. All signals are blocked and taken from a signalfd, so that none can fall between two
 * steps; one poll() waits for everything. Standard streams are the process's own unless it has a terminal. */
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "handover.h"
#include "terminal_proxy.h"

#define HUNG_UP_MS 100

/* All but the faults, which a process cannot wait for. */
static sigset_t
watched_signals (void)
{
  static const int faults[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT, SIGSYS };
  sigset_t set;
  sigfillset (&set);
  for (size_t i = 0; i < ARRAY_LEN (faults); i++)
    sigdelset (&set, faults[i]);
  return set;
}

void
foreground_block (void)
{
  sigset_t set = watched_signals ();
  sigprocmask (SIG_SETMASK, &set, NULL);
}

/* Reap whatever there is, also orphans that a subreaper inherits. True when PID was among them. */
static bool
reap (pid_t pid, int *ret_status)
{
  bool ended = false;
  int status;
  for (pid_t r; (r = waitpid (-1, &status, WNOHANG)) > 0;)
    if (r == pid)
      {
        *ret_status = WIFSIGNALED (status) ? 128 + WTERMSIG (status) : WEXITSTATUS (status);
        ended = true;
      }
  return ended;
}

/* PID has ended, as its pidfd says; take its status if it is our child. */
static int
reap_ended (pid_t pid, int *ret_status, struct error **err)
{
  siginfo_t info = { 0 };
  if (waitid (P_PID, pid, &info, WEXITED | WNOHANG | WNOWAIT) < 0)
    return fail_sys (err, errno, "wait for process %d", pid);
  return reap (pid, ret_status);
}

static void
take_signal (int signals, int pidfd, const struct terminal_proxy *t)
{
  struct signalfd_siginfo info;
  if (read (signals, &info, sizeof info) != sizeof info)
    return;
  switch (info.ssi_signo)
    {
    case SIGCHLD:
    case SIGURG:
    case SIGPIPE:
      return;
    case SIGWINCH:
      terminal_proxy_resize (t->master);
      return;
    default:
      syscall (SYS_pidfd_send_signal, pidfd, info.ssi_signo, NULL, 0);
    }
}

static int
watch (pid_t pid, int pidfd, int signals, struct terminal_proxy *t, int *ret_status, struct error **err)
{
  bool ended = reap (pid, ret_status);
  while (! ended)
    {
      struct pollfd polls[2 + TERMINAL_POLLS] = {
        { .fd = signals, .events = POLLIN },
        { .fd = pidfd, .events = POLLIN },
      };
      terminal_proxy_polls (t, polls + 2);
      int r = poll (polls, ARRAY_LEN (polls), t->hung_up ? HUNG_UP_MS : -1);
      if (r < 0 && errno != EINTR)
        return fail_sys (err, errno, "wait for the container's process");
      t->hung_up = false;
      if (r <= 0)
        continue;
      if (polls[0].revents)
        take_signal (signals, pidfd, t);
      terminal_proxy_serve (t, polls + 2);
      if (polls[1].revents)
        {
          r = reap_ended (pid, ret_status, err);
          TRY (r);
          ended = r;
        }
      else
        ended = reap (pid, ret_status);
    }
  return 0;
}

int
foreground_wait (pid_t pid, int pidfd, int master, int *ret_status, struct error **err)
{
  sigset_t set = watched_signals ();
  autoclose int signals = signalfd (-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
  if (signals < 0)
    return fail_sys (err, errno, "signalfd");
  autoproxy struct terminal_proxy t = { .master = -1 };
  TRY (terminal_proxy_start (&t, master, err));
  TRY (watch (pid, pidfd, signals, &t, ret_status, err));
  terminal_proxy_drain (&t);
  return 0;
}
