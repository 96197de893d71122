/* receive.h - for helper programs that play the other end of a socket of the runtime's. */
#ifndef TESTS_RECEIVE_H
#define TESTS_RECEIVE_H

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define RECEIVE_FDS 16

static inline void
die (const char *what)
{
  perror (what);
  exit (1);
}

/* A listening socket at PATH, of any length; says "listening" on standard output. */
static inline int
listen_at (const char *path)
{
  struct sockaddr_un a = { .sun_family = AF_UNIX };
  char *dir = strdup (path), *slash = strrchr (dir, '/');
  const char *base = slash ? slash + 1 : dir;
  int s = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (slash)
    {
      *slash = 0;
      if (chdir (*dir ? dir : "/") < 0)
        die (dir);
    }
  if (s < 0 || strlen (base) >= sizeof a.sun_path)
    die (path);
  strcpy (a.sun_path, base);
  unlink (base);
  if (bind (s, (struct sockaddr *) &a, sizeof a) < 0 || listen (s, 8) < 0)
    die (path);
  puts ("listening");
  fflush (stdout);
  free (dir);
  return s;
}

/* One message: its bytes (NUL-terminated) and descriptors. Returns the number of bytes. */
static inline ssize_t
receive (int sock, char *text, size_t size, int fds[RECEIVE_FDS], int *n_fds)
{
  union { struct cmsghdr h; char space[CMSG_SPACE (RECEIVE_FDS * sizeof (int))]; } control;
  struct iovec iov = { text, size - 1 };
  struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control };
  ssize_t n = recvmsg (sock, &m, MSG_CMSG_CLOEXEC);
  if (n < 0)
    die ("recvmsg");
  text[n] = 0;
  *n_fds = 0;
  for (struct cmsghdr *c = CMSG_FIRSTHDR (&m); c; c = CMSG_NXTHDR (&m, c))
    if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS)
      {
        int count = (int) ((c->cmsg_len - CMSG_LEN (0)) / sizeof (int));
        memcpy (fds + *n_fds, CMSG_DATA (c), (size_t) count * sizeof (int));
        *n_fds += count;
      }
  return n;
}

#endif
