/* holder.c - see holder.h. holder_start() runs in a user's perry-compose, all else in its child, which makes a user
 * namespace and then has all capabilities in it and none outside. */
#include "holder.h"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "errors.h"
#include "link.h"
#include "signal_reset.h"

enum { SYNC_FD = 5 };

/* In steps: "I have my user namespace", "your ids are mapped", "all is made". */
static int
say (int sync, int code)
{
  return send (sync, &code, sizeof code, MSG_NOSIGNAL) == sizeof code ? 0 : -EPIPE;
}

static int
hear (int sync)
{
  int code;
  ssize_t n = RETRY_EINTR (recv (sync, &code, sizeof code, 0));
  return n == sizeof code ? code : -EPIPE;
}

/* LOCK, a pipe and SYNC become the descriptors that holder.h says; everything else is closed. */
static int
arrange_descriptors (int lock, int sync)
{
  enum { ABOVE = 10 };
  int ends[2], null = open ("/dev/null", O_RDWR | O_CLOEXEC);
  if (null < 0 || pipe2 (ends, O_CLOEXEC) < 0)
    return -errno;
  int from[] = { null, null, null, lock, ends[1], sync };
  for (size_t i = 0; i < ARRAY_LEN (from); i++)
    if ((from[i] = fcntl (from[i], F_DUPFD_CLOEXEC, ABOVE)) < 0)
      return -errno;
  for (size_t i = 0; i < ARRAY_LEN (from); i++)
    if (dup3 (from[i], i, i < HOLDER_LOCK_FD ? 0 : O_CLOEXEC) < 0 && errno != EINVAL)
      return -errno;
  return syscall (SYS_close_range, SYNC_FD + 1, ~0U, 0) < 0 ? -errno : 0;
}

static int
set_lo_up (void)
{
  autoclose int sock = -1;
  TRY (link_open (NULL, &sock, NULL, NULL));
  int lo = link_index (sock, "lo", NULL);
  return lo < 0 ? lo : link_up (sock, lo);
}

static int
make_session (void)
{
  if (unshare (CLONE_NEWUSER) < 0)
    return -errno;
  TRY (say (SYNC_FD, 0));
  TRY (hear (SYNC_FD));
  if (setresgid (0, 0, 0) < 0 || setresuid (0, 0, 0) < 0 || unshare (CLONE_NEWNS | CLONE_NEWNET) < 0
      || mount (NULL, "/", NULL, MS_REC | MS_SLAVE, NULL) < 0)
    return -errno;
  TRY (set_lo_up ());
  /* New ids made us undumpable, and our files in procfs root's: later commands could not open our namespaces. */
  return prctl (PR_SET_DUMPABLE, 1) < 0 ? -errno : 0;
}

static bool
is_empty (const char *directory)
{
  autodir DIR *d = opendir (directory);
  for (struct dirent *e; d && (e = readdir (d));)
    if (e->d_name[0] != '.')
      return false;
  return true;
}

/* Return when there is neither a container, nor a command that might make one; none comes in any more until we end. */
static void
keep (const char *containers, const char *users)
{
  char event[4096];
  autoclose int watch = inotify_init1 (IN_CLOEXEC);
  int fd = open (users, O_RDWR | O_CLOEXEC);
  if (watch < 0 || fd < 0 || inotify_add_watch (watch, containers, IN_DELETE | IN_MOVED_FROM) < 0)
    return;
  for (;;)
    {
      if (RETRY_EINTR (flock (fd, LOCK_EX)) < 0 || is_empty (containers))
        return;
      flock (fd, LOCK_UN);
      if (RETRY_EINTR (read (watch, event, sizeof event)) < 0)
        return;
    }
}

static void
run_holder (const struct settings *s, int lock, int sync)
{
  autofree char *containers = run_path (s, "containers");
  autofree char *users = run_path (s, "session/" SESSION_USERS);
  signals_reset ();
  setsid ();
  prctl (PR_SET_NAME, "perry-session");
  int code = arrange_descriptors (lock, sync);
  if (code == 0)
    code = make_session ();
  say (code == 0 || fcntl (SYNC_FD, F_GETFD) >= 0 ? SYNC_FD : sync, code);
  if (code < 0 || chdir ("/") < 0)
    _exit (1);
  close (SYNC_FD);
  keep (containers, users);
  /* Before the end lets go of the lock of USERS: who waits for that must find us gone. */
  close (HOLDER_LOCK_FD);
  _exit (0);
}

int
holder_start (const struct settings *s, int lock, struct holder *ret, struct error **err)
{
  int ends[2];
  if (socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
    return fail_sys (err, errno, "socketpair");
  autoclose int ours = ends[0], theirs = ends[1];
  fflush (NULL);
  pid_t pid = fork ();
  if (pid < 0)
    return fail_sys (err, errno, "fork");
  if (pid == 0)
    run_holder (s, lock, theirs);
  close_fd (&theirs);
  int code = hear (ours);
  if (code < 0)
    {
      waitpid (pid, NULL, 0);
      return fail (err, E_BACKEND, "user namespace: %s (see sysctl user.max_user_namespaces, "
                   "kernel.unprivileged_userns_clone)", strerror (-code));
    }
  *ret = (struct holder) { pid, TAKE_FD (ours) };
  return 0;
}

int
holder_go (struct holder *h, struct error **err)
{
  int code = say (h->sync, 0);
  if (code == 0)
    code = hear (h->sync);
  close_fd (&h->sync);
  return code < 0 ? fail (err, E_BACKEND, "the user's session: mount and network namespace: %s", strerror (-code)) : 0;
}
