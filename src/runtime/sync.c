/* sync.c - packets between the runtime and the container's process; see sync.h. Runs in both; touches only the
 * socket. */
#include "sync.h"

#include <string.h>
#include <sys/socket.h>

#include "fd_pass.h"

const struct sync_rule sync_rules[] = {
#define SYNC_RULE(name, reply, from, what) [SYNC_##name] = { #name, SYNC_ANSWER_##reply, SYNC_FROM_##from },
  SYNC_MESSAGES (SYNC_RULE)
#undef SYNC_RULE
    [SYNC_REPLY] = { "REPLY", SYNC_ANSWER_none, SYNC_FROM_any },
};

/* What travels: the head, then the text without its NUL. */
struct packet
{
  uint32_t type;
  uint32_t length;
  int64_t value;
  char text[SYNC_TEXT_MAX];
};
#define PACKET_HEAD offsetof (struct packet, text)

union control
{
  char bytes[CMSG_SPACE (sizeof (int)) + CMSG_SPACE (sizeof (struct ucred))];
  struct cmsghdr align;
};

const char *
sync_name (enum sync_type type)
{
  return (size_t) type < ARRAY_LEN (sync_rules) ? sync_rules[type].name : "?";
}

int
sync_pair (int *ret_parent, int *ret_child, struct error **err)
{
  int pair[2], on = 1;
  if (socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
    return fail_sys (err, errno, "make a socket pair");
  if (setsockopt (pair[0], SOL_SOCKET, SO_PASSCRED, &on, sizeof on) < 0)
    {
      int code = errno;
      close (pair[0]);
      close (pair[1]);
      return fail_sys (err, code, "ask for credentials on a socket");
    }
  *ret_parent = pair[0];
  *ret_child = pair[1];
  return 0;
}

static void
take_control (struct msghdr *msg, struct sync_message *m)
{
  for (struct cmsghdr *c = CMSG_FIRSTHDR (msg); c; c = CMSG_NXTHDR (msg, c))
    {
      if (c->cmsg_level != SOL_SOCKET)
        continue;
      if (c->cmsg_type == SCM_RIGHTS && c->cmsg_len == CMSG_LEN (sizeof (int)))
        memcpy (&m->fd, CMSG_DATA (c), sizeof (int));
      else if (c->cmsg_type == SCM_CREDENTIALS && c->cmsg_len == CMSG_LEN (sizeof (struct ucred)))
        {
          struct ucred cred;
          memcpy (&cred, CMSG_DATA (c), sizeof cred);
          m->sender = cred.pid;
        }
    }
}

int
sync_receive (int sock, struct sync_message *m, struct error **err)
{
  struct packet packet;
  union control control;
  struct iovec iov = { .iov_base = &packet, .iov_len = sizeof packet };
  struct msghdr msg = {
    .msg_iov = &iov,
    .msg_iovlen = 1,
    .msg_control = control.bytes,
    .msg_controllen = sizeof control.bytes,
  };
  ssize_t n = RETRY_EINTR (recvmsg (sock, &msg, MSG_CMSG_CLOEXEC));
  if (n < 0 && errno != ECONNRESET)
    return fail_sys (err, errno, "receive from the other side");
  if (n <= 0)
    return 0;
  *m = (struct sync_message) { .fd = -1, .sender = -1 };
  take_control (&msg, m);
  if ((size_t) n < PACKET_HEAD || packet.length != (size_t) n - PACKET_HEAD || packet.length >= SYNC_TEXT_MAX
      || packet.type > SYNC_REPLY || msg.msg_flags & MSG_TRUNC)
    {
      close_fd (&m->fd);
      return fail (err, EPROTO, "a packet of %zd bytes is not of this protocol", n);
    }
  m->type = packet.type;
  m->value = packet.value;
  memcpy (m->text, packet.text, packet.length);
  return 1;
}

int
sync_send (int sock, enum sync_type type, int64_t value, const char *text, int fd, struct error **err)
{
  struct packet packet = { .type = type, .value = value };
  if (text)
    {
      packet.length = (uint32_t) strnlen (text, SYNC_TEXT_MAX - 1);
      memcpy (packet.text, text, packet.length);
    }
  ssize_t n = fd_send (sock, &packet, PACKET_HEAD + packet.length, fd);
  int code = (int) -n;
  /* A filter that is loaded by now may refuse sendmsg(2): that execve failed has to be told all the same. */
  if (n < 0 && code != EPIPE && fd < 0)
    n = RETRY_EINTR (write (sock, &packet, PACKET_HEAD + packet.length));
  return n < 0 ? fail_sys (err, code, "send %s to the other side", sync_name (type)) : 0;
}

/* What a seccomp filter that holds up sendmsg and recvmsg lets through: write(2) and read(2). */
static int
ask_plainly (int sock, enum sync_type type, int64_t value, struct error **err)
{
  struct packet packet = { .type = type, .value = value };
  if (RETRY_EINTR (write (sock, &packet, PACKET_HEAD)) < 0)
    return fail_sys (err, errno, "send %s to the other side", sync_name (type));
  ssize_t n = RETRY_EINTR (read (sock, &packet, sizeof packet));
  if (n < (ssize_t) PACKET_HEAD || packet.type != SYNC_REPLY || packet.length >= SYNC_TEXT_MAX)
    return fail (err, EPROTO, "%s was not answered", sync_name (type));
  packet.text[packet.length] = '\0';
  return packet.value ? fail (err, (int) packet.value, "%s", packet.text) : 0;
}

int
sync_ask (int sock, enum sync_type type, int64_t value, const char *text, int fd, int *ret_fd, struct error **err)
{
  struct sync_message m;
  if (sync_rules[type].answer == SYNC_ANSWER_plain)
    return ask_plainly (sock, type, value, err);
  TRY (sync_send (sock, type, value, text, fd, err));
  if (sync_rules[type].answer == SYNC_ANSWER_none)
    return 0;
  int r = sync_receive (sock, &m, err);
  if (r < 0)
    return r;
  autoclose int received = r ? m.fd : -1;
  if (r == 0)
    return fail (err, EPIPE, "the runtime went away before it answered %s", sync_name (type));
  if (m.type != SYNC_REPLY)
    return fail (err, EPROTO, "%s was answered with %s", sync_name (type), sync_name (m.type));
  if (m.value)
    return fail (err, (int) m.value, "%s", m.text);
  if (sync_rules[type].answer == SYNC_ANSWER_fd && received < 0)
    return fail (err, EPROTO, "%s was answered without a descriptor", sync_name (type));
  if (ret_fd)
    *ret_fd = TAKE_FD (received);
  return 0;
}
