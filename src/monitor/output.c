/* output.c - the container's output: from two FIFOs, or a terminal, to the log and to whoever is attached.
 *
 * FIFOs below RUN and not pipes, and the container has them open for reading, too: when the monitor is killed, the
 * container's writes do not fail, and another monitor can open them again. They fill up, though: without a monitor a
 * container that goes on writing waits after 64 KiB. */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "clock.h"
#include "monitor.h"

enum
{
  ATTACH_PACKET = 8192,
  MEMORY = N_OUTPUTS * LOG_LINE_MAX + LOG_ROOM,
  CONSOLE_WAIT = 10, /* s */
  TURN = 4,          /* ms */
};

static const char *const fifo_names[N_OUTPUTS] = { "stdout", "stderr" };

static void output_ready (struct watch *w, uint32_t events);

static bool
is_logged (const struct monitor *m)
{
  const struct record_LogSettings *l = m->record->logging;
  return ! (l && l->driver && streq (l->driver, "none"));
}

/* Mapped and not allocated, so that it can be given back while nothing is printed: a monitor is idle most of its
 * life. */
static int
memory_open (struct monitor *m, struct error **err)
{
  const struct record_LogSettings *l = m->record->logging;
  if (! m->memory)
    {
      void *p = mmap (NULL, MEMORY, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
      if (p == MAP_FAILED)
        return fail_sys (err, errno, "memory for the log");
      m->memory = p;
      m->log = (struct log_file) { .fd = -1, .dirfd = m->bundle_fd, .room = m->memory + N_OUTPUTS * LOG_LINE_MAX,
                                   .max_size = l ? l->max_size.value : 0,
                                   .max_files = l ? (unsigned) l->max_files.value : 0 };
    }
  return is_logged (m) && m->log.fd < 0 ? log_file_open (&m->log, err) : 0;
}

static void
output_init (struct monitor *m, unsigned i, int fd)
{
  m->outputs[i] = (struct output) {
    .watch = { .fd = fd, .events = EPOLLIN, .ready = output_ready },
    .m = m,
    .name = fifo_names[i],
    .number = (int) i + 1,
    .line = m->memory + i * LOG_LINE_MAX,
  };
}

static int
open_fifo (struct monitor *m, unsigned i, struct error **err)
{
  int fd = openat (m->run_fd, fifo_names[i], O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0)
    return fail_sys (err, errno, "open %s/%s", m->run, fifo_names[i]);
  output_init (m, i, fd);
  return 0;
}

static int
make_fifo (struct monitor *m, unsigned i, struct error **err)
{
  unlinkat (m->run_fd, fifo_names[i], 0);
  if (mkfifoat (m->run_fd, fifo_names[i], 0600) < 0)
    return fail_sys (err, errno, "make %s/%s", m->run, fifo_names[i]);
  TRY (open_fifo (m, i, err));
  m->write_ends[i] = openat (m->run_fd, fifo_names[i], O_RDWR | O_NOFOLLOW | O_CLOEXEC);
  return m->write_ends[i] < 0 ? fail_sys (err, errno, "open %s/%s", m->run, fifo_names[i]) : 0;
}

static int
open_console (struct monitor *m, struct error **err)
{
  struct sockaddr_un a = { .sun_family = AF_UNIX };
  autoclose int fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  unlinkat (m->run_fd, "console", 0);
  snprintf (a.sun_path, sizeof a.sun_path, "/proc/self/fd/%d/console", m->run_fd);
  if (fd < 0 || bind (fd, (struct sockaddr *) &a, sizeof a) < 0 || listen (fd, 1) < 0)
    return fail_sys (err, errno, "socket for the container's terminal");
  m->console_fd = TAKE_FD (fd);
  return 0;
}

int
output_open (struct monitor *m, struct error **err)
{
  TRY (memory_open (m, err));
  if (m->record->tty.value)
    return open_console (m, err);
  for (unsigned i = 0; i < N_OUTPUTS; i++)
    TRY (make_fifo (m, i, err));
  return 0;
}

int
output_adopt (struct monitor *m, struct error **err)
{
  TRY (memory_open (m, err));
  for (unsigned i = 0; i < N_OUTPUTS && ! m->record->tty.value; i++)
    TRY (open_fifo (m, i, err));
  return 0;
}

static int
receive_terminal (int sock)
{
  char byte[256];
  struct iovec iov = { .iov_base = byte, .iov_len = sizeof byte };
  union { struct cmsghdr head; char room[CMSG_SPACE (sizeof (int))]; } control;
  struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control };
  ssize_t n = RETRY_EINTR (recvmsg (sock, &msg, MSG_CMSG_CLOEXEC));
  struct cmsghdr *c = n > 0 ? CMSG_FIRSTHDR (&msg) : NULL;
  int fd;
  if (! c || c->cmsg_type != SCM_RIGHTS || c->cmsg_len != CMSG_LEN (sizeof fd))
    return -EPROTO;
  memcpy (&fd, CMSG_DATA (c), sizeof fd);
  return fd;
}

int
output_terminal (struct monitor *m, struct error **err)
{
  struct timeval limit = { .tv_sec = CONSOLE_WAIT };
  autoclose int listening = TAKE_FD (m->console_fd);
  unlinkat (m->run_fd, "console", 0);
  setsockopt (listening, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  autoclose int sock = accept4 (listening, NULL, NULL, SOCK_CLOEXEC);
  if (sock < 0)
    return fail_sys (err, errno, "the container's terminal");
  setsockopt (sock, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  int fd = receive_terminal (sock);
  if (fd < 0)
    return fail_sys (err, -fd, "the container's terminal");
  fcntl (fd, F_SETFL, O_RDWR | O_NONBLOCK);
  output_init (m, 0, fd);
  return 0;
}

void
output_start (struct monitor *m)
{
  for (unsigned i = 0; i < N_OUTPUTS; i++)
    {
      close_fd (&m->write_ends[i]);
      if (m->outputs[i].watch.fd >= 0)
        loop_add (&m->loop, &m->outputs[i].watch);
    }
}

bool
output_open_still (const struct monitor *m)
{
  return m->outputs[0].watch.fd >= 0 || m->outputs[1].watch.fd >= 0;
}

static void
log_line_of (struct output *o, const char *time, const char *data, size_t n, bool partial)
{
  if (is_logged (o->m))
    log_file_add (&o->m->log, time, o->name, data, n, partial);
}

static void
end_output (struct output *o)
{
  char time[RECORD_TIME_SIZE];
  record_time (time);
  if (o->length)
    log_line_of (o, time, o->line, o->length, true);
  log_file_flush (&o->m->log);
  o->length = 0;
  loop_remove (&o->m->loop, &o->watch);
}

void
output_close (struct monitor *m)
{
  for (unsigned i = 0; i < N_OUTPUTS; i++)
    {
      if (m->outputs[i].watch.fd >= 0)
        end_output (&m->outputs[i]);
      close_fd (&m->write_ends[i]);
    }
  close_fd (&m->console_fd);
  log_file_close (&m->log);
}

void
output_hold (struct monitor *m, bool hold)
{
  for (unsigned i = 0; i < N_OUTPUTS; i++)
    loop_change (&m->loop, &m->outputs[i].watch, hold ? 0 : EPOLLIN);
}

/* Log the whole lines of O's buffer; what is left comes to its front. */
static void
split_lines (struct output *o)
{
  char time[RECORD_TIME_SIZE];
  char *start = o->line, *end = o->line + o->length, *newline;
  record_time (time);
  while ((newline = memchr (start, '\n', (size_t) (end - start))))
    {
      log_line_of (o, time, start, (size_t) (newline - start), false);
      start = newline + 1;
    }
  size_t left = (size_t) (end - start);
  if (left == LOG_LINE_MAX)
    {
      size_t n = log_cut (start, left);
      log_line_of (o, time, start, n, true);
      start += n;
      left -= n;
    }
  memmove (o->line, start, left);
  o->length = left;
}

/* Nothing waits to be logged: the pages are the kernel's again. */
static void
memory_release (struct monitor *m)
{
  if (m->outputs[0].length == 0 && m->outputs[1].length == 0)
    madvise (m->memory, MEMORY, MADV_DONTNEED);
}

/* Read until there is nothing more, or somebody attached is slow; false at the end of the output. */
static bool
take (struct output *o)
{
  struct monitor *m = o->m;
  /* So long, so that a container that prints without end does not keep us from other things: a log of tiny files makes
   * each line cost a renaming. */
  for (int64_t end = clock_ms () + TURN; ! attach_holds (m) && clock_ms () < end;)
    {
      size_t room = LOG_LINE_MAX - o->length;
      if (m->attachments && room > ATTACH_PACKET)
        room = ATTACH_PACKET;
      ssize_t n = read (o->watch.fd, o->line + o->length, room);
      if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return true;
      /* EIO: the other side of a terminal was closed. */
      if (n <= 0)
        return false;
      attach_output (m, o->number + 1, o->line + o->length, (size_t) n);
      o->length += (size_t) n;
      split_lines (o);
    }
  return true;
}

static void
output_ready (struct watch *w, uint32_t events UNUSED)
{
  struct output *o = WATCH_OWNER (w, struct output, watch);
  struct monitor *m = o->m;
  if (attach_holds (m))
    {
      /* Held, and yet called: it hung up. The rest stays in the FIFO until the slow client has taken what it was
       * sent. */
      loop_mute (&m->loop, w);
      return;
    }
  bool more = take (o);
  log_file_flush (&m->log);
  if (! more)
    {
      end_output (o);
      if (! output_open_still (m))
        machine_event (m, EV_DRAINED, NULL, NULL);
    }
  memory_release (m);
}
