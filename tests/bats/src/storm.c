/* storm.c - storm COMMAND...: runs COMMAND, sends it signals that do nothing by default (SIGCHLD, SIGWINCH, SIGURG,
 * SIGCONT) every 200 microseconds, and ends with its status. */
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

int
main (int argc, char **argv)
{
  static const int signals[] = { SIGCHLD, SIGWINCH, SIGURG, SIGCONT };
  int status;
  if (argc < 2)
    return 2;
  pid_t pid = fork ();
  if (pid == 0)
    {
      execvp (argv[1], argv + 1);
      perror (argv[1]);
      _exit (127);
    }
  for (unsigned i = 0; waitpid (pid, &status, WNOHANG) == 0; i++)
    {
      kill (pid, signals[i % 4]);
      usleep (200);
    }
  return WIFEXITED (status) ? WEXITSTATUS (status) : 128 + WTERMSIG (status);
}
