/* socket_send.c - hands a descriptor to the socket of a caller: --console-socket, --pidfd-socket, the seccomp agent.
 *
 * Runs in the runtime's namespaces, where the caller's path means what the caller meant. Only named sockets: an
 * abstract one could be reached from any container in the same network namespace (CVE-2020-15257). */
#include <fcntl.h>
#include <libgen.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>

#include "fd_pass.h"
#include "handover.h"
#include "mem.h"

#define SEND_SECONDS 10

/* PATH as an address. One that is too long for sun_path goes through a descriptor of its directory, *DIR. */
static int
make_address (const char *path, struct sockaddr_un *ret, int *dir, struct error **err)
{
  *ret = (struct sockaddr_un) { .sun_family = AF_UNIX };
  if (strlen (path) < sizeof ret->sun_path)
    {
      strcpy (ret->sun_path, path);
      return 0;
    }
  autofree char *for_dir = mem_strdup (path), *for_name = mem_strdup (path);
  *dir = open (dirname (for_dir), O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (*dir < 0)
    return fail_sys (err, errno, "%s: its directory", path);
  int n = snprintf (ret->sun_path, sizeof ret->sun_path, "/proc/self/fd/%d/%s", *dir, basename (for_name));
  if (n >= (int) sizeof ret->sun_path)
    return fail (err, ENAMETOOLONG, "%s: the last part of the path is too long for a socket", path);
  return 0;
}

static int
connect_to (const char *path, int *ret_sock, struct error **err)
{
  struct stat st;
  if (stat (path, &st) < 0)
    return fail_sys (err, errno, "socket %s", path);
  if (! S_ISSOCK (st.st_mode))
    return fail (err, ENOTSOCK, "socket %s: it is not a socket", path);
  autoclose int dir = -1, sock = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  struct sockaddr_un address;
  TRY (make_address (path, &address, &dir, err));
  /* Also bounds connect(): a listener that does not accept has a full queue some day. */
  struct timeval limit = { .tv_sec = SEND_SECONDS };
  if (sock < 0 || setsockopt (sock, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit) < 0)
    return fail_sys (err, errno, "socket %s", path);
  if (RETRY_EINTR (connect (sock, (struct sockaddr *) &address, sizeof address)) < 0)
    {
      if (errno == EAGAIN)
        return fail (err, ETIMEDOUT, "socket %s: nobody accepted the connection in %d seconds", path, SEND_SECONDS);
      return fail_sys (err, errno, "socket %s: connect", path);
    }
  *ret_sock = TAKE_FD (sock);
  return 0;
}

int
socket_send_fd (const char *path, const char *text, int fd, struct error **err)
{
  autoclose int sock = -1;
  TRY (connect_to (path, &sock, err));
  size_t length = strlen (text);
  ssize_t n = fd_send (sock, text, length, fd);
  if (n < 0)
    return fail_sys (err, n == -EAGAIN ? ETIMEDOUT : (int) -n, "socket %s: send a descriptor", path);
  /* The descriptor went with the first byte; the rest is text. */
  for (size_t sent = n; sent < length; sent += n)
    {
      n = RETRY_EINTR (send (sock, text + sent, length - sent, MSG_NOSIGNAL));
      if (n <= 0)
        return fail_sys (err, errno == EAGAIN ? ETIMEDOUT : errno, "socket %s: send", path);
    }
  return 0;
}
