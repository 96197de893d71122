/* session.c - see session.h. In a user's perry-compose, which has one thread: setns(2) into a user namespace wants
 * that. */
#include "session.h"

#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "container.h"
#include "errors.h"
#include "fs.h"
#include "holder.h"
#include "id_maps.h"
#include "slirp.h"

/* RUN of the session that a process is in. */
#define INSIDE "PERRY_COMPOSE_SESSION"

static int
open_file (const struct settings *s, const char *name, int *ret, struct error **err)
{
  autofree char *path = run_path (s, "session/%s", name);
  autoclose int fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0)
    return fail_sys (err, errno, "%s", path);
  *ret = TAKE_FD (fd);
  return 0;
}

int
session_holder (const struct settings *s, pid_t *ret, struct error **err)
{
  autoclose int fd = -1;
  char text[16] = "";
  TRY (open_file (s, SESSION_HOLDER, &fd, err));
  if (flock (fd, LOCK_SH | LOCK_NB) == 0 || pread (fd, text, sizeof text - 1, 0) <= 0 || atoi (text) <= 0)
    return -ESRCH;
  *ret = atoi (text);
  return 0;
}

/* ---- making */

static int
make (const struct settings *s, pid_t *ret, struct error **err)
{
  autoclose int fd = -1;
  struct holder h = { .sync = -1 };
  char text[16];
  slirp_forget (s);
  TRY (open_file (s, SESSION_HOLDER, &fd, err));
  if (flock (fd, LOCK_EX | LOCK_NB) < 0 || ftruncate (fd, 0) < 0)
    return fail_sys (err, errno, "%s/session/" SESSION_HOLDER, s->run);
  TRY (holder_start (s, fd, &h, err));
  int r = id_maps_write (s, h.pid, err);
  if (r == 0)
    r = holder_go (&h, err);
  int n = snprintf (text, sizeof text, "%d\n", h.pid);
  if (r == 0 && pwrite (fd, text, n, 0) != n)
    r = fail_sys (err, errno, "%s/session/" SESSION_HOLDER, s->run);
  if (r < 0)
    {
      close_fd (&h.sync);
      kill (h.pid, SIGKILL);
      waitpid (h.pid, NULL, 0);
      return r;
    }
  *ret = h.pid;
  return 0;
}

/* ---- joining */

static const struct
{
  const char *name;
  int flag;
} namespaces[] = { { "user", CLONE_NEWUSER }, { "mnt", CLONE_NEWNS } };

enum { N_NAMESPACES = ARRAY_LEN (namespaces) };

static void
close_namespaces (int fds[N_NAMESPACES])
{
  for (size_t i = 0; i < N_NAMESPACES; i++)
    close_fd (&fds[i]);
}

/* HOLDER's namespaces, opened as who we are outside. -ESRCH: it is ending, and has let go of them before its lock. */
static int
open_namespaces (pid_t holder, int fds[N_NAMESPACES], struct error **err)
{
  for (size_t i = 0; i < N_NAMESPACES; i++)
    {
      char path[64];
      snprintf (path, sizeof path, "/proc/%d/ns/%s", holder, namespaces[i].name);
      fds[i] = open (path, O_RDONLY | O_CLOEXEC);
      if (fds[i] < 0)
        return errno == ENOENT || errno == ESRCH ? -ESRCH : fail_sys (err, errno, "the user's session: %s", path);
    }
  return 0;
}

static int
join (const int fds[N_NAMESPACES], struct error **err)
{
  char here[PATH_MAX];
  if (! getcwd (here, sizeof here))
    snprintf (here, sizeof here, "/");
  for (size_t i = 0; i < N_NAMESPACES; i++)
    if (setns (fds[i], namespaces[i].flag) < 0)
      return fail_sys (err, errno, "join the user's session: %s namespace", namespaces[i].name);
  if (setresgid (0, 0, 0) < 0 || setresuid (0, 0, 0) < 0 || prctl (PR_SET_DUMPABLE, 1) < 0)
    return fail_sys (err, errno, "join the user's session");
  if (chdir (here) < 0)
    return fail_sys (err, errno, "%s", here);
  return 0;
}

/* The session's namespaces, of a session made now if there is none. */
static int
find_or_make (const struct settings *s, int fds[N_NAMESPACES], struct error **err)
{
  autoclose int gone = -1;
  pid_t holder;
  int r = session_holder (s, &holder, err);
  if (r == 0)
    r = open_namespaces (holder, fds, err);
  if (r != -ESRCH)
    return r;
  close_namespaces (fds);
  TRY (open_file (s, SESSION_HOLDER, &gone, err));
  if (RETRY_EINTR (flock (gone, LOCK_SH)) < 0)
    return fail_sys (err, errno, "%s/session/" SESSION_HOLDER, s->run);
  close_fd (&gone);
  TRY (make (s, &holder, err));
  r = open_namespaces (holder, fds, err);
  return r == -ESRCH ? fail (err, E_BACKEND, "the user's session ended at once") : r;
}

int
session_enter (struct settings *s, struct error **err)
{
  const char *inside = getenv (INSIDE);
  if (! s->rootless && ! inside)
    return 0;
  if (inside && geteuid () == 0 && streq (inside, s->run))
    {
      s->rootless = true;
      return 0;
    }
  if (! s->rootless)
    return 0;
  autoclose int lock = -1;
  autofree char *directory = run_path (s, "session");
  int users = -1; /* stays open: the lock says that a command is in the session, and goes with the process */
  TRY (settings_make_directories (s, err));
  TRY (fs_mkdir_parents (directory, 0700, err));
  TRY (open_file (s, SESSION_LOCK, &lock, err));
  TRY (open_file (s, SESSION_USERS, &users, err));
  if (RETRY_EINTR (flock (lock, LOCK_EX)) < 0 || RETRY_EINTR (flock (users, LOCK_SH)) < 0)
    return fail_sys (err, errno, "%s", directory);
  int fds[N_NAMESPACES] = { -1, -1 };
  int r = find_or_make (s, fds, err);
  if (r == 0)
    r = join (fds, err);
  close_namespaces (fds);
  TRY (r);
  if (setenv (INSIDE, s->run, 1) < 0 || setenv ("PERRY_COMPOSE_RUN", s->run, 1) < 0
      || setenv ("PERRY_COMPOSE_DATA", s->data, 1) < 0)
    out_of_memory ();
  return 0;
}

/* ---- the network namespace */

/* The holder of the session that we are in, and the lock under which what belongs to the session is made. */
static int
lock_session (const struct settings *s, int *ret_lock, pid_t *ret_holder, struct error **err)
{
  autoclose int lock = -1;
  TRY (open_file (s, SESSION_LOCK, &lock, err));
  if (RETRY_EINTR (flock (lock, LOCK_EX)) < 0)
    return fail_sys (err, errno, "%s/session/" SESSION_LOCK, s->run);
  int r = session_holder (s, ret_holder, err);
  if (r < 0)
    return r == -ESRCH ? fail (err, E_NETWORK, "the user's session is gone") : r;
  *ret_lock = TAKE_FD (lock);
  return 0;
}

/* What runs had ports by a slirp4netns that was killed. */
static int
publish_again (const struct settings *s, struct error **err)
{
  autocontainers struct containers v = { 0 };
  TRY (containers_list (s, &(struct container_filter) { 0 }, &v, err));
  for (size_t i = 0; i < v.n; i++)
    if (container_has_process (&v.v[i]))
      TRY (slirp_add_ports (s, v.v[i].record->ports.v, v.v[i].record->ports.n, err));
  return 0;
}

int
session_uplink (const struct settings *s, struct error **err)
{
  autoclose int lock = -1;
  pid_t holder;
  bool started;
  if (! s->rootless)
    return 0;
  TRY (lock_session (s, &lock, &holder, err));
  TRY (slirp_ensure (s, holder, &started, err));
  return started ? publish_again (s, err) : 0;
}

int
session_restore (const struct settings *s, struct error **err)
{
  autocontainers struct containers v = { 0 };
  bool wanted = false;
  if (! s->rootless || slirp_is_running (s))
    return 0;
  TRY (containers_list (s, &(struct container_filter) { 0 }, &v, err));
  for (size_t i = 0; i < v.n; i++)
    wanted |= container_has_process (&v.v[i]) && v.v[i].record->networks.n;
  return wanted ? session_uplink (s, err) : 0;
}

static int
enter_network (const struct settings *s, struct error **err)
{
  autoclose int lock = -1;
  pid_t holder;
  char path[64];
  TRY (lock_session (s, &lock, &holder, err));
  snprintf (path, sizeof path, "/proc/%d/ns/net", holder);
  autoclose int fd = open (path, O_RDONLY | O_CLOEXEC);
  if (fd < 0 || setns (fd, CLONE_NEWNET) < 0)
    return fail_sys (err, errno, "join the session's network namespace");
  return 0;
}

int
session_network_do (const struct settings *s, int (*work) (void *arg, struct error **err), void *arg,
                    struct error **err)
{
  int ends[2], code = -EIO;
  autofree char *answer = NULL;
  size_t n = 0;
  if (! s->rootless)
    return work (arg, err);
  if (pipe2 (ends, O_CLOEXEC) < 0)
    return fail_sys (err, errno, "pipe");
  fflush (NULL);
  pid_t pid = fork ();
  if (pid == 0)
    {
      autoerror struct error *why = NULL;
      /* Nobody would take what it does after us; a parent that is gone already is found when the answer is written. */
      prctl (PR_SET_PDEATHSIG, SIGKILL);
      code = enter_network (s, &why);
      if (code == 0)
        code = work (arg, &why);
      if (fs_write_all (ends[1], &code, sizeof code) < 0
          || fs_write_all (ends[1], error_text (why), strlen (error_text (why))) < 0)
        _exit (1);
      _exit (0);
    }
  close (ends[1]);
  autoclose int from = ends[0];
  if (pid < 0)
    return fail_sys (err, errno, "fork");
  int r = fs_read_stream (from, "network", 1 << 16, &answer, &n, err);
  RETRY_EINTR (waitpid (pid, NULL, 0));
  TRY (r);
  if (n < sizeof code)
    return fail (err, E_NETWORK, "the process that sets up networks was killed");
  memcpy (&code, answer, sizeof code);
  return code < 0 ? fail (err, -code, "%s", answer + sizeof code) : code;
}
