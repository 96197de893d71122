/* foreground.c - see foreground.h. */
#include "foreground.h"

#include <signal.h>
#include <sys/wait.h>

#include "signal_reset.h"

static volatile pid_t child;

static void
hand_on (int signal)
{
  if (child > 0)
    kill (child, signal);
}

int
foreground_run (const char *const *argv, struct error **err)
{
  struct sigaction ignore = { .sa_handler = SIG_IGN }, forward = { .sa_handler = hand_on };
  int status;
  fflush (NULL);
  child = fork ();
  if (child < 0)
    return fail_sys (err, errno, "fork");
  if (child == 0)
    {
      signals_reset ();
      execv (argv[0], (char *const *) argv);
      dprintf (STDERR_FILENO, "%s: %s\n", argv[0], strerror (errno));
      _exit (127);
    }
  sigaction (SIGINT, &ignore, NULL);
  sigaction (SIGQUIT, &ignore, NULL);
  sigaction (SIGTERM, &forward, NULL);
  sigaction (SIGHUP, &forward, NULL);
  if (RETRY_EINTR (waitpid (child, &status, 0)) < 0)
    return fail_sys (err, errno, "wait for %s", argv[0]);
  return WIFSIGNALED (status) ? 128 + WTERMSIG (status) : WEXITSTATUS (status);
}
