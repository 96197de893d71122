/* requests.c - whoever speaks to the monitor: connections, packets, and the requests that do not depend on the
 * container's life (the others are events of machine.c). Peers are our user or root. */
#include <fcntl.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "fd_pass.h"
#include "monitor.h"

#define PACKET_HEAD offsetof (struct monitor_packet, text)

static void connection_ready (struct watch *w, uint32_t events);

/* ---- replies */

static void
send_answer (struct connection *c, struct monitor_packet *p, const char *text, int fd)
{
  size_t n = text ? strnlen (text, MONITOR_TEXT - 1) : 0;
  memcpy (p->text, text ? text : "", n);
  p->length = (uint32_t) n;
  c->waiting &= ~(1u << p->type);
  /* Who does not read his answers has no room for them and gets none. */
  fd_send (c->watch.fd, p, PACKET_HEAD + n, fd);
}

void
answer (struct connection *c, enum monitor_request type, int64_t value)
{
  struct monitor_packet p = { .type = type, .value = value };
  send_answer (c, &p, NULL, -1);
}

void
answer_error (struct connection *c, enum monitor_request type, int code, const char *text)
{
  struct monitor_packet p = { .type = type, .error = code };
  send_answer (c, &p, text, -1);
}

void
answer_waiting (struct monitor *m, enum monitor_request type, int code, int64_t value, const char *text)
{
  for (struct connection *c = m->connections; c; c = c->next)
    if (c->waiting & 1u << type)
      {
        struct monitor_packet p = { .type = type, .error = code, .value = value };
        send_answer (c, &p, text, -1);
      }
}

/* ---- connections */

static void
connection_free (struct connection *c)
{
  struct monitor *m = c->m;
  for (struct connection **p = &m->connections; *p; p = &(*p)->next)
    if (*p == c)
      {
        *p = c->next;
        break;
      }
  loop_remove (&m->loop, &c->watch);
  bool first = m->first == c;
  if (first)
    m->first = NULL;
  free (c);
  if (first)
    machine_event (m, EV_HANGUP, NULL, NULL);
}

int
connection_new (struct monitor *m, int fd)
{
  struct connection *c = mem_alloc (sizeof *c);
  *c = (struct connection) {
    .watch = { .fd = fd, .events = machine_is_busy (m) ? 0 : EPOLLIN, .ready = connection_ready },
    .m = m,
    .next = m->connections,
  };
  fcntl (fd, F_SETFL, O_RDWR | O_NONBLOCK);
  int r = loop_add (&m->loop, &c->watch);
  if (r < 0)
    {
      close_fd (&fd);
      free (c);
      return r;
    }
  m->connections = c;
  return 0;
}

void
requests_hold (struct monitor *m, bool hold)
{
  for (struct connection *c = m->connections; c; c = c->next)
    loop_change (&m->loop, &c->watch, hold ? 0 : EPOLLIN);
}

static bool
peer_is_trusted (int fd)
{
  struct ucred peer;
  socklen_t size = sizeof peer;
  return getsockopt (fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && (peer.uid == geteuid () || peer.uid == 0);
}

static void
control_ready (struct watch *w, uint32_t events UNUSED)
{
  struct monitor *m = WATCH_OWNER (w, struct monitor, control);
  int fd = accept4 (w->fd, NULL, NULL, SOCK_CLOEXEC);
  if (fd < 0)
    return;
  if (peer_is_trusted (fd))
    connection_new (m, fd);
  else
    close_fd (&fd);
}

int
control_open (struct monitor *m, struct error **err)
{
  struct sockaddr_un a = { .sun_family = AF_UNIX };
  autoclose int fd = socket (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  unlinkat (m->run_fd, CONTAINER_CONTROL, 0);
  snprintf (a.sun_path, sizeof a.sun_path, "/proc/self/fd/%d/" CONTAINER_CONTROL, m->run_fd);
  if (fd < 0 || bind (fd, (struct sockaddr *) &a, sizeof a) < 0 || listen (fd, 16) < 0)
    return fail_sys (err, errno, "socket %s/" CONTAINER_CONTROL, m->run);
  m->control = (struct watch) { .fd = TAKE_FD (fd), .events = EPOLLIN, .ready = control_ready };
  int r = loop_add (&m->loop, &m->control);
  return r < 0 ? fail_sys (err, -r, "socket %s/" CONTAINER_CONTROL, m->run) : 0;
}

/* ---- requests that are the same at any time */

static void
take_file (struct monitor *m, struct connection *c, const struct monitor_packet *p, int fd)
{
  autoerror struct error *err = NULL;
  int r = memory_file_make (m, p, fd, &err);
  if (r < 0)
    answer_error (c, MONITOR_FILE, -r, error_text (err));
  else
    answer (c, MONITOR_FILE, 0);
}

static void
take_attach (struct monitor *m, struct connection *c, const struct monitor_packet *p, int fd UNUSED)
{
  autoerror struct error *err = NULL;
  autoclose int client = -1;
  int r = attach_new (m, p->value == 1, &client, &err);
  struct monitor_packet reply = { .type = MONITOR_ATTACH, .error = r < 0 ? -r : 0 };
  send_answer (c, &reply, r < 0 ? error_text (err) : NULL, client);
}

static void
take_resize (struct monitor *m, struct connection *c, const struct monitor_packet *p, int fd UNUSED)
{
  struct winsize size = { .ws_row = (unsigned short) (p->value >> 16), .ws_col = (unsigned short) p->value };
  if (! m->record->tty.value || m->outputs[0].watch.fd < 0)
    answer_error (c, MONITOR_RESIZE, ENOTTY, "the container has no terminal now");
  else if (ioctl (m->outputs[0].watch.fd, TIOCSWINSZ, &size) < 0)
    answer_error (c, MONITOR_RESIZE, errno, strerror (errno));
  else
    answer (c, MONITOR_RESIZE, 0);
}

static void
take_reopen (struct monitor *m, struct connection *c, const struct monitor_packet *p UNUSED, int fd UNUSED)
{
  autoerror struct error *err = NULL;
  int r = 0;
  if (m->log.fd >= 0)
    {
      log_file_close (&m->log);
      r = log_file_open (&m->log, &err);
    }
  if (r < 0)
    answer_error (c, MONITOR_REOPEN, -r, error_text (err));
  else
    answer (c, MONITOR_REOPEN, 0);
}

static const struct
{
  void (*take) (struct monitor *m, struct connection *c, const struct monitor_packet *p, int fd);
  enum event event; /* if there is no TAKE */
} requests[] = {
  [MONITOR_READY] = { NULL, N_EVENTS }, /* a reply only */
  [MONITOR_FILE] = { take_file },
  [MONITOR_START] = { NULL, EV_START },
  [MONITOR_STOP] = { NULL, EV_STOP },
  [MONITOR_KILL] = { NULL, EV_KILL },
  [MONITOR_RESTART] = { NULL, EV_RESTART },
  [MONITOR_PAUSE] = { NULL, EV_PAUSE },
  [MONITOR_RESUME] = { NULL, EV_RESUME },
  [MONITOR_WAIT] = { NULL, EV_WAIT },
  [MONITOR_ATTACH] = { take_attach },
  [MONITOR_RESIZE] = { take_resize },
  [MONITOR_REOPEN] = { take_reopen },
  [MONITOR_RELEASE] = { NULL, EV_RELEASE },
};

/* N bytes of packet; the descriptor that came with it, if any, in *RET_FD. */
static ssize_t
receive_packet (int sock, struct monitor_packet *p, int *ret_fd)
{
  struct iovec iov = { .iov_base = p, .iov_len = sizeof *p };
  union { struct cmsghdr head; char room[CMSG_SPACE (sizeof (int))]; } control;
  struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control };
  ssize_t n = recvmsg (sock, &msg, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
  struct cmsghdr *c = n >= 0 ? CMSG_FIRSTHDR (&msg) : NULL;
  if (c && c->cmsg_type == SCM_RIGHTS && c->cmsg_len == CMSG_LEN (sizeof *ret_fd))
    memcpy (ret_fd, CMSG_DATA (c), sizeof *ret_fd);
  return n;
}

static bool
packet_is_whole (struct monitor_packet *p, size_t n)
{
  if (n < PACKET_HEAD || p->length != n - PACKET_HEAD || p->length >= MONITOR_TEXT || p->type >= ARRAY_LEN (requests)
      || p->type == MONITOR_READY)
    return false;
  p->text[p->length] = '\0';
  return true;
}

static void
connection_ready (struct watch *w, uint32_t events)
{
  struct connection *c = WATCH_OWNER (w, struct connection, watch);
  struct monitor *m = c->m;
  struct monitor_packet p;
  autoclose int fd = -1;
  ssize_t n = events & EPOLLIN ? receive_packet (w->fd, &p, &fd) : 0;
  if (n < 0 && (errno == EAGAIN || errno == EINTR))
    return;
  /* Whoever does not speak as agreed is not listened to. */
  if (n <= 0 || ! packet_is_whole (&p, (size_t) n))
    {
      connection_free (c);
      return;
    }
  if (loop_is_set (&m->loop, TIMER_IDLE))
    loop_set (&m->loop, TIMER_IDLE, IDLE_TIME);
  if (requests[p.type].take)
    requests[p.type].take (m, c, &p, fd);
  else
    machine_event (m, requests[p.type].event, c, &p);
}
