/* monitor_client.c - starts monitors and speaks to them (record/monitor_protocol.h). In perry-compose and its jobs. */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>

#include "container.h"
#include "errors.h"
#include "fd_pass.h"

#define PACKET_HEAD offsetof (struct monitor_packet, text)

/* ---- calls */

/* One packet of SOCK, within TIMEOUT ms (0: for ever); what came with it in *RET_FD. */
static int
receive (int sock, unsigned timeout, struct monitor_packet *p, int *ret_fd, struct error **err)
{
  struct pollfd poller = { .fd = sock, .events = POLLIN };
  struct iovec iov = { .iov_base = p, .iov_len = sizeof *p };
  union { struct cmsghdr head; char room[CMSG_SPACE (sizeof (int))]; } control;
  struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control };
  int r = RETRY_EINTR (poll (&poller, 1, timeout ? (int) timeout : -1));
  if (r == 0)
    return fail (err, E_TIMEOUT, "the container's monitor has not answered in %u seconds", timeout / 1000);
  ssize_t n = RETRY_EINTR (recvmsg (sock, &msg, MSG_CMSG_CLOEXEC));
  if (n == 0 || (n < 0 && errno == ECONNRESET))
    return fail (err, ECONNRESET, "the container's monitor has ended");
  if (n < 0)
    return fail_sys (err, errno, "the container's monitor");
  struct cmsghdr *c = CMSG_FIRSTHDR (&msg);
  if (c && c->cmsg_type == SCM_RIGHTS && c->cmsg_len == CMSG_LEN (sizeof *ret_fd))
    memcpy (ret_fd, CMSG_DATA (c), sizeof *ret_fd);
  if ((size_t) n < PACKET_HEAD || p->length != (size_t) n - PACKET_HEAD || p->length >= MONITOR_TEXT)
    return fail (err, EPROTO, "the container's monitor speaks another protocol");
  p->text[p->length] = '\0';
  return 0;
}

static int
send_request (int sock, const struct monitor_call *call, struct error **err)
{
  struct monitor_packet p = { .type = call->type, .value = call->value, .uid = call->uid, .gid = call->gid,
                              .mode = call->mode };
  size_t n = call->text ? strlen (call->text) : 0;
  if (n >= MONITOR_TEXT)
    return fail (err, E2BIG, "\"%.40s…\" is too long for the container's monitor", call->text);
  memcpy (p.text, call->text ? call->text : "", n);
  p.length = (uint32_t) n;
  ssize_t sent = fd_send (sock, &p, PACKET_HEAD + n, call->fd);
  if (sent == -EPIPE || sent == -ECONNRESET)
    return fail (err, ECONNRESET, "the container's monitor has ended");
  return sent < 0 ? fail_sys (err, (int) -sent, "the container's monitor") : 0;
}

int
monitor_call (int sock, const struct monitor_call *call, struct monitor_answer *ret, struct error **err)
{
  struct monitor_packet p;
  autoclose int fd = -1;
  TRY (send_request (sock, call, err));
  /* Answers to earlier requests that nobody waited for may come first. */
  do
    {
      close_fd (&fd);
      TRY (receive (sock, call->timeout, &p, &fd, err));
    }
  while (p.type != (uint32_t) call->type);
  if (p.error)
    return fail (err, p.error, "%s", p.length ? p.text : strerror (p.error));
  if (ret)
    {
      ret->value = p.value;
      ret->fd = TAKE_FD (fd);
      memcpy (ret->text, p.text, p.length + 1);
    }
  return 0;
}

int
monitor_connect (const struct settings *s, const char *id, int *ret_sock, struct error **err)
{
  struct sockaddr_un a = { .sun_family = AF_UNIX };
  autofree char *dir = run_path (s, "containers/%s", id);
  autoclose int dir_fd = open (dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
  autoclose int sock = socket (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
  if (sock < 0)
    return fail_sys (err, errno, "socket");
  snprintf (a.sun_path, sizeof a.sun_path, "/proc/self/fd/%d/" CONTAINER_CONTROL, dir_fd);
  if (dir_fd < 0 || RETRY_EINTR (connect (sock, (struct sockaddr *) &a, sizeof a)) < 0)
    {
      if (errno == ENOENT || errno == ECONNREFUSED)
        return fail (err, ESRCH, "the container has no monitor");
      return fail_sys (err, errno, "the container's monitor at %s/" CONTAINER_CONTROL, dir);
    }
  *ret_sock = TAKE_FD (sock);
  return 0;
}

/* ---- start */

/* A monitor lives long: it gets of our environment what the OCI runtime and our own cleanup need, and nothing else. */
static bool
is_for_monitor (const char *variable)
{
  static const char *const begins[] = { "PATH=", "HOME=", "USER=", "TMPDIR=", "TZ=", "PERRY_", "XDG_", "DBUS_" };
  for (size_t i = 0; i < ARRAY_LEN (begins); i++)
    if (after_prefix (variable, begins[i]))
      return true;
  return false;
}

static void
make_environment (const struct settings *s, struct strv *env)
{
  char self[4096];
  ssize_t n = readlink ("/proc/self/exe", self, sizeof self - 1);
  for (char **v = environ; *v; v++)
    if (is_for_monitor (*v) && ! after_prefix (*v, "PERRY_COMPOSE_"))
      strv_add (env, *v);
  if (n > 0)
    strv_printf (env, "PERRY_COMPOSE_PROGRAM=%.*s", (int) n, self);
  strv_printf (env, "PERRY_COMPOSE_DATA=%s", s->data);
  strv_printf (env, "PERRY_COMPOSE_RUN=%s", s->run);
}

/* PROGRAM with descriptor 3 = SOCK; back as soon as it has detached. */
static int
run_monitor (char *const *argv, char *const *env, int sock, struct error **err)
{
  posix_spawn_file_actions_t files;
  posix_spawnattr_t attributes;
  sigset_t none;
  pid_t pid;
  int status;
  sigemptyset (&none);
  posix_spawn_file_actions_init (&files);
  posix_spawn_file_actions_adddup2 (&files, sock, 3);
  posix_spawnattr_init (&attributes);
  posix_spawnattr_setsigmask (&attributes, &none);
  posix_spawnattr_setflags (&attributes, POSIX_SPAWN_SETSIGMASK);
  int r = posix_spawn (&pid, argv[0], &files, &attributes, argv, env);
  posix_spawnattr_destroy (&attributes);
  posix_spawn_file_actions_destroy (&files);
  if (r != 0)
    return fail_sys (err, r, "run %s", argv[0]);
  if (RETRY_EINTR (waitpid (pid, &status, 0)) < 0 || status != 0)
    return fail (err, E_START, "%s could not be started", argv[0]);
  return 0;
}

static int
spawn_monitor (const struct settings *s, const struct record_Container *c, bool adopt, int *ret_sock, pid_t *ret_pid,
               struct error **err)
{
  autofree char *program = NULL;
  autostrv struct strv argv = { 0 }, env = { 0 };
  struct monitor_packet ready;
  int ends[2], fd = -1;
  TRY (find_helper ("perry-monitor", &program, err));
  strv_add (&argv, program);
  if (adopt)
    strv_add (&argv, "--adopt");
  strv_printf (&argv, "%s/containers/%s", s->data, c->id);
  strv_printf (&argv, "%s/containers/%s", s->run, c->id);
  strv_printf (&argv, "%s/runtime", s->run);
  make_environment (s, &env);
  if (socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
    return fail_sys (err, errno, "socket");
  autoclose int ours = ends[0], theirs = ends[1];
  TRY (run_monitor (argv.v, env.v, theirs, err));
  close_fd (&theirs);
  TRY_DOING (err, receive (ours, s->op_timeout, &ready, &fd, err), "perry-monitor");
  if (ready.error)
    return fail (err, ready.error, "%s", ready.text);
  *ret_sock = TAKE_FD (ours);
  *ret_pid = (pid_t) ready.value;
  return 0;
}

int
monitor_spawn (const struct settings *s, const struct record_Container *c, int *ret_sock, pid_t *ret_pid,
               struct error **err)
{
  return spawn_monitor (s, c, false, ret_sock, ret_pid, err);
}

int
monitor_adopt (const struct settings *s, const struct record_Container *c, int *ret_sock, struct error **err)
{
  pid_t pid;
  return spawn_monitor (s, c, true, ret_sock, &pid, err);
}
