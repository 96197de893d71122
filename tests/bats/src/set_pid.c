/* set_pid.c - set_pid PID COMMAND...: runs COMMAND as process PID (clone3 with set_tid), to play a process that got the
 * number of one that has ended. Ends with COMMAND's status. */
#include <linux/sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

int
main (int argc, char **argv)
{
  int status;
  if (argc < 3)
    return 2;
  pid_t want = atoi (argv[1]);
  struct clone_args a = { .exit_signal = SIGCHLD, .set_tid = (uintptr_t) &want, .set_tid_size = 1 };
  long pid = syscall (SYS_clone3, &a, sizeof a);
  if (pid == 0)
    {
      prctl (PR_SET_PDEATHSIG, SIGKILL);
      execvp (argv[2], argv + 2);
      _exit (127);
    }
  if (pid < 0 || waitpid ((pid_t) pid, &status, 0) < 0)
    {
      perror ("clone3");
      return 126;
    }
  return WIFEXITED (status) ? WEXITSTATUS (status) : 128 + WTERMSIG (status);
}
