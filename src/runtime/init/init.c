/* init.c - the container's process: its stages, and how their errors are told. Runs in the child, from clone to execve. */
#include "init.h"

#include <signal.h>
#include <sys/prctl.h>

#include "log.h"
#include "proc.h"
#include "security/security.h"
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
  { "exec", stage_lockdown, true },
};

int
init_proc (struct init *init, struct error **err)
{
  return init->proc >= 0 ? 0 : proc_open (init->plan->n_sysctls > 0, &init->proc, err);
}

/* Signals as a fresh program expects them: nothing blocked, nothing ignored (a caller may have ignored SIGPIPE). */
static void
reset_signals (void)
{
  sigset_t none;
  for (int sig = 1; sig < NSIG; sig++)
    if (sig != SIGKILL && sig != SIGSTOP)
      signal (sig, SIG_DFL);
  sigemptyset (&none);
  sigprocmask (SIG_SETMASK, &none, NULL);
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
  reset_signals ();
  for (; s < end && r == 0; s++)
    if (s->for_exec || ! init->launch->exec)
      {
        if (init->sync >= 0)
          sync_send (init->sync, SYNC_STAGE, 0, s->name, -1, NULL);
        r = s->run (init, &err);
      }
  wrap (&err, "%s", s[-1].name);
  sync_send (init->sync, SYNC_ERROR, -r, error_text (err), -1, NULL);
  _exit (1);
}
