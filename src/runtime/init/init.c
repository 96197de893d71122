/* init.c - the container's process: its stages, and how their errors are told. Runs in the child, from clone to
 * execve. */
#include "init.h"

#include <signal.h>
#include <sys/prctl.h>

#include "log.h"
#include "proc.h"
#include "security/security.h"
#include "signal_reset.h"
#include "sync.h"

struct stage
{
  const char *name; /* becomes the prefix of errors */
  int (*run) (struct init *, struct error **);
  bool for_exec;
};

static const struct stage stages[] = {
  { "namespaces", stage_namespaces, true },
  { "root filesystem", stage_rootfs, false },
  { "process", stage_process, true },
  { "wait", stage_wait, false },
  { "start", stage_lockdown, true },
};

int
init_proc (struct init *init, struct error **err)
{
  return init->proc >= 0 ? 0 : proc_open (init->plan->n_sysctls > 0, &init->proc, err);
}

void
init_close_others (struct init *init)
{
  const struct kept_fds *kept = &init->launch->kept;
  unsigned first = 3 + kept->listen + kept->preserve, sync = (unsigned) init->sync;
  unsigned start = init->launch->start_socket < 0 ? sync : (unsigned) init->launch->start_socket;
  unsigned low = sync < start ? sync : start, high = sync < start ? start : sync;
  init->proc = init->slave = init->rootfs.root = -1;
  fds_close (first, low - 1);
  fds_close (low + 1, high - 1);
  fds_close (high + 1, ~0U);
}

/* Where warnings of this process go: to whoever is at the other end of the protocol. */
static int log_sock;

static void
send_log (enum log_level level, const char *message)
{
  sync_send (log_sock, SYNC_LOG, level, message, -1, NULL);
}

void
init_log_to (int sock)
{
  log_sock = sock;
  log_redirect (send_log);
}

void
init_main (struct init *init)
{
  autoerror struct error *err = NULL;
  const struct stage *s = stages, *end = stages + ARRAY_LEN (stages);
  int r = 0;

  /* Should the runtime be killed, so is everything that is half made. Cleared before READY. */
  prctl (PR_SET_PDEATHSIG, SIGKILL);
  close_fd (&init->launch->sock);
  /* The lock on the state directory is the runtime's alone: whoever holds a copy of its descriptor holds the lock. */
  close_fd (&init->launch->container->dir_fd);
  signals_reset ();
  init_log_to (init->sync);
  for (; s < end && r == 0; s++)
    if (s->for_exec || ! init->launch->exec)
      {
        sync_send (init->sync, SYNC_STAGE, 0, s->name, -1, NULL);
        r = s->run (init, &err);
      }
  wrap (&err, "%s", s[-1].name);
  sync_send (init->sync, SYNC_ERROR, -r, error_text (err), -1, NULL);
  _exit (1);
}
