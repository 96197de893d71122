/* attach.c - clients that see the container's output as it comes and may write to its standard input. In the monitor.
 *
 * A client that does not read holds the container up, as a terminal does: nothing of what it is to see is lost, and
 * nothing piles up here. Before the container runs, a client's input waits in its socket. */
#include <fcntl.h>
#include <sys/socket.h>

#include "monitor.h"

enum { PACKET = 8192 };

static void attachment_ready (struct watch *w, uint32_t events);
static void input_ready (struct watch *w, uint32_t events);

static bool
input_wanted (const struct monitor *m)
{
  return m->record->open_stdin.value;
}

/* What of A's socket matters now. */
static void
update_events (struct attachment *a)
{
  bool somewhere = ! input_wanted (a->m) || a->m->input.fd >= 0 || a->m->input_ended;
  bool can_take = a->input && a->held_input.len == 0 && somewhere;
  loop_change (&a->m->loop, &a->watch, (can_take ? EPOLLIN : 0) | (a->held_output.len ? EPOLLOUT : 0));
}

static void
update_all (struct monitor *m)
{
  for (struct attachment *a = m->attachments; a; a = a->next)
    update_events (a);
}

bool
attach_holds (const struct monitor *m)
{
  for (const struct attachment *a = m->attachments; a; a = a->next)
    if (a->held_output.len)
      return true;
  return false;
}

static void
attachment_free (struct attachment *a)
{
  struct monitor *m = a->m;
  for (struct attachment **p = &m->attachments; *p; p = &(*p)->next)
    if (*p == a)
      {
        *p = a->next;
        break;
      }
  loop_remove (&m->loop, &a->watch);
  text_free (&a->held_output);
  text_free (&a->held_input);
  free (a);
  if (! attach_holds (m))
    output_hold (m, false);
}

int
attach_new (struct monitor *m, bool input, int *ret_client, struct error **err)
{
  int ends[2];
  if (socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
    return fail_sys (err, errno, "attach");
  struct attachment *a = mem_alloc (sizeof *a);
  *a = (struct attachment) { .watch = { .fd = ends[0], .ready = attachment_ready }, .m = m, .input = input,
                             .next = m->attachments };
  fcntl (ends[0], F_SETFL, O_RDWR | O_NONBLOCK);
  m->attachments = a;
  loop_add (&m->loop, &a->watch);
  update_events (a);
  *ret_client = ends[1];
  return 0;
}

void
attach_close_all (struct monitor *m)
{
  while (m->attachments)
    attachment_free (m->attachments);
}

/* ---- output */

static void
send_one (struct attachment *a, int stream, const char *data, size_t n)
{
  char byte = (char) stream;
  struct iovec parts[] = { { &byte, 1 }, { (void *) data, n } };
  struct msghdr msg = { .msg_iov = parts, .msg_iovlen = ARRAY_LEN (parts) };
  if (sendmsg (a->watch.fd, &msg, MSG_NOSIGNAL | MSG_DONTWAIT) >= 0 || (errno != EAGAIN && errno != EWOULDBLOCK))
    return;
  text_add_bytes (&a->held_output, &byte, 1);
  text_add_bytes (&a->held_output, data, n);
  update_events (a);
  output_hold (a->m, true);
}

void
attach_output (struct monitor *m, int stream, const char *data, size_t n)
{
  for (size_t at = 0; at < n; at += PACKET)
    for (struct attachment *a = m->attachments; a; a = a->next)
      send_one (a, stream, data + at, n - at < PACKET ? n - at : PACKET);
}

static void
send_held (struct attachment *a)
{
  if (send (a->watch.fd, a->held_output.s, a->held_output.len, MSG_NOSIGNAL | MSG_DONTWAIT) < 0
      && (errno == EAGAIN || errno == EWOULDBLOCK))
    return;
  text_free (&a->held_output);
  update_events (a);
  if (! attach_holds (a->m))
    output_hold (a->m, false);
}

/* ---- input */

int
input_open (struct monitor *m, struct error **err)
{
  int ends[2];
  m->input_ended = false;
  if (! input_wanted (m) || m->record->tty.value)
    return 0;
  if (pipe2 (ends, O_CLOEXEC) < 0)
    return fail_sys (err, errno, "standard input");
  m->input_read_end = ends[0];
  m->input = (struct watch) { .fd = ends[1], .ready = input_ready };
  fcntl (ends[1], F_SETFL, O_WRONLY | O_NONBLOCK);
  return 0;
}

void
input_start (struct monitor *m, int terminal_fd)
{
  close_fd (&m->input_read_end);
  if (terminal_fd >= 0 && input_wanted (m))
    m->input = (struct watch) { .fd = fcntl (terminal_fd, F_DUPFD_CLOEXEC, 3), .ready = input_ready };
  if (m->input.fd >= 0)
    loop_add (&m->loop, &m->input);
  update_all (m);
}

void
input_close (struct monitor *m)
{
  close_fd (&m->input_read_end);
  loop_remove (&m->loop, &m->input);
}

/* The container closed its side, or the client says that nothing comes any more: what is sent from now on goes
 * nowhere. */
static void
end_input (struct monitor *m)
{
  static const char end_of_file = 4; /* what a terminal's VEOF is unless somebody changed it */
  if (m->record->tty.value && m->input.fd >= 0)
    {
      if (write (m->input.fd, &end_of_file, 1) < 0)
        loop_remove (&m->loop, &m->input);
      return;
    }
  m->input_ended = true;
  loop_remove (&m->loop, &m->input);
  for (struct attachment *a = m->attachments; a; a = a->next)
    text_free (&a->held_input);
  update_all (m);
}

/* Write what fits; the rest waits for room. */
static void
feed (struct attachment *a, const char *data, size_t n)
{
  struct monitor *m = a->m;
  ssize_t done = m->input.fd < 0 ? (ssize_t) n : write (m->input.fd, data, n);
  if (done < 0 && errno != EAGAIN && errno != EINTR)
    {
      end_input (m);
      return;
    }
  if (done < 0)
    done = 0;
  if ((size_t) done == n)
    return;
  text_add_bytes (&a->held_input, data + done, n - (size_t) done);
  update_events (a);
  loop_change (&m->loop, &m->input, EPOLLOUT);
}

static void
input_ready (struct watch *w, uint32_t events)
{
  struct monitor *m = WATCH_OWNER (w, struct monitor, input);
  if (! (events & EPOLLOUT))
    {
      /* Nobody can read it any more. A terminal may be opened again. */
      if (m->record->tty.value)
        loop_mute (&m->loop, w);
      else
        end_input (m);
      return;
    }
  loop_change (&m->loop, w, 0);
  for (struct attachment *a = m->attachments; a; a = a->next)
    if (a->held_input.len)
      {
        struct text held = a->held_input;
        a->held_input = (struct text) { 0 };
        feed (a, held.s, held.len);
        text_free (&held);
        update_events (a);
      }
}

static void
receive (struct attachment *a, uint32_t events)
{
  char data[PACKET];
  ssize_t n = recv (a->watch.fd, data, sizeof data, MSG_DONTWAIT);
  if (n > 0)
    feed (a, data, (size_t) n);
  else if (n == 0 && ! (events & EPOLLHUP))
    end_input (a->m);
  else if (n == 0 || (errno != EAGAIN && errno != EINTR))
    attachment_free (a);
}

static void
attachment_ready (struct watch *w, uint32_t events)
{
  struct attachment *a = WATCH_OWNER (w, struct attachment, watch);
  if (events & EPOLLOUT)
    send_held (a);
  else if (events & EPOLLIN)
    receive (a, events);
  else if (events & (EPOLLHUP | EPOLLERR) && (a->held_input.len == 0 || a->m->state == S_ENDED))
    attachment_free (a);
  else
    loop_mute (&a->m->loop, w);
}
