/* console.c - terminals, from the container's own devpts. Runs in the child: for the first process before or after
 * its root changed, for exec in the container. What /dev/pts is, the image or another container may have decided: it
 * has to be the root of a devpts, its ptmx the multiplexer, and the other side comes from the kernel, not from a
 * path (CVE-2025-52565). May call path.h and mounting.h. */
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>

#include "rootfs/mounting.h"
#include "rootfs/path.h"

enum
{
  DEVPTS_ROOT_INODE = 1,
  TTYAUX_MAJOR = 5,
  PTMX_MINOR = 2,
  SLAVE_MAJOR = 136, /* to 143 */
  SLAVE_MAJORS = 8,
};

static int
open_devpts (struct rootfs *r, struct stat *st, struct error **err)
{
  struct statfs fs;
  autoclose int pts = path_open (r->root, "/dev/pts", O_PATH | O_DIRECTORY, 0);
  if (pts < 0)
    return fail_sys (err, -pts, "open /dev/pts%s",
                     pts == -ENOENT ? " (a terminal needs a mount of type devpts there)" : "");
  if (fstat (pts, st) < 0 || fstatfs (pts, &fs) < 0)
    return fail_sys (err, errno, "look at /dev/pts");
  if (fs.f_type != DEVPTS_SUPER_MAGIC || st->st_ino != DEVPTS_ROOT_INODE)
    return fail (err, EINVAL, "/dev/pts is not a devpts file system: a terminal needs a mount of type devpts there");
  return TAKE_FD (pts);
}

static int
open_multiplexer (struct rootfs *r, struct error **err)
{
  struct stat dir, st;
  autoclose int pts = open_devpts (r, &dir, err);
  if (pts < 0)
    return pts;
  /* Nothing can be made in a devpts; what is mounted on its files has another device number. */
  autoclose int check = openat (pts, "ptmx", O_PATH | O_NOFOLLOW | O_CLOEXEC);
  if (check < 0 || fstat (check, &st) < 0)
    return fail_sys (err, errno, "open /dev/pts/ptmx");
  if (! S_ISCHR (st.st_mode) || st.st_rdev != makedev (TTYAUX_MAJOR, PTMX_MINOR) || st.st_dev != dir.st_dev)
    return fail (err, EINVAL, "/dev/pts/ptmx is not the terminal multiplexer");
  autoclose int master = openat (pts, "ptmx", O_RDWR | O_NOCTTY | O_NOFOLLOW | O_CLOEXEC);
  if (master < 0 || fstat (master, &st) < 0)
    return fail_sys (err, errno, "open /dev/pts/ptmx");
  if (! S_ISCHR (st.st_mode) || st.st_rdev != makedev (TTYAUX_MAJOR, PTMX_MINOR) || st.st_dev != dir.st_dev)
    return fail (err, EINVAL, "/dev/pts/ptmx was replaced");
  return TAKE_FD (master);
}

static int
open_slave (int master, struct error **err)
{
  struct stat st;
  struct statfs fs;
  int unlocked = 0;
  if (ioctl (master, TIOCSPTLCK, &unlocked) < 0)
    return fail_sys (err, errno, "unlock the terminal");
  autoclose int slave = ioctl (master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (slave < 0 || fstat (slave, &st) < 0 || fstatfs (slave, &fs) < 0)
    return fail_sys (err, errno, "open the terminal's other side");
  unsigned type = major (st.st_rdev);
  if (! S_ISCHR (st.st_mode) || type < SLAVE_MAJOR || type >= SLAVE_MAJOR + SLAVE_MAJORS
      || fs.f_type != DEVPTS_SUPER_MAGIC)
    return fail (err, EINVAL, "the terminal's other side is not a terminal");
  return TAKE_FD (slave);
}

/* The terminal on /dev/console, which is made if it is missing; what the image has there is only mounted on. */
static int
bind_console (struct rootfs *r, int slave, struct error **err)
{
  struct stat st;
  autoclose int dev = path_mkdirs (r->root, "/dev", err);
  if (dev < 0)
    return dev;
  if (mknodat (dev, "console", S_IFREG | 0600, 0) < 0 && errno != EEXIST && errno != EROFS)
    return fail_sys (err, errno, "make /dev/console");
  autoclose int target = openat (dev, "console", O_PATH | O_NOFOLLOW | O_CLOEXEC);
  if (target < 0 || fstat (target, &st) < 0)
    return fail_sys (err, errno, "open /dev/console");
  if (S_ISLNK (st.st_mode) || S_ISDIR (st.st_mode))
    return fail (err, EINVAL, "/dev/console of the root file system is a %s: the terminal cannot be bound on it",
                 S_ISLNK (st.st_mode) ? "link" : "directory");
  autoclose int tree = open_tree (slave, "", AT_EMPTY_PATH | OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
  if (tree < 0)
    return fail_sys (err, errno, "bind the terminal on /dev/console");
  TRY_DOING (err, mount_attach (r, tree, target, NULL, 0, err), "/dev/console");
  return 0;
}

int
console_open (struct rootfs *r, bool dev_console, int *ret_master, int *ret_slave, struct error **err)
{
  const struct plan_process *p = &r->plan->process;
  autoclose int master = open_multiplexer (r, err);
  if (master < 0)
    return wrap (err, "process.terminal");
  autoclose int slave = open_slave (master, err);
  if (slave < 0)
    return wrap (err, "process.terminal");
  const struct winsize size = { .ws_row = p->rows, .ws_col = p->columns };
  if ((p->rows || p->columns) && ioctl (slave, TIOCSWINSZ, &size) < 0)
    return fail_sys (err, errno, "process.consoleSize");
  if (dev_console && r->plan->ns[PLAN_MOUNT].mode != NS_HOST)
    TRY (bind_console (r, slave, err));
  *ret_master = TAKE_FD (master);
  *ret_slave = TAKE_FD (slave);
  return 0;
}

int
console_attach (int slave, const struct plan_process *p, struct error **err)
{
  /* A process that leads a session already keeps it. */
  if (setsid () < 0 && errno != EPERM)
    return fail_sys (err, errno, "process.terminal: start a session");
  if (ioctl (slave, TIOCSCTTY, 0) < 0)
    return fail_sys (err, errno, "process.terminal: make it the controlling terminal");
  /* The group stays devpts's. Without CAP_CHOWN the descriptors still work. */
  if (fchown (slave, p->uid, (gid_t) -1) < 0 && errno != EPERM)
    return fail_sys (err, errno, "process.terminal: give it to user %u", p->uid);
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
    if (dup2 (slave, fd) < 0)
      return fail_sys (err, errno, "process.terminal: standard descriptor %d", fd);
  return 0;
}
