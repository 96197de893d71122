/* seccomp_agent.c - seccomp_agent SOCKET [ERRNO]: a seccomp agent. Prints "state TEXT" (the container process state)
 * and "fds NUMBER", then for each notification "notify SYSTEM-CALL" and answers: goes on, or fails with ERRNO. Ends
 * when the filter has no more users. */
#include <errno.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sys/ioctl.h>

#include "receive.h"

static void
serve (int listener, int error)
{
  struct pollfd p = { .fd = listener, .events = POLLIN };
  while (poll (&p, 1, -1) > 0 && ! (p.revents & POLLHUP))
    {
      struct seccomp_notif n = { 0 };
      if (ioctl (listener, SECCOMP_IOCTL_NOTIF_RECV, &n) < 0)
        {
          if (errno == ENOENT || errno == EINTR)
            continue;
          die ("SECCOMP_IOCTL_NOTIF_RECV");
        }
      printf ("notify %d\n", n.data.nr);
      fflush (stdout);
      struct seccomp_notif_resp r = { .id = n.id, .error = -error,
                                      .flags = error ? 0 : SECCOMP_USER_NOTIF_FLAG_CONTINUE };
      if (ioctl (listener, SECCOMP_IOCTL_NOTIF_SEND, &r) < 0 && errno != ENOENT)
        die ("SECCOMP_IOCTL_NOTIF_SEND");
    }
}

int
main (int argc, char **argv)
{
  char text[65536];
  int fds[RECEIVE_FDS], n;
  if (argc < 2)
    return 2;
  int s = accept (listen_at (argv[1]), NULL, NULL);
  receive (s, text, sizeof text, fds, &n);
  printf ("state %s\nfds %d\n", text, n);
  fflush (stdout);
  if (n > 0)
    serve (fds[0], argc > 2 ? atoi (argv[2]) : 0);
  return n == 0;
}
