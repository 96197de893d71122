/* notify.c - see notify.h. In the runtime's namespaces; the proxy is a process of its own, without any of the caller's
 * descriptors, that ends when the container is ready or gone. */
#include "fd_pass.h"
#include "notify.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>

#include "log.h"
#include "mem.h"

#define BARRIER_MS 30000

int
notify_make_dir (const struct container *c, struct error **err)
{
  /* Others cannot get here, since ROOT/ID is 0700; the container's user has to. */
  if (mkdirat (c->dir_fd, NOTIFY_DIR, 0755) < 0 || fchmodat (c->dir_fd, NOTIFY_DIR, 0755, 0) < 0)
    return fail_sys (err, errno, "container %s: make its directory for NOTIFY_SOCKET", c->id);
  return 0;
}

int
notify_bind (const struct container *c, int *ret_sock, struct error **err)
{
  struct sockaddr_un a = { .sun_family = AF_UNIX };
  snprintf (a.sun_path, sizeof a.sun_path, "/proc/self/fd/%d/" NOTIFY_DIR "/" NOTIFY_FILE, c->dir_fd);
  autoclose int sock = socket (AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  /* A start that failed before the container was released may have left it. */
  unlinkat (c->dir_fd, NOTIFY_DIR "/" NOTIFY_FILE, 0);
  if (sock < 0 || bind (sock, (struct sockaddr *) &a, sizeof a) < 0
      || fchmodat (c->dir_fd, NOTIFY_DIR "/" NOTIFY_FILE, 0777, 0) < 0)
    return fail_sys (err, errno, "container %s: make its NOTIFY_SOCKET", c->id);
  *ret_sock = TAKE_FD (sock);
  return 0;
}

static int
connect_host (const char *host_socket, int *ret_sock, struct error **err)
{
  struct sockaddr_un a = { .sun_family = AF_UNIX };
  size_t n = strlen (host_socket);
  if (n == 0 || n >= sizeof a.sun_path || (*host_socket != '/' && *host_socket != '@'))
    return fail (err, EINVAL, "NOTIFY_SOCKET=%s: a path or @name of up to %zu bytes is expected", host_socket,
                 sizeof a.sun_path - 1);
  memcpy (a.sun_path, host_socket, n);
  if (*host_socket == '@')
    a.sun_path[0] = '\0';
  autoclose int sock = socket (AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (sock < 0 || connect (sock, (struct sockaddr *) &a, offsetof (struct sockaddr_un, sun_path) + n) < 0)
    return fail_sys (err, errno, "NOTIFY_SOCKET=%s", host_socket);
  *ret_sock = TAKE_FD (sock);
  return 0;
}

/* sd_notify_barrier(3): the manager closes the descriptor when it has read everything before. */
static int
barrier (int host, struct error **err)
{
  int ends[2];
  if (pipe2 (ends, O_CLOEXEC) < 0)
    return fail_sys (err, errno, "NOTIFY_SOCKET: make a pipe");
  autoclose int reader = ends[0], writer = ends[1];
  ssize_t n = fd_send (host, "BARRIER=1", strlen ("BARRIER=1"), writer);
  if (n < 0)
    return fail_sys (err, (int) -n, "NOTIFY_SOCKET: send");
  close_fd (&writer);
  struct pollfd p = { .fd = reader };
  RETRY_EINTR (poll (&p, 1, BARRIER_MS));
  return 0;
}

static int
tell_host (const char *host_socket, const char *ready, pid_t pid, struct error **err)
{
  autoclose int host = -1;
  TRY (connect_host (host_socket, &host, err));
  char main_pid[32];
  snprintf (main_pid, sizeof main_pid, "MAINPID=%d", pid);
  if (send (host, ready, strlen (ready), MSG_NOSIGNAL) < 0
      || send (host, main_pid, strlen (main_pid), MSG_NOSIGNAL) < 0)
    return fail_sys (err, errno, "NOTIFY_SOCKET=%s: send", host_socket);
  return barrier (host, err);
}

/* Is there a line READY=...? It is then left alone in TEXT. */
static char *
find_ready (char *text)
{
  char *save;
  for (char *line = strtok_r (text, "\n", &save); line; line = strtok_r (NULL, "\n", &save))
    if (after_prefix (line, "READY="))
      return line;
  return NULL;
}

int
notify_proxy (int sock, const char *host_socket, pid_t pid, int pidfd, struct error **err)
{
  for (;;)
    {
      struct pollfd p[] = { { .fd = sock, .events = POLLIN }, { .fd = pidfd, .events = POLLIN } };
      if (poll (p, ARRAY_LEN (p), -1) < 0 && errno != EINTR)
        return fail_sys (err, errno, "NOTIFY_SOCKET: wait");
      char text[4097];
      /* Descriptors that come along are dropped by the kernel, as there is no room for them: that also answers a
       * container's own barrier. */
      ssize_t n = recv (sock, text, sizeof text - 1, MSG_DONTWAIT);
      if (n < 0 && p[1].revents)
        return 0;
      if (n <= 0)
        continue;
      text[n] = '\0';
      const char *ready = find_ready (text);
      if (ready)
        return tell_host (host_socket, ready, pid, err);
    }
}

/* Only SOCK and PIDFD stay open, as 3 and 4; the standard streams, which the caller's caller may wait on, are not
 * ours. */
static int
leave_caller (int sock, int pidfd)
{
  int null = open ("/dev/null", O_RDWR | O_CLOEXEC);
  if (null < 0 || setsid () < 0)
    return -errno;
  for (int i = 0; i < 3; i++)
    if (dup2 (null, i) < 0)
      return -errno;
  int high_sock = fcntl (sock, F_DUPFD_CLOEXEC, 5), high_pidfd = fcntl (pidfd, F_DUPFD_CLOEXEC, 5);
  if (dup3 (high_sock, 3, O_CLOEXEC) < 0 || dup3 (high_pidfd, 4, O_CLOEXEC) < 0)
    return -errno;
  /* From Linux 5.9 on. Before, the rest stays open until the container is ready. */
  syscall (SYS_close_range, 5, ~0u, 0);
  return 0;
}

int
notify_spawn (int sock, const char *host_socket, pid_t pid, int pidfd, struct error **err)
{
  pid_t child = fork ();
  if (child < 0)
    return fail_sys (err, errno, "NOTIFY_SOCKET: fork");
  if (child > 0)
    return 0;
  if (leave_caller (sock, pidfd) < 0)
    _exit (1);
  _exit (notify_proxy (3, host_socket, pid, 4, NULL) < 0);
}
