/* console_recv.c - console_recv SOCKET [FILE]: the receiver of a console socket. Says "listening", takes one terminal,
 * says "got NAME" with the payload, then copies what the terminal prints to FILE (default: standard output) and
 * standard input to the terminal, until the terminal hangs up. -n as the first argument: accept, and never read
 * anything. */
#include <errno.h>
#include <poll.h>
#include <stdbool.h>

#include "receive.h"

static void
copy (int terminal, int out)
{
  char buffer[65536];
  bool input = true;
  for (;;)
    {
      struct pollfd p[2] = { { .fd = terminal, .events = POLLIN }, { .fd = input ? 0 : -1, .events = POLLIN } };
      if (poll (p, 2, -1) < 0 && errno != EINTR)
        die ("poll");
      if (p[0].revents)
        {
          ssize_t n = read (terminal, buffer, sizeof buffer);
          if (n <= 0)
            return;
          if (write (out, buffer, (size_t) n) != n)
            die ("write");
        }
      if (p[1].revents)
        {
          ssize_t n = read (0, buffer, sizeof buffer);
          input = n > 0;
          if (n > 0 && write (terminal, buffer, (size_t) n) != n)
            die ("terminal");
        }
    }
}

int
main (int argc, char **argv)
{
  bool never = argc > 1 && strcmp (argv[1], "-n") == 0;
  argv += never;
  argc -= never;
  if (argc < 2)
    return 2;
  int out = 1;
  if (argc > 2 && (out = open (argv[2], O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)) < 0)
    die (argv[2]);
  int l = listen_at (argv[1]), s = accept (l, NULL, NULL), fds[RECEIVE_FDS], n;
  char text[4096];
  if (never)
    pause ();
  receive (s, text, sizeof text, fds, &n);
  printf ("got %s\n", text);
  fflush (stdout);
  if (n != 1)
    {
      fprintf (stderr, "%d descriptors instead of one\n", n);
      return 1;
    }
  copy (fds[0], out);
  return 0;
}
