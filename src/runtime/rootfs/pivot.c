/* pivot.c - the container's root file system becomes `/`. Runs in the child; before it `/` is the host's, after it
 * nothing of the host can be reached by a path. May call mounting.h. */
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/syscall.h>
#include <sys/vfs.h>

#include "fs.h"
#include "mem.h"
#include "rootfs/mounting.h"

enum { MOUNTINFO_MAX = 64 * 1024 * 1024 };

/* For masks: a null device that no image can have made (CVE-2025-31133). A host without one: the container's is checked
 * then. */
static void
take_null (struct rootfs *r)
{
  struct stat st;
  autoclose int fd = open_tree (AT_FDCWD, "/dev/null", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_SYMLINK_NOFOLLOW);
  if (fd >= 0 && fstat (fd, &st) == 0 && is_null_device (&st))
    r->null = TAKE_FD (fd);
}

static int
take_proc (struct rootfs *r, struct error **err)
{
  struct statfs fs;
  autoclose int fd = open ("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0 || fstatfs (fd, &fs) < 0)
    return fail_sys (err, errno, "open /proc");
  if (fs.f_type != PROC_SUPER_MAGIC)
    return fail (err, EINVAL, "/proc is not a proc file system");
  r->proc = TAKE_FD (fd);
  return 0;
}

static int
pivot (struct rootfs *r, struct error **err)
{
  autoclose int old = open ("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (old < 0)
    return fail_sys (err, errno, "open the old root");
  if (fchdir (r->root) < 0)
    return fail_sys (err, errno, "change to the new root");
  /* Both arguments the same: the old root is then mounted on top of the new one, and no directory is needed for it. */
  if (syscall (SYS_pivot_root, ".", ".") < 0)
    return fail_sys (err, errno, "pivot_root%s",
                     errno == EINVAL ? " (where / is a ramfs, as in an initial ram disk, use --no-pivot)" : "");
  if (fchdir (old) < 0)
    return fail_sys (err, errno, "change to the old root");
  /* What is unmounted here must not be unmounted on the host; slave and private mounts cannot do that. */
  if ((r->plan->propagation & MS_SHARED) && mount (NULL, ".", NULL, MS_SLAVE | MS_REC, NULL) < 0)
    return fail_sys (err, errno, "make the old root a slave");
  if (umount2 (".", MNT_DETACH) < 0)
    return fail_sys (err, errno, "unmount the old root");
  return 0;
}

/* LINE of mountinfo is a whole proc or sysfs of the host: its mount point, unescaped in place; otherwise NULL. */
static char *
full_mount_point (char *line)
{
  static const char *const types[] = { " - proc ", " - sysfs " };
  char *field[5] = { NULL }, *save = NULL;
  bool wanted = false;
  for (size_t i = 0; i < ARRAY_LEN (types); i++)
    wanted |= strstr (line, types[i]) != NULL;
  for (size_t i = 0; wanted && i < ARRAY_LEN (field); i++, line = NULL)
    if (! (field[i] = strtok_r (line, " ", &save)))
      return NULL;
  if (! wanted || ! streq (field[3], "/"))
    return NULL;
  char *to = field[4];
  for (const char *from = to; *from; to++)
    {
      unsigned code = 0;
      bool escaped = from[0] == '\\' && sscanf (from + 1, "%3o", &code) == 1;
      *to = escaped ? (char) code : *from;
      from += escaped ? 4 : 1;
    }
  *to = '\0';
  return field[4];
}

/* MS_MOVE leaves the old root's mounts below the new one reachable by nobody but the kernel, which takes a fully
 * visible /proc or /sys there for permission to mount another in a user namespace. */
static int
unmount_host_proc_sys (struct rootfs *r, struct error **err)
{
  autofree char *lines = NULL;
  TRY (fs_read_kernel (AT_FDCWD, "/proc/self/mountinfo", MOUNTINFO_MAX, &lines, err));
  char *save = NULL;
  for (char *line = strtok_r (lines, "\n", &save); line; line = strtok_r (NULL, "\n", &save))
    {
      char *point = full_mount_point (line);
      const char *inside = point ? after_prefix (point, r->plan->rootfs) : NULL;
      if (! point || (inside && (*inside == '/' || *inside == '\0')))
        continue;
      mount (NULL, point, NULL, MS_SLAVE | MS_REC, NULL);
      if (umount2 (point, MNT_DETACH) == 0 || errno == ENOENT || errno == EACCES)
        continue;
      /* Locked together with its parent in a user namespace: cover it. */
      if (mount ("tmpfs", point, "tmpfs", MS_RDONLY, NULL) < 0)
        return fail_sys (err, errno, "unmount or cover the host's %s", point);
    }
  return 0;
}

static int
move_and_chroot (struct rootfs *r, struct error **err)
{
  if (r->plan->propagation & MS_PRIVATE)
    return fail (err, EINVAL, "linux.rootfsPropagation: private cannot be had with --no-pivot");
  TRY (unmount_host_proc_sys (r, err));
  if (fchdir (r->root) < 0 || mount (".", "/", NULL, MS_MOVE, NULL) < 0)
    return fail_sys (err, errno, "move the root file system to /");
  return chroot (".") < 0 ? fail_sys (err, errno, "chroot") : 0;
}

static int
only_chroot (struct rootfs *r, struct error **err)
{
  return fchdir (r->root) < 0 || chroot (".") < 0 ? fail_sys (err, errno, "chroot to %s", r->plan->rootfs) : 0;
}

int
rootfs_pivot (struct rootfs *r, struct error **err)
{
  const struct plan *p = r->plan;
  TRY (take_proc (r, err));
  if (p->ns[PLAN_MOUNT].mode == NS_HOST)
    TRY (only_chroot (r, err));
  else
    {
      if (p->masked.n)
        take_null (r);
      TRY (p->no_pivot ? move_and_chroot (r, err) : pivot (r, err));
    }
  if (chdir ("/") < 0)
    return fail_sys (err, errno, "change to the new root");
  r->pivoted = true;
  if (p->root_propagation && mount (NULL, "/", NULL, p->root_propagation, NULL) < 0)
    return fail_sys (err, errno, "set the propagation of the new root");
  return 0;
}
