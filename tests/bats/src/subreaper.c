/* subreaper.c - subreaper COMMAND...: runs COMMAND as the parent of whatever it orphans; afterwards prints
 * "left PID COMM" for each child, zombies too, that is still there, kills them (not with -k as the first argument) and
 * ends with COMMAND's status. With -r it reaps all the time, as process 1 should, and prints nothing. */
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <stdbool.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static void
report_children (bool keep)
{
  DIR *proc = opendir ("/proc");
  for (struct dirent *e; proc && (e = readdir (proc));)
    {
      char path[300], text[512], comm[64], state;
      int pid, parent;
      snprintf (path, sizeof path, "/proc/%s/stat", e->d_name);
      FILE *f = fopen (path, "re");
      if (! f)
        continue;
      if (fgets (text, sizeof text, f) && sscanf (text, "%d (%63[^)]) %c %d", &pid, comm, &state, &parent) == 4
          && parent == getpid ())
        {
          printf ("left %d %s %c\n", pid, comm, state);
          if (! keep)
            kill (pid, SIGKILL);
        }
      fclose (f);
    }
  if (proc)
    closedir (proc);
}

int
main (int argc, char **argv)
{
  bool keep = argc > 1 && strcmp (argv[1], "-k") == 0, reap = argc > 1 && strcmp (argv[1], "-r") == 0;
  int status;
  argv += 1 + (keep || reap);
  if (! *argv)
    return 2;
  prctl (PR_SET_CHILD_SUBREAPER, 1);
  pid_t pid = fork ();
  if (pid == 0)
    {
      execvp (*argv, argv);
      perror (*argv);
      _exit (127);
    }
  pid_t ended;
  do
    ended = waitpid (reap ? -1 : pid, &status, 0);
  while (ended > 0 && ended != pid);
  if (pid < 0 || ended != pid)
    return 126;
  if (! reap)
    report_children (keep);
  while (! keep && (waitpid (-1, NULL, 0) > 0 || errno == EINTR))
    ;
  return WIFEXITED (status) ? WEXITSTATUS (status) : 128 + WTERMSIG (status);
}
