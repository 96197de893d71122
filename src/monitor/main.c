/* main.c - perry-monitor: one container's parent. Detaches from whoever started it, sets up, says READY on descriptor
 * 3, and serves events until the container has ended and it is released. */
#include <fcntl.h>
#include <malloc.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "fd_pass.h"
#include "fork_apart.h"
#include "monitor.h"

enum { FIRST_FD = 3 };

static void
signal_ready (struct watch *w, uint32_t events UNUSED)
{
  struct signalfd_siginfo info;
  struct monitor *m = WATCH_OWNER (w, struct monitor, signals);
  if (read (w->fd, &info, sizeof info) != sizeof info)
    return;
  if (info.ssi_signo == SIGCHLD)
    children_reap (m);
  else
    m->terminate = true;
}

static void
end_if_asked (struct monitor *m)
{
  if (! m->terminate || machine_is_busy (m))
    return;
  m->terminate = false;
  machine_event (m, EV_TERMINATE, NULL, NULL);
}

static int
watch_signals (struct monitor *m, struct error **err)
{
  sigset_t set;
  sigemptyset (&set);
  sigaddset (&set, SIGCHLD);
  sigaddset (&set, SIGTERM);
  sigaddset (&set, SIGINT);
  sigaddset (&set, SIGHUP);
  sigprocmask (SIG_SETMASK, &set, NULL);
  signal (SIGPIPE, SIG_IGN);
  m->signals = (struct watch) { .fd = signalfd (-1, &set, SFD_CLOEXEC | SFD_NONBLOCK), .events = EPOLLIN,
                                .ready = signal_ready };
  if (m->signals.fd < 0)
    return fail_sys (err, errno, "signalfd");
  int r = loop_add (&m->loop, &m->signals);
  return r < 0 ? fail_sys (err, -r, "epoll") : 0;
}

/* Nothing of the caller stays: cgroup, session, directory, streams, descriptors. The parent's end tells the caller
 * nothing; READY does. */
static void
detach (void)
{
  pid_t pid = fork_apart ();
  if (pid != 0)
    _exit (pid < 0);
  setsid ();
  umask (077);
  int null = open ("/dev/null", O_RDWR | O_CLOEXEC);
  for (int fd = 0; fd < FIRST_FD && null >= 0; fd++)
    if (fd != null)
      dup2 (null, fd);
  syscall (SYS_close_range, FIRST_FD + 1, ~0U, 0);
  fcntl (FIRST_FD, F_SETFD, FD_CLOEXEC);
  if (chdir ("/") < 0)
    _exit (1);
}

static void
send_ready (const struct error *err)
{
  struct monitor_packet p = { .type = MONITOR_READY, .value = getpid (), .error = err ? err->code : 0 };
  size_t n = strnlen (error_text (err), MONITOR_TEXT - 1);
  memcpy (p.text, error_text (err), n);
  p.length = (uint32_t) n;
  fd_send (FIRST_FD, &p, offsetof (struct monitor_packet, text) + n, -1);
}

static void
serve (struct monitor *m)
{
  while (! m->leave)
    {
      enum timer t;
      if (loop_step (&m->loop, &t) < 0)
        return;
      if (t != N_TIMERS)
        machine_timer (m, t);
      end_if_asked (m);
    }
}

static int
start (struct monitor *m, struct error **err)
{
  TRY (loop_open (&m->loop, err));
  TRY (watch_signals (m, err));
  if (prctl (PR_SET_CHILD_SUBREAPER, 1) < 0)
    return fail_sys (err, errno, "become a subreaper");
  return setup (m, err);
}

int
main (int argc, char **argv)
{
  static struct monitor m = {
    .bundle_fd = -1, .run_fd = -1, .lock_fd = -1, .host_mnt_fd = -1, .host_net_fd = -1, .oom_fd = -1, .console_fd = -1,
    .input_read_end = -1, .write_ends = { -1, -1 }, .signals.fd = -1, .control.fd = -1, .pidfd.fd = -1, .input.fd = -1,
    .outputs = { { .watch.fd = -1 }, { .watch.fd = -1 } }, .health.output.fd = -1, .operation.err_fd = -1, .log.fd = -1,
  };
  autoerror struct error *err = NULL;
  m.adopted = argc == 5 && streq (argv[1], "--adopt");
  if (argc != (m.adopted ? 5 : 4))
    {
      fputs ("perry-monitor is started by perry-compose: perry-monitor [--adopt] BUNDLE RUN RUNTIME-ROOT\n", stderr);
      return 2;
    }
  m.bundle = argv[argc - 3];
  m.run = argv[argc - 2];
  m.runtime_root = argv[argc - 1];
  detach ();
  int r = start (&m, &err);
  send_ready (err);
  if (r == 0 && (r = connection_new (&m, FIRST_FD)) == 0)
    {
      m.first = m.connections;
      malloc_trim (0);
      serve (&m);
    }
  teardown (&m);
  answer_waiting (&m, MONITOR_RELEASE, 0, 0, NULL);
  return r < 0;
}
