/* fd_recv.c - fd_recv SOCKET: takes one message of a socket that the runtime passes a descriptor by (--pidfd-socket,
 * --console-socket) and prints it: "payload TEXT", then for each descriptor "fd TARGET" and, of a pidfd,
 * "pid NUMBER". */
#include "receive.h"

static void
print_fd (int fd)
{
  char path[64], target[4096], line[256];
  snprintf (path, sizeof path, "/proc/self/fd/%d", fd);
  ssize_t n = readlink (path, target, sizeof target - 1);
  target[n < 0 ? 0 : n] = 0;
  printf ("fd %s\n", target);
  snprintf (path, sizeof path, "/proc/self/fdinfo/%d", fd);
  FILE *f = fopen (path, "re");
  while (f && fgets (line, sizeof line, f))
    if (strncmp (line, "Pid:", 4) == 0)
      printf ("pid %d\n", atoi (line + 4));
}

int
main (int argc, char **argv)
{
  char text[65536];
  int fds[RECEIVE_FDS], n;
  if (argc != 2)
    return 2;
  int s = accept (listen_at (argv[1]), NULL, NULL);
  receive (s, text, sizeof text, fds, &n);
  printf ("payload %s\n", text);
  for (int i = 0; i < n; i++)
    print_fd (fds[i]);
  return n == 0;
}
