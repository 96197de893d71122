/* perry-init.c - the first process of a container whose service says `init: true`: starts the program, hands signals
 * on to it, reaps whatever is orphaned, and ends as the program ends. Static and without stdio: it is bound into
 * images that may have no libraries, and its memory is counted for each container.
 *
 * * perry-init [--] PROGRAM [ARGUMENT...]; exits as the program does, with 128+N for signal N; 126, 127 if it cannot
 * be run.
 * * perry-init --check DIRECTORY PROGRAM, before that as a hook: could PROGRAM be run in DIRECTORY? 0, or 126, 127 and
 * a line of the words that the OCI runtime has for it. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum
{
  CANNOT_RUN = 126,
  NOT_FOUND = 127,
  BY_SIGNAL = 128,
};

static void
say (const char *s)
{
  if (write (STDERR_FILENO, s, strlen (s)) < 0)
    return; /* nobody is there to be told */
}

/* Of this process itself, when it makes a mistake: they are not to be handed on, and a blocked one would loop. */
static void
all_but_faults (sigset_t *set)
{
  static const int faults[] = { SIGFPE, SIGILL, SIGSEGV, SIGBUS, SIGABRT, SIGTRAP, SIGSYS };
  sigfillset (set);
  for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
    sigdelset (set, faults[i]);
}

/* In the child: a process group of its own, in the terminal's foreground if there is a terminal, so that ^C reaches
 * it once. */
static void
run (char **argv, const sigset_t *before)
{
  setpgid (0, 0);
  signal (SIGTTOU, SIG_IGN);
  tcsetpgrp (STDIN_FILENO, getpid ());
  signal (SIGTTOU, SIG_DFL);
  sigprocmask (SIG_SETMASK, before, NULL);
  execvp (argv[0], argv);
  int why = errno;
  say ("perry-init: ");
  say (argv[0]);
  say (": ");
  say (strerror (why));
  say ("\n");
  _exit (why == ENOENT ? NOT_FOUND : CANNOT_RUN);
}

/* ---- --check */

/* 0, or why the file PATH cannot be executed. */
static int
why_not (const char *path)
{
  struct stat st;
  if (stat (path, &st) < 0)
    return errno;
  if (! S_ISREG (st.st_mode))
    return EACCES;
  return faccessat (AT_FDCWD, path, X_OK, AT_EACCESS) < 0 ? errno : 0;
}

/* The same for NAME in the directories of PATH, as execvp(3) has it. */
static int
why_not_in_path (const char *name)
{
  const char *dir = getenv ("PATH"), *end;
  int why = ENOENT;
  for (; dir; dir = *end ? end + 1 : NULL)
    {
      char file[PATH_MAX];
      size_t n = (size_t) ((end = strchrnul (dir, ':')) - dir), length = strlen (name);
      if (n + length + 3 > sizeof file)
        continue;
      memcpy (file, n ? dir : ".", n ? n : 1);
      n = n ? n : 1;
      file[n] = '/';
      memcpy (file + n + 1, name, length + 1);
      int r = why_not (file);
      if (r == 0)
        return 0;
      why = r == EACCES ? r : why;
    }
  return why;
}

static int
check (const char *directory, const char *name)
{
  int slash = strchr (name, '/') != NULL;
  if (chdir (directory) < 0)
    return 0; /* the OCI runtime has made it, or has said what is wrong */
  int why = slash ? why_not (name) : why_not_in_path (name);
  if (why == 0)
    return 0;
  say ("exec: \"");
  say (name);
  say ("\": ");
  say (why == EACCES ? "permission denied" : why != ENOENT ? strerror (why)
       : slash ? "no such file or directory" : "executable file not found in $PATH");
  say ("\n");
  return why == ENOENT ? NOT_FOUND : CANNOT_RUN;
}

/* Reap all that has ended. The program's exit status when it was among them, otherwise -1. */
static int
reap (pid_t program)
{
  int status, result = -1;
  pid_t pid;
  while ((pid = waitpid (-1, &status, WNOHANG)) > 0)
    if (pid == program)
      result = WIFSIGNALED (status) ? BY_SIGNAL + WTERMSIG (status) : WEXITSTATUS (status);
  return result;
}

int
main (int argc, char **argv)
{
  if (argc == 4 && strcmp (argv[1], "--check") == 0)
    return check (argv[2], argv[3]);
  int first = argc > 1 && strcmp (argv[1], "--") == 0 ? 2 : 1;
  if (first >= argc)
    {
      say ("perry-init: no program to run\n");
      return CANNOT_RUN;
    }
  sigset_t waited, before;
  all_but_faults (&waited);
  sigprocmask (SIG_BLOCK, &waited, &before);
  prctl (PR_SET_NAME, "perry-init"); /* not that of the hidden file that we are in a container */
  if (getpid () != 1)
    prctl (PR_SET_CHILD_SUBREAPER, 1);
  pid_t program = fork ();
  if (program == 0)
    run (argv + first, &before);
  if (program < 0)
    {
      say ("perry-init: fork failed\n");
      return CANNOT_RUN;
    }
  for (;;)
    {
      int status, signal_;
      if (sigwait (&waited, &signal_) != 0)
        continue;
      if (signal_ != SIGCHLD)
        kill (program, signal_);
      else if ((status = reap (program)) >= 0)
        return status;
    }
}
