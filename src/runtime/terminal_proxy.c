/* terminal_proxy.c - see terminal_proxy.h. In the runtime's namespaces, in the foreground of run and exec. */
#include "terminal_proxy.h"

#include <fcntl.h>
#include <sys/ioctl.h>

#define QUIET_MS 100
#define DRAIN_MS 5000

static size_t
buffer_room (const struct terminal_buffer *b)
{
  return sizeof b->bytes - b->end;
}

static bool
buffer_empty (const struct terminal_buffer *b)
{
  return b->start == b->end;
}

/* >0 bytes taken, 0 end, -errno. */
static int
fill (struct terminal_buffer *b, int fd)
{
  ssize_t n = read (fd, b->bytes + b->end, buffer_room (b));
  if (n < 0)
    return -errno;
  b->end += n;
  return n;
}

static int
empty (struct terminal_buffer *b, int fd)
{
  ssize_t n = write (fd, b->bytes + b->start, b->end - b->start);
  if (n < 0)
    return -errno;
  b->start += n;
  if (buffer_empty (b))
    b->start = b->end = 0;
  return 0;
}

static bool
is_for_later (int r)
{
  return r == -EAGAIN || r == -EINTR;
}

/* The terminal that the user sits at, if any of the standard streams is one. */
static int
host_terminal (void)
{
  static const int candidates[] = { STDERR_FILENO, STDOUT_FILENO, STDIN_FILENO };
  for (size_t i = 0; i < ARRAY_LEN (candidates); i++)
    if (isatty (candidates[i]))
      return candidates[i];
  return -1;
}

void
terminal_proxy_resize (int master)
{
  struct winsize size;
  int host = host_terminal ();
  if (master >= 0 && host >= 0 && ioctl (host, TIOCGWINSZ, &size) == 0)
    ioctl (master, TIOCSWINSZ, &size);
}

int
terminal_proxy_prepare (int master, struct error **err)
{
  struct termios settings;
  if (tcgetattr (master, &settings) < 0)
    return fail_sys (err, errno, "the container's terminal");
  /* Our own terminal, where there is one, still turns line feeds into new lines; a file is to have no carriage
   * returns. */
  settings.c_oflag &= ~ONLCR;
  if (tcsetattr (master, TCSANOW, &settings) < 0)
    return fail_sys (err, errno, "the container's terminal");
  terminal_proxy_resize (master);
  return 0;
}

/* Keys go to the container's terminal untouched. */
static int
make_raw (struct terminal_proxy *t, struct error **err)
{
  if (tcgetattr (STDIN_FILENO, &t->saved) < 0)
    return 0;
  struct termios raw = t->saved;
  cfmakeraw (&raw);
  raw.c_oflag |= OPOST;
  if (tcsetattr (STDIN_FILENO, TCSANOW, &raw) < 0)
    return fail_sys (err, errno, "standard input: make the terminal raw");
  t->raw = true;
  return 0;
}

int
terminal_proxy_start (struct terminal_proxy *t, int master, struct error **err)
{
  *t = (struct terminal_proxy) { .master = -1 };
  if (master < 0)
    return 0;
  int flags = fcntl (master, F_GETFL);
  if (flags < 0 || fcntl (master, F_SETFL, flags | O_NONBLOCK) < 0)
    return fail_sys (err, errno, "the container's terminal");
  t->master = master;
  return make_raw (t, err);
}

void
terminal_proxy_stop (struct terminal_proxy *t)
{
  if (t->raw)
    tcsetattr (STDIN_FILENO, TCSADRAIN, &t->saved);
  t->raw = false;
}

void
terminal_proxy_polls (const struct terminal_proxy *t, struct pollfd *polls)
{
  bool on = t->master >= 0;
  short master = (! buffer_empty (&t->in) ? POLLOUT : 0) | (buffer_room (&t->out) ? POLLIN : 0);
  bool input = on && ! t->input_ended && buffer_room (&t->in);
  polls[0] = (struct pollfd) { .fd = input ? STDIN_FILENO : -1, .events = POLLIN };
  polls[1] = (struct pollfd) { .fd = on && ! buffer_empty (&t->out) ? STDOUT_FILENO : -1, .events = POLLOUT };
  polls[2] = (struct pollfd) { .fd = on && master && ! t->hung_up ? t->master : -1, .events = master };
}

static void
read_master (struct terminal_proxy *t)
{
  int r = buffer_room (&t->out) ? fill (&t->out, t->master) : -EAGAIN;
  /* EIO: the last one who had the other side open has closed it. Somebody may open it again. */
  t->hung_up = r == 0 || (r < 0 && ! is_for_later (r));
}

void
terminal_proxy_serve (struct terminal_proxy *t, const struct pollfd *polls)
{
  if (polls[0].revents)
    {
      int r = fill (&t->in, STDIN_FILENO);
      t->input_ended = r == 0 || (r < 0 && ! is_for_later (r));
    }
  if (polls[1].revents)
    {
      int r = empty (&t->out, STDOUT_FILENO);
      /* Nobody reads any more: the container's output is dropped rather than the container stopped. */
      if (r < 0 && ! is_for_later (r))
        t->out.start = t->out.end = 0;
    }
  if (polls[2].revents & (POLLIN | POLLHUP | POLLERR))
    read_master (t);
  if (! buffer_empty (&t->in) && (polls[2].revents & POLLOUT))
    {
      int r = empty (&t->in, t->master);
      if (r < 0 && ! is_for_later (r))
        t->in.start = t->in.end = 0;
    }
}

void
terminal_proxy_drain (struct terminal_proxy *t)
{
  t->input_ended = true;
  t->in.start = t->in.end = 0;
  t->hung_up = false;
  while (t->master >= 0 && ! (t->hung_up && buffer_empty (&t->out)))
    {
      struct pollfd polls[TERMINAL_POLLS];
      terminal_proxy_polls (t, polls);
      bool writing = polls[1].fd >= 0;
      int r = poll (polls, TERMINAL_POLLS, writing ? DRAIN_MS : QUIET_MS);
      if (r == 0 || (r < 0 && errno != EINTR))
        return;
      if (r > 0)
        terminal_proxy_serve (t, polls);
    }
}
