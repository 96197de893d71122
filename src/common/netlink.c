/* netlink.c - see netlink.h. Knows messages, not containers; in whichever network namespace the socket was made. */
#include "netlink.h"

#include <sys/socket.h>
#include <sys/time.h>

#include "mem.h"

#define ANSWER_SIZE 32768

int
netlink_open (int protocol, int *ret_sock, struct error **err)
{
  struct timeval limit = { .tv_sec = 10 };
  autoclose int sock = socket (AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol);
  if (sock < 0 || setsockopt (sock, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) < 0)
    return fail_sys (err, errno, "netlink");
  *ret_sock = TAKE_FD (sock);
  return 0;
}

void
netlink_begin (struct netlink_request *r, int type, int flags, const void *fixed, size_t n)
{
  memset (r, 0, sizeof *r);
  r->head = (struct nlmsghdr) {
    .nlmsg_len = NLMSG_LENGTH (n),
    .nlmsg_type = type,
    .nlmsg_flags = NLM_F_REQUEST | flags,
  };
  memcpy (NLMSG_DATA (&r->head), fixed, n);
}

int
netlink_add (struct netlink_request *r, int type, const void *data, size_t n)
{
  size_t at = NLMSG_ALIGN (r->head.nlmsg_len);
  if (at + RTA_SPACE (n) > sizeof r->bytes)
    return -EMSGSIZE;
  struct rtattr *a = (struct rtattr *) (r->bytes + at);
  *a = (struct rtattr) { .rta_type = type, .rta_len = RTA_LENGTH (n) };
  if (n)
    memcpy (RTA_DATA (a), data, n);
  r->head.nlmsg_len = at + RTA_LENGTH (n);
  return 0;
}

int
netlink_nest (struct netlink_request *r, int type, const void *fixed, size_t n)
{
  int start = NLMSG_ALIGN (r->head.nlmsg_len);
  TRY (netlink_add (r, type, fixed, n));
  return start;
}

void
netlink_nest_end (struct netlink_request *r, int start)
{
  ((struct rtattr *) (r->bytes + start))->rta_len = r->head.nlmsg_len - start;
}

/* One datagram's messages. 1: the answer is complete; 0: more to come; -errno. */
static int
take_messages (const struct nlmsghdr *m, size_t n, void (*take) (const struct nlmsghdr *, void *), void *arg)
{
  for (; NLMSG_OK (m, n); m = NLMSG_NEXT (m, n))
    {
      if (m->nlmsg_type == NLMSG_DONE)
        return 1;
      if (m->nlmsg_type == NLMSG_ERROR)
        {
          int code = m->nlmsg_len >= NLMSG_LENGTH (sizeof code) ? *(const int *) NLMSG_DATA (m) : -EPROTO;
          return code ? code : 1;
        }
      if (take)
        take (m, arg);
    }
  return 0;
}

int
netlink_talk (int sock, struct netlink_request *r, void (*take) (const struct nlmsghdr *, void *), void *arg)
{
  autofree char *answer = mem_alloc (ANSWER_SIZE);
  /* Two bits, which mean other things in requests that change something. */
  if ((r->head.nlmsg_flags & NLM_F_DUMP) != NLM_F_DUMP)
    r->head.nlmsg_flags |= NLM_F_ACK;
  if (send (sock, r, r->head.nlmsg_len, 0) < 0)
    return -errno;
  for (;;)
    {
      ssize_t n = RETRY_EINTR (recv (sock, answer, ANSWER_SIZE, 0));
      if (n < 0)
        return errno == EAGAIN ? -ETIMEDOUT : -errno;
      int done = take_messages ((struct nlmsghdr *) answer, n, take, arg);
      if (done)
        return done < 0 ? done : 0;
    }
}

const struct rtattr *
netlink_find (const struct rtattr *attr, size_t n, int type)
{
  for (; RTA_OK (attr, n); attr = RTA_NEXT (attr, n))
    if ((attr->rta_type & NLA_TYPE_MASK) == type)
      return attr;
  return NULL;
}
