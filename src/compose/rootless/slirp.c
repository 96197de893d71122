/* slirp.c - see slirp.h. slirp4netns 1.0 or newer: one JSON request and answer for each connection of its socket. It
 * is started inside the session's user namespace, by a process that is in the host's network namespace still. */
#include "slirp.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "errors.h"
#include "fs.h"
#include "holder.h"
#include "ocispec.h"
#include "signal_reset.h"

#undef OCI_PREFIX
#define OCI_PREFIX slirp_
#define SPEC_Forward(F, T)                                                                                    \
  F (T, u32,                   id,           "id")                                                            \
  F (T, str,                   protocol,     "proto")                                                         \
  F (T, str,                   host_address, "host_addr")                                                     \
  F (T, u32,                   host_port,    "host_port")
#define SPEC_Failure(F, T)                                                                                    \
  F (T, str,                   text,         "desc")
#define SPEC_Answer(F, T)                                                                                     \
  F (T, list (Forward),        entries,      "entries")     /* of list_hostfwd; the others' "return" says nothing */ \
  F (T, obj (Failure),         failure,      "error")
#define SLIRP_TYPES(D) D (Forward) D (Failure) D (Answer)
SLIRP_TYPES (DECLARE)
SLIRP_TYPES (DEFINE)
#undef OCI_PREFIX
#define OCI_PREFIX oci_

#define TUN "/dev/net/tun"

enum { ANSWER_LIMIT = 1 << 20, ANSWER_WAIT_S = 10, START_WAIT_MS = 10000, END_WAIT_MS = 5000 };

/* ---- requests */

/* A connection; -errno without text: it does not run. */
static int
connect_slirp (const struct settings *s, int *ret)
{
  struct sockaddr_un a = { .sun_family = AF_UNIX };
  struct timeval limit = { .tv_sec = ANSWER_WAIT_S };
  autofree char *path = run_path (s, "session/slirp");
  if (strlen (path) >= sizeof a.sun_path)
    return -ENAMETOOLONG;
  memcpy (a.sun_path, path, strlen (path) + 1);
  autoclose int fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0 || setsockopt (fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) < 0
      || connect (fd, (struct sockaddr *) &a, sizeof a) < 0)
    return -errno;
  *ret = TAKE_FD (fd);
  return 0;
}

/* It serves one connection after the other: this one must not stay open. */
bool
slirp_is_running (const struct settings *s)
{
  autoclose int fd = -1;
  return connect_slirp (s, &fd) == 0;
}

/* The answer lives until oci_document_free (DOC). NULL: see *ERR. */
static const struct slirp_Answer *
request (const struct settings *s, const char *text, struct oci_document *doc, struct error **err)
{
  autoclose int fd = -1;
  autofree char *answer = NULL;
  size_t n;
  *doc = (struct oci_document) { 0 };
  int r = connect_slirp (s, &fd);
  if (r == 0)
    r = fs_write_all (fd, text, strlen (text));
  if (r < 0 || shutdown (fd, SHUT_WR) < 0)
    {
      fail_sys (err, r < 0 ? -r : errno, "slirp4netns");
      return NULL;
    }
  if (fs_read_stream (fd, "slirp4netns", ANSWER_LIMIT, &answer, &n, err) < 0)
    return NULL;
  const struct slirp_Answer *a = oci_parse (&slirp_Answer_schema, answer, n, doc);
  if (a && ! a->failure)
    return a;
  fail (err, E_NETWORK, "slirp4netns: %s", a ? a->failure->text : doc->message);
  oci_document_free (doc);
  return NULL;
}

static const char *
protocol_of (const struct record_Port *p)
{
  return p->protocol && *p->protocol ? p->protocol : "tcp";
}

static const char *
host_of (const struct record_Port *p)
{
  return p->host_ip && *p->host_ip ? p->host_ip : "0.0.0.0";
}

static bool
is_forward_of (const struct slirp_Forward *f, const struct record_Port *p)
{
  return f->host_port.value == p->host_port.value && f->protocol && f->host_address
         && streq (f->protocol, protocol_of (p)) && streq (f->host_address, host_of (p));
}

static int
add_port (const struct settings *s, const struct record_Port *p, struct error **err)
{
  struct oci_document doc;
  if (strchr (host_of (p), ':'))
    return fail (err, E_NETWORK, "host_ip '%s': an ordinary user's ports are published on IPv4 addresses only",
                 p->host_ip);
  autofree char *text = mem_printf (
    "{\"execute\":\"add_hostfwd\",\"arguments\":{\"proto\":\"%s\",\"host_addr\":\"%s\",\"host_port\":%u,"
    "\"guest_port\":%u}}",
    protocol_of (p), host_of (p), (unsigned) p->host_port.value, (unsigned) p->host_port.value);
  bool done = request (s, text, &doc, err);
  oci_document_free (&doc);
  return done ? 0 : wrap (err, "host port %u/%s", (unsigned) p->host_port.value, protocol_of (p));
}

static int
remove_forward (const struct settings *s, const struct slirp_Forward *f, struct error **err)
{
  struct oci_document doc;
  autofree char *text = mem_printf ("{\"execute\":\"remove_hostfwd\",\"arguments\":{\"id\":%u}}",
                                    (unsigned) f->id.value);
  bool done = request (s, text, &doc, err);
  oci_document_free (&doc);
  return done ? 0 : -E_NETWORK;
}

/* The ports of V that lead into the session are taken away. */
static int
remove_listed (const struct settings *s, const struct slirp_Answer *list, const struct record_Port *v, size_t n,
               struct error **err)
{
  for (size_t i = 0; i < list->entries.n; i++)
    for (size_t j = 0; j < n; j++)
      if (is_forward_of (&list->entries.v[i], &v[j]))
        TRY (remove_forward (s, &list->entries.v[i], err));
  return 0;
}

int
slirp_remove_ports (const struct settings *s, const struct record_Port *v, size_t n, struct error **err)
{
  struct oci_document doc;
  if (! n || ! slirp_is_running (s))
    return 0;
  const struct slirp_Answer *list = request (s, "{\"execute\":\"list_hostfwd\"}", &doc, err);
  int r = list ? remove_listed (s, list, v, n, err) : -E_NETWORK;
  oci_document_free (&doc);
  return r;
}

int
slirp_add_ports (const struct settings *s, const struct record_Port *v, size_t n, struct error **err)
{
  /* What a killed call left would be in the way. */
  TRY (slirp_remove_ports (s, v, n, err));
  for (size_t i = 0; i < n; i++)
    TRY (add_port (s, &v[i], err));
  return 0;
}

/* ---- the process */

static void
become_slirp (char *const *argv, int ready, int ends, int log)
{
  enum { READY_FD = 3, EXIT_FD = 4 };
  int null = open ("/dev/null", O_RDONLY | O_CLOEXEC);
  int from[] = { null, log, log, ready, ends };
  signals_reset ();
  setsid ();
  for (size_t i = 0; i < ARRAY_LEN (from); i++)
    if ((from[i] = fcntl (from[i], F_DUPFD_CLOEXEC, 10)) < 0)
      _exit (127);
  for (size_t i = 0; i < ARRAY_LEN (from); i++)
    if (dup2 (from[i], i) < 0)
      _exit (127);
  execv (argv[0], argv);
  _exit (127);
}

/* Has it written a byte into READY in time? */
static bool
is_ready (int ready)
{
  struct pollfd p = { .fd = ready, .events = POLLIN };
  char byte;
  return RETRY_EINTR (poll (&p, 1, START_WAIT_MS)) == 1 && RETRY_EINTR (read (ready, &byte, 1)) == 1;
}

/* What it wrote, in one line. */
static int
say_why (int log, struct error **err)
{
  char text[1024];
  ssize_t n = pread (log, text, sizeof text - 1, 0);
  text[n > 0 ? n : 0] = '\0';
  for (size_t end = strlen (text); end && text[end - 1] == '\n';)
    text[--end] = '\0';
  for (char *p = text; (p = strchr (p, '\n'));)
    *p = ';';
  return fail (err, E_NETWORK, "slirp4netns: %s", *text ? text : "it does not start");
}

/* Its log is locked as long as it lives: one of an earlier session removes our socket when it ends. */
static int
open_log (const struct settings *s, int *ret, struct error **err)
{
  autofree char *path = run_path (s, "session/slirp.log");
  autoclose int log = open (path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (log < 0)
    return fail_sys (err, errno, "%s", path);
  int r = fs_lock_within (log, END_WAIT_MS);
  if (r == -EWOULDBLOCK)
    return fail (err, E_NETWORK, "slirp4netns of an earlier session, which has %s, does not end: kill it", path);
  if (r < 0 || ftruncate (log, 0) < 0)
    return fail_sys (err, r < 0 ? -r : errno, "%s", path);
  *ret = TAKE_FD (log);
  return 0;
}

/* The program, and what it would only tell as a failure of its child. */
static int
find (char **ret, struct error **err)
{
  autofree char *program = NULL;
  TRY (find_tool ("slirp4netns", "slirp4netns", &program, err));
  autoclose int tun = open (TUN, O_RDWR | O_CLOEXEC);
  if (tun < 0)
    return fail (err, E_NETWORK, "slirp4netns needs " TUN ": %s: as root, modprobe tun; chmod 666 " TUN,
                 strerror (errno));
  *ret = TAKE_PTR (program);
  return 0;
}

int
slirp_check (struct error **err)
{
  autofree char *program = NULL;
  return find (&program, err);
}

static int
start (const struct settings *s, pid_t holder, const char *program, const char *socket_path, struct error **err)
{
  autofree char *netns = mem_printf ("/proc/%d/ns/net", holder);
  autofree char *pipe_path = mem_printf ("/proc/%d/fd/%d", holder, HOLDER_PIPE_FD);
  char *argv[] = { (char *) program, "--configure", "--mtu=65520", "--disable-host-loopback", "--netns-type=path",
                   "--ready-fd=3", "--exit-fd=4", "--api-socket", (char *) socket_path, netns, "tap0", NULL };
  int ends[2];
  autoclose int log = -1;
  TRY (open_log (s, &log, err));
  autoclose int hangup = open (pipe_path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (hangup < 0 || pipe2 (ends, O_CLOEXEC) < 0)
    return fail_sys (err, errno, "slirp4netns: %s", pipe_path);
  autoclose int ready = ends[0], theirs = ends[1];
  if (unlink (socket_path) < 0 && errno != ENOENT)
    return fail_sys (err, errno, "%s", socket_path);
  pid_t pid = fork ();
  if (pid < 0)
    return fail_sys (err, errno, "fork");
  if (pid == 0)
    become_slirp (argv, theirs, hangup, log);
  close_fd (&theirs);
  if (is_ready (ready))
    return 0;
  /* One that hangs would keep its log's lock, and the next from starting. */
  kill (pid, SIGKILL);
  RETRY_EINTR (waitpid (pid, NULL, 0));
  return say_why (log, err);
}

void
slirp_forget (const struct settings *s)
{
  autofree char *path = run_path (s, "session/slirp");
  unlink (path);
}

int
slirp_ensure (const struct settings *s, pid_t holder, bool *ret_started, struct error **err)
{
  autofree char *program = NULL;
  autofree char *path = run_path (s, "session/slirp");
  *ret_started = ! slirp_is_running (s);
  if (! *ret_started)
    return 0;
  TRY (find (&program, err));
  return start (s, holder, program, path, err);
}
