/* start_socket.c - the name and the two ends of start.sock; see start_socket.h. In the runtime's namespaces. */
#include "start_socket.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

static struct sockaddr_un
start_address (const struct container *c)
{
  struct sockaddr_un a = { .sun_family = AF_UNIX };
  snprintf (a.sun_path, sizeof a.sun_path, "/proc/self/fd/%d/" START_SOCKET, c->dir_fd);
  return a;
}

int
start_socket_make (int *ret_sock, struct error **err)
{
  int sock = socket (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
  if (sock < 0)
    return fail_sys (err, errno, "start socket");
  *ret_sock = sock;
  return 0;
}

int
start_socket_bind (const struct container *c, int sock, struct error **err)
{
  struct sockaddr_un a = start_address (c);
  /* bind() gives the name the mode of the socket's inode, less the umask: there is no moment with another mode. */
  if (fchmod (sock, 0600) < 0 || bind (sock, (struct sockaddr *) &a, sizeof a) < 0 || listen (sock, 1) < 0)
    return fail_sys (err, errno, "container %s: make " START_SOCKET, c->id);
  return 0;
}

int
start_socket_connect (const struct container *c, int *ret_sock, struct error **err)
{
  struct sockaddr_un a = start_address (c);
  autoclose int sock = -1;
  TRY (start_socket_make (&sock, err));
  if (connect (sock, (struct sockaddr *) &a, sizeof a) < 0)
    return fail_sys (err, errno, "container %s: reach its waiting process", c->id);
  *ret_sock = TAKE_FD (sock);
  return 0;
}
