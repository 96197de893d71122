/* attach_session.c - see attach_session.h. In perry-compose, in the foreground: one poll() for our input, the
 * container's output and signals (signalfd). Our own streams stay blocking: others may share them. */
#include "attach_session.h"

#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <termios.h>

#include "detach_keys.h"
#include "fs.h"

enum
{
  PACKET = 8192,
  REQUEST_TIMEOUT = 5000,
};

struct session
{
  const struct attach_session *s;
  struct detach_keys keys;
  bool raw, input_open, detached, ended;
  struct termios saved;
  sigset_t saved_mask;
  int signal_fd;
  char pending[PACKET + 16]; /* typed, not sent yet */
  size_t n_pending;
};

int
attach_open (int control, bool input, int *ret_client, struct error **err)
{
  struct monitor_call call = { .type = MONITOR_ATTACH, .value = input, .fd = -1, .timeout = REQUEST_TIMEOUT };
  struct monitor_answer answer = { .fd = -1 };
  TRY (monitor_call (control, &call, &answer, err));
  if (answer.fd < 0)
    return fail (err, EPROTO, "the container's monitor speaks another protocol");
  *ret_client = answer.fd;
  return 0;
}

/* ---- terminal and signals */

static void
send_size (const struct session *x)
{
  struct winsize size;
  if (! x->s->tty || ioctl (STDOUT_FILENO, TIOCGWINSZ, &size) < 0)
    return;
  struct monitor_call call = { .type = MONITOR_RESIZE, .value = size.ws_row << 16 | size.ws_col, .fd = -1,
                               .timeout = REQUEST_TIMEOUT };
  monitor_call (x->s->control, &call, NULL, NULL);
}

static int
prepare_terminal (struct session *x, struct error **err)
{
  if (! x->s->tty || ! x->s->input || tcgetattr (STDIN_FILENO, &x->saved) < 0)
    return 0;
  struct termios raw = x->saved;
  cfmakeraw (&raw);
  if (tcsetattr (STDIN_FILENO, TCSANOW, &raw) < 0)
    return fail_sys (err, errno, "standard input: make the terminal raw");
  x->raw = true;
  return 0;
}

static int
watch_signals (struct session *x, struct error **err)
{
  static const int forwarded[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGCONT, SIGALRM };
  sigset_t set;
  sigemptyset (&set);
  sigaddset (&set, SIGWINCH);
  for (size_t i = 0; i < ARRAY_LEN (forwarded) && x->s->signals; i++)
    sigaddset (&set, forwarded[i]);
  sigprocmask (SIG_BLOCK, &set, &x->saved_mask);
  x->signal_fd = signalfd (-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
  return x->signal_fd < 0 ? fail_sys (err, errno, "signalfd") : 0;
}

static void
session_end (struct session *x)
{
  if (x->raw)
    tcsetattr (STDIN_FILENO, TCSADRAIN, &x->saved);
  close_fd (&x->signal_fd);
  sigprocmask (SIG_SETMASK, &x->saved_mask, NULL);
}

static void
take_signal (struct session *x)
{
  struct signalfd_siginfo info;
  char number[16];
  if (read (x->signal_fd, &info, sizeof info) != sizeof info)
    return;
  if (info.ssi_signo == SIGWINCH)
    {
      send_size (x);
      return;
    }
  snprintf (number, sizeof number, "%u", info.ssi_signo);
  struct monitor_call call = { .type = MONITOR_KILL, .text = number, .fd = -1, .timeout = REQUEST_TIMEOUT };
  monitor_call (x->s->control, &call, NULL, NULL);
}

/* ---- data */

static void
send_pending (struct session *x)
{
  ssize_t n = x->n_pending ? send (x->s->client, x->pending, x->n_pending, MSG_NOSIGNAL | MSG_DONTWAIT) : 0;
  if (n >= 0 || (errno != EAGAIN && errno != EINTR))
    x->n_pending = 0;
}

static void
take_input (struct session *x)
{
  char typed[PACKET];
  ssize_t n = read (STDIN_FILENO, typed, sizeof typed);
  if (n < 0 && (errno == EINTR || errno == EAGAIN))
    return;
  if (n <= 0)
    {
      /* An empty packet: nothing comes any more. */
      x->input_open = false;
      send (x->s->client, "", 0, MSG_NOSIGNAL);
      return;
    }
  x->detached = detach_keys_feed (&x->keys, typed, (size_t) n, x->pending, &x->n_pending);
  send_pending (x);
}

static int
take_output (struct session *x, struct error **err)
{
  char packet[PACKET + 1];
  ssize_t n = RETRY_EINTR (recv (x->s->client, packet, sizeof packet, 0));
  if (n <= 0)
    {
      x->ended = true;
      return 0;
    }
  int to = packet[0] == 3 ? STDERR_FILENO : STDOUT_FILENO;
  int r = fs_write_all (to, packet + 1, (size_t) n - 1);
  return r < 0 ? fail_sys (err, -r, "write what the container prints") : 0;
}

static int
step (struct session *x, struct error **err)
{
  struct pollfd polls[] = {
    { .fd = x->input_open && x->n_pending == 0 ? STDIN_FILENO : -1, .events = POLLIN },
    { .fd = x->s->client, .events = (short) (POLLIN | (x->n_pending ? POLLOUT : 0)) },
    { .fd = x->signal_fd, .events = POLLIN },
  };
  if (poll (polls, ARRAY_LEN (polls), -1) < 0)
    return errno == EINTR ? 0 : fail_sys (err, errno, "wait for the container");
  if (polls[1].revents & POLLOUT)
    send_pending (x);
  if (polls[1].revents & (POLLIN | POLLHUP | POLLERR))
    TRY (take_output (x, err));
  if (polls[2].revents)
    take_signal (x);
  if (polls[0].revents)
    take_input (x);
  return 0;
}

int
attach_run (const struct attach_session *s, struct error **err)
{
  struct session x = { .s = s, .signal_fd = -1, .input_open = s->input };
  if (isatty (STDIN_FILENO))
    TRY (detach_keys_parse (s->detach_keys ? s->detach_keys : "ctrl-p,ctrl-q", &x.keys, err));
  int r = watch_signals (&x, err);
  if (r == 0)
    r = prepare_terminal (&x, err);
  send_size (&x);
  while (r == 0 && ! x.ended && ! x.detached)
    r = step (&x, err);
  session_end (&x);
  return r < 0 ? r : x.detached;
}
