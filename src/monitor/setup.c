/* setup.c - what the monitor has before the container: lock, record, namespaces, root file system, control socket. Each
 * step leaves what it made in struct monitor, for teardown(); a monitor that is killed leaves only files below RUN,
 * which the next one replaces. */
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>

#include "fs.h"
#include "monitor.h"

/* Everything that may be in RUN. */
static const char *const run_names[] = {
  CONTAINER_CONTROL, CONTAINER_PIDFILE, CONTAINER_HOOK_PIDFILE, "stdout", "stderr", "console", "probe.pid",
  CONTAINER_LOCK,
};

/* ---- the lock */

static bool
is_still_named (int dirfd, int fd)
{
  struct stat here, there;
  return fstat (fd, &here) == 0 && fstatat (dirfd, CONTAINER_LOCK, &there, AT_SYMLINK_NOFOLLOW) == 0
         && here.st_ino == there.st_ino && here.st_dev == there.st_dev;
}

/* 0 when the lock is ours; -EAGAIN when the monitor before us took it away while we waited. */
static int
try_lock (struct monitor *m, struct error **err)
{
  struct flock whole = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
  autoclose int dir = -1, lock = -1;
  TRY (fs_mkdir_parents (m->run, 0700, err));
  dir = open (m->run, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (dir < 0)
    return errno == ENOENT ? -EAGAIN : fail_sys (err, errno, "open %s", m->run);
  lock = openat (dir, CONTAINER_LOCK, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (lock < 0)
    return errno == ENOENT ? -EAGAIN : fail_sys (err, errno, "open %s/" CONTAINER_LOCK, m->run);
  if (fcntl (lock, F_OFD_SETLK, &whole) < 0)
    return errno == EAGAIN || errno == EACCES ? fail (err, EBUSY, "the container has a monitor")
                                              : fail_sys (err, errno, "lock %s/" CONTAINER_LOCK, m->run);
  if (! is_still_named (dir, lock))
    return -EAGAIN;
  m->run_fd = TAKE_FD (dir);
  m->lock_fd = TAKE_FD (lock);
  return 0;
}

static int
take_lock (struct monitor *m, struct error **err)
{
  int r = -EAGAIN;
  for (int i = 0; i < 100 && r == -EAGAIN; i++)
    r = try_lock (m, err);
  return r == -EAGAIN ? fail (err, EBUSY, "%s comes and goes", m->run) : r;
}

/* ---- the record */

static int
read_record (struct monitor *m, struct error **err)
{
  m->bundle_fd = open (m->bundle, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (m->bundle_fd < 0)
    return fail_sys (err, errno, "open %s", m->bundle);
  m->record = record_read (m->bundle_fd, CONTAINER_RECORD, &record_Container_schema, &m->document, err);
  if (! m->record)
    return wrap (err, "%s", m->bundle);
  m->boot_id = record_boot_id ();
  return 0;
}

/* ---- namespaces */

static const char *
network_mode (const struct monitor *m)
{
  return m->record->network_mode ? m->record->network_mode : "none";
}

static int
make_mount_namespace (struct monitor *m, struct error **err)
{
  if (m->record->shared_mounts.value)
    return 0;
  m->host_mnt_fd = open ("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC);
  if (m->host_mnt_fd < 0 || unshare (CLONE_NEWNS) < 0)
    return fail_sys (err, errno, "make a mount namespace");
  if (mount (NULL, "/", NULL, MS_REC | MS_SLAVE, NULL) < 0)
    return fail_sys (err, errno, "make mounts private");
  return 0;
}

static void
loopback_up (void)
{
  struct ifreq lo = { .ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING };
  autoclose int fd = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd >= 0)
    ioctl (fd, SIOCSIFFLAGS, &lo);
}

/* "net.ipv4.ip_forward" to VALUE in our network namespace: that is what /proc/sys/net shows. The OCI runtime would not:
 * to it the namespace is the host's. */
static int
set_sysctl (const char *name, const char *value, struct error **err)
{
  autofree char *path = mem_printf ("/proc/sys/%s", name);
  for (char *p = path + strlen ("/proc/sys/"); *p; p++)
    *p = *p == '.' ? '/' : *p == '/' ? '.' : *p;
  if (! after_prefix (name, "net.") || strstr (path, "/../"))
    return fail (err, EINVAL, "sysctl %s: not of the network", name);
  int r = fs_write_kernel (AT_FDCWD, path, value, err);
  return r < 0 ? wrap (err, "sysctl %s", name) : 0;
}

/* The network namespace of container ID, through its monitor: who listens on its control socket (unix(7), SO_PEERCRED)
 * is alive, so that its number is nobody else's. */
static int
join_network (const struct monitor *m, const char *id, struct error **err)
{
  struct sockaddr_un a = { .sun_family = AF_UNIX };
  struct ucred peer;
  socklen_t size = sizeof peer;
  char path[64];
  autofree char *dir = mem_printf ("%s/../%s", m->run, id);
  autoclose int dir_fd = open (dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
  autoclose int sock = socket (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
  snprintf (a.sun_path, sizeof a.sun_path, "/proc/self/fd/%d/" CONTAINER_CONTROL, dir_fd);
  if (dir_fd < 0 || sock < 0 || connect (sock, (struct sockaddr *) &a, sizeof a) < 0
      || getsockopt (sock, SOL_SOCKET, SO_PEERCRED, &peer, &size) < 0)
    return fail (err, ESRCH, "network of container %.12s: it is not running", id);
  snprintf (path, sizeof path, "/proc/%d/ns/net", peer.pid);
  autoclose int ns = open (path, O_RDONLY | O_CLOEXEC);
  if (ns < 0 || setns (ns, CLONE_NEWNET) < 0)
    return fail_sys (err, errno, "network of container %.12s", id);
  return 0;
}

static int
make_network_namespace (struct monitor *m, struct error **err)
{
  const char *other = after_prefix (network_mode (m), "container:");
  if (streq (network_mode (m), "host"))
    return 0;
  m->host_net_fd = open ("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
  if (m->host_net_fd < 0)
    return fail_sys (err, errno, "open /proc/self/ns/net");
  if (other)
    return join_network (m, other, err);
  if (unshare (CLONE_NEWNET) < 0)
    return fail_sys (err, errno, "make a network namespace");
  loopback_up ();
  for (size_t i = 0; i < m->record->sysctls.n; i++)
    TRY (set_sysctl (m->record->sysctls.keys[i], m->record->sysctls.v[i], err));
  return 0;
}

/* ---- a container that runs */

static void
adopted_ended (struct watch *w, uint32_t events UNUSED)
{
  struct monitor *m = WATCH_OWNER (w, struct monitor, pidfd);
  m->exited = true;
  loop_mute (&m->loop, w);
  if (! machine_is_busy (m))
    machine_event (m, EV_EXIT, NULL, NULL);
}

/* The monitor has the network namespace that its container has: others find it by us. */
static int
join_own_network (struct monitor *m, struct error **err)
{
  char path[64];
  if (streq (network_mode (m), "host"))
    return 0;
  snprintf (path, sizeof path, "/proc/%d/ns/net", (int) m->status.pid.value);
  m->host_net_fd = open ("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
  autoclose int ns = open (path, O_RDONLY | O_CLOEXEC);
  if (m->host_net_fd < 0 || ns < 0 || setns (ns, CLONE_NEWNET) < 0)
    return fail_sys (err, errno, "network namespace of process %d", (int) m->status.pid.value);
  return 0;
}

static int
adopt (struct monitor *m, struct error **err)
{
  static struct oci_document owner;
  const struct record_Status *st = record_read (m->bundle_fd, CONTAINER_STATUS, &record_Status_schema, &owner, err);
  if (! st)
    return wrap (err, "%s", m->bundle);
  if (! st->pid.set || ! st->pid_start.set || record_start_time ((pid_t) st->pid.value) != st->pid_start.value)
    return fail (err, ESRCH, "the container does not run");
  m->status = *st;
  m->pidfd = (struct watch) { .fd = (int) syscall (SYS_pidfd_open, (pid_t) st->pid.value, 0), .events = EPOLLIN,
                              .ready = adopted_ended };
  if (m->pidfd.fd < 0)
    return fail (err, ESRCH, "the container does not run");
  TRY (join_own_network (m, err));
  /* The number may have become another process': what was opened before this look is not that one's. */
  if (record_start_time ((pid_t) st->pid.value) != st->pid_start.value)
    return fail (err, ESRCH, "the container does not run");
  TRY (output_adopt (m, err));
  loop_add (&m->loop, &m->pidfd);
  machine_adopt (m);
  status_save (m, false);
  return 0;
}

int
setup (struct monitor *m, struct error **err)
{
  TRY (take_lock (m, err));
  TRY (read_record (m, err));
  TRY (control_open (m, err));
  if (m->adopted)
    return adopt (m, err);
  TRY (make_network_namespace (m, err));
  TRY (make_mount_namespace (m, err));
  TRY (rootfs_mount (m, err));
  TRY (subpaths_mount (m, err));
  loop_set (&m->loop, TIMER_IDLE, IDLE_TIME);
  return 0;
}

void
teardown (struct monitor *m)
{
  health_stop (m);
  output_close (m);
  input_close (m);
  attach_close_all (m);
  if (m->lock_fd < 0)
    return;
  subpaths_unmount (m);
  rootfs_unmount (m);
  for (size_t i = 0; i < ARRAY_LEN (run_names); i++)
    unlinkat (m->run_fd, run_names[i], 0);
  rmdir (m->run);
}
