/* fd_pass.c - see fd_pass.h. In any process. */
#include "fd_pass.h"

#include <sys/socket.h>

ssize_t
fd_send (int sock, const void *data, size_t n, int fd)
{
  struct iovec bytes = { .iov_base = (void *) data, .iov_len = n };
  union
  {
    struct cmsghdr head;
    char room[CMSG_SPACE (sizeof fd)];
  } control = { 0 };
  struct msghdr m = { .msg_iov = &bytes, .msg_iovlen = 1 };
  if (fd >= 0)
    {
      m.msg_control = &control;
      m.msg_controllen = sizeof control;
      *CMSG_FIRSTHDR (&m) = (struct cmsghdr) {
        .cmsg_level = SOL_SOCKET,
        .cmsg_type = SCM_RIGHTS,
        .cmsg_len = CMSG_LEN (sizeof fd),
      };
      memcpy (CMSG_DATA (CMSG_FIRSTHDR (&m)), &fd, sizeof fd);
    }
  ssize_t sent = RETRY_EINTR (sendmsg (sock, &m, MSG_NOSIGNAL));
  return sent < 0 ? -errno : sent;
}
