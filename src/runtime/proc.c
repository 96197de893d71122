/* proc.c - procfs that the container cannot have prepared: a mount of our own that nobody else sees. Runs in the
 * child, in whatever namespaces it is; calls nothing above the C library. */
#include "proc.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>

#include "mem.h"

enum
{
  PROC_ROOT_INODE = 1,
  READ_STEP = 4096,
  READ_MAX = 1024 * 1024,
  PID_DIGITS = 20,
};

static int
new_instance (bool sysctl)
{
  autoclose int fs = fsopen ("proc", FSOPEN_CLOEXEC);
  if (fs < 0)
    return -errno;
  /* Kernel 5.8; without it there is just more to be seen. */
  if (! sysctl)
    fsconfig (fs, FSCONFIG_SET_STRING, "subset", "pid", 0);
  if (fsconfig (fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0)
    return -errno;
  int fd = fsmount (fs, FSMOUNT_CLOEXEC, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC);
  return fd < 0 ? -errno : fd;
}

/* Where no new one may be mounted (a user namespace that sees only a masked /proc): the one that is there, alone,
 * without what is mounted on its files, if it is one. */
static int
present_instance (void)
{
  struct stat st;
  struct statfs fs;
  autoclose int fd = open_tree (AT_FDCWD, "/proc", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_SYMLINK_NOFOLLOW);
  if (fd < 0)
    fd = open ("/proc", O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0 || fstat (fd, &st) < 0 || fstatfs (fd, &fs) < 0)
    return -errno;
  if (fs.f_type != PROC_SUPER_MAGIC || st.st_ino != PROC_ROOT_INODE)
    return -EXDEV;
  return TAKE_FD (fd);
}

int
proc_open (bool sysctl, int *ret_fd, struct error **err)
{
  int fd = new_instance (sysctl);
  if (fd < 0)
    fd = present_instance ();
  if (fd == -EXDEV)
    return fail (err, EXDEV, "/proc is not a proc file system");
  if (fd < 0)
    return fail_sys (err, -fd, "open /proc");
  *ret_fd = fd;
  return 0;
}

/* As openat2 below, without it: procfs has no links on the ways that we go, and another mount has another device. */
static int
walk (int proc, const char *path, int flags)
{
  struct stat root, st;
  autofree char *copy = mem_strdup (path);
  autoclose int at = openat (proc, ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (at < 0 || fstat (at, &root) < 0)
    return -errno;
  char *save = NULL;
  for (char *name = strtok_r (copy, "/", &save), *next; name; name = next)
    {
      next = strtok_r (NULL, "/", &save);
      if (streq (name, ".."))
        return -EXDEV;
      int fd = openat (at, name, O_NOFOLLOW | O_CLOEXEC | (next ? O_PATH | O_DIRECTORY : flags));
      if (fd < 0)
        return -errno;
      close_fd (&at);
      at = fd;
      if (fstat (at, &st) < 0)
        return -errno;
      if (st.st_dev != root.st_dev)
        return -EXDEV;
    }
  return TAKE_FD (at);
}

static int
open_beneath (int proc, const char *path, int flags)
{
  struct open_how how = {
    .flags = (unsigned) (flags | O_CLOEXEC),
    .resolve = RESOLVE_BENEATH | RESOLVE_NO_XDEV | RESOLVE_NO_SYMLINKS,
  };
  int fd = (int) syscall (SYS_openat2, proc, path, &how, sizeof how);
  if (fd >= 0)
    return fd;
  return errno == ENOSYS || errno == EPERM ? walk (proc, path, flags) : -errno;
}

/* "self" is a link, the only one on our ways: our number, as this instance's pid namespace has it, is put in its
 * place. */
static int
open_file (int proc, const char *path, int flags, struct error **err)
{
  char self[PID_DIGITS + 1];
  autofree char *numbered = NULL;
  const char *below = after_prefix (path, "self/");
  if (below)
    {
      ssize_t n = readlinkat (proc, "self", self, sizeof self - 1);
      if (n < 0)
        return fail_sys (err, errno, "read /proc/self");
      self[n] = '\0';
      if (n == 0 || strspn (self, "0123456789") != (size_t) n)
        return fail (err, EXDEV, "/proc/self leads to %s", self);
      numbered = mem_printf ("%s/%s", self, below);
    }
  int fd = open_beneath (proc, numbered ? numbered : path, flags);
  return fd < 0 ? fail_sys (err, -fd, "open /proc/%s", path) : fd;
}

int
proc_write (int proc, const char *path, const char *text, struct error **err)
{
  autoclose int fd = open_file (proc, path, O_WRONLY, err);
  if (fd < 0)
    return fd;
  /* These files take a value in one piece. */
  ssize_t n = RETRY_EINTR (write (fd, text, strlen (text)));
  if (n < 0)
    return fail_sys (err, errno, "write to /proc/%s", path);
  return (size_t) n == strlen (text) ? 0 : fail (err, EIO, "write to /proc/%s: only %zd bytes were taken", path, n);
}

int
proc_read (int proc, const char *path, char **ret, struct error **err)
{
  autotext struct text t = { 0 };
  autoclose int fd = open_file (proc, path, O_RDONLY, err);
  if (fd < 0)
    return fd;
  for (;;)
    {
      char buf[READ_STEP];
      ssize_t n = RETRY_EINTR (read (fd, buf, sizeof buf));
      if (n < 0)
        return fail_sys (err, errno, "read /proc/%s", path);
      if (n == 0)
        break;
      text_add_bytes (&t, buf, (size_t) n);
      if (t.len > READ_MAX)
        return fail (err, EFBIG, "read /proc/%s: too long", path);
    }
  *ret = t.s ? TAKE_PTR (t.s) : mem_strdup ("");
  return 0;
}
