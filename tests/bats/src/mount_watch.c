/* mount_watch.c - says "ready", then "change" with the newest line of mountinfo for each change of this mount
 * namespace, which the kernel reports by POLLPRI on /proc/self/mountinfo: also for a mount that is gone at once. */
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <signal.h>
#include <unistd.h>

int
main (void)
{
  static char text[1 << 20];
  struct pollfd p = { .fd = open ("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC), .events = POLLPRI };
  if (p.fd < 0)
    return 1;
  prctl (PR_SET_PDEATHSIG, SIGKILL);
  puts ("ready");
  fflush (stdout);
  while (poll (&p, 1, -1) > 0)
    {
      ssize_t n = pread (p.fd, text, sizeof text - 1, 0);
      text[n > 0 ? n - 1 : 0] = 0;
      const char *last = strrchr (text, '\n');
      printf ("change %s\n", last ? last + 1 : text);
      fflush (stdout);
    }
  return 1;
}
