/* mask.c - what becomes read-only or unreadable at the end: late read-only mounts, readonlyPaths, maskedPaths, the
 * root. Runs in the child after its root changed. One descriptor per path serves for finding it and mounting on it,
 * so that what is mounted on is what was found (GHSA-3q8j-pf29-vwv8). May call path.h, mounting.h. */
#include <fcntl.h>
#include <time.h>

#include "rootfs/mounting.h"
#include "rootfs/path.h"

enum { BUSY_TRIES = 5, BUSY_NAP_MS = 100 };

static const struct mount_change read_only = { .set = MOUNT_ATTR_RDONLY };

/* The two things that cover others: a mount of a null device and of an empty directory. Detached until their first use,
 * afterwards copied from there: kernels before 6.15 do not copy a detached mount. */
struct covers
{
  struct rootfs *r;
  int null, empty;
  bool null_attached, empty_attached;
  dev_t empty_dev;
};

static void
covers_end (struct covers *c)
{
  close_fd (&c->null);
  close_fd (&c->empty);
}

/* PATH, or -1 when there is none: nothing to protect then. */
static int
open_if_there (struct rootfs *r, const char *path, int *ret_fd, struct error **err)
{
  int fd = path_open (r->root, path, O_PATH, 0);
  *ret_fd = fd < 0 ? -1 : fd;
  return fd >= 0 || fd == -ENOENT || fd == -ENOTDIR ? 0 : fail_sys (err, -fd, "open");
}

static int
null_cover (struct covers *c, struct error **err)
{
  struct stat st;
  if (c->null >= 0)
    return 0;
  autoclose int fd = path_open (c->r->root, "/dev/null", O_PATH | O_NOFOLLOW, 0);
  if (fd < 0 || fstat (fd, &st) < 0)
    return fail_sys (err, fd < 0 ? -fd : errno, "find a null device to mask with");
  if (! is_null_device (&st))
    return fail (err, EINVAL, "/dev/null of the container is not the null device, and the host has none to mask with");
  c->null = open_tree (fd, "", AT_EMPTY_PATH | OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
  return c->null < 0 ? fail_sys (err, errno, "clone the null device") : 0;
}

/* One inode is the root directory; some kernels want one more. */
static int
empty_cover (struct covers *c, struct error **err)
{
  struct stat st;
  if (c->empty >= 0)
    return 0;
  const unsigned long flags = MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC;
  const char *label = c->r->plan->mount_label;
  if (mount_new ("tmpfs", "tmpfs", "nr_blocks=1,nr_inodes=1,mode=755", flags, label, &c->empty, NULL) < 0)
    TRY (mount_new ("tmpfs", "tmpfs", "nr_blocks=1,nr_inodes=2,mode=755", flags, label, &c->empty, err));
  if (fstat (c->empty, &st) < 0)
    return fail_sys (err, errno, "look at the empty directory");
  c->empty_dev = st.st_dev;
  return 0;
}

static int
cover_with (struct rootfs *r, int cover, bool *attached, int target, struct error **err)
{
  if (! *attached)
    {
      TRY (mount_attach (r, cover, target, NULL, 0, err));
      *attached = true;
      return 0;
    }
  autoclose int copy = open_tree (cover, "", AT_EMPTY_PATH | OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
  return copy < 0 ? fail_sys (err, errno, "clone") : mount_attach (r, copy, target, NULL, 0, err);
}

static int
mask_path (struct covers *c, const char *path, struct error **err)
{
  struct stat st;
  autoclose int fd = -1;
  TRY (open_if_there (c->r, path, &fd, err));
  if (fd < 0)
    return 0;
  if (fstat (fd, &st) < 0)
    return fail_sys (err, errno, "look at it");
  if (S_ISDIR (st.st_mode))
    {
      TRY (empty_cover (c, err));
      return st.st_dev == c->empty_dev ? 0 : cover_with (c->r, c->empty, &c->empty_attached, fd, err);
    }
  /* The null device itself, or a path given twice. */
  if (is_null_device (&st))
    return 0;
  TRY (null_cover (c, err));
  return cover_with (c->r, c->null, &c->null_attached, fd, err);
}

static int
protect_path (struct rootfs *r, const char *path, struct error **err)
{
  autoclose int fd = -1;
  TRY (open_if_there (r, path, &fd, err));
  if (fd < 0)
    return 0;
  autoclose int tree = open_tree (fd, "", AT_EMPTY_PATH | OPEN_TREE_CLONE | AT_RECURSIVE | OPEN_TREE_CLOEXEC);
  if (tree < 0)
    return fail_sys (err, errno, "clone");
  return mount_attach (r, tree, fd, &read_only, 1, err);
}

/* A file that is just being closed elsewhere makes it busy for a moment. */
static int
make_read_only (struct rootfs *r, int fd)
{
  int result = mount_change (r, fd, &read_only);
  for (int i = 0; result == -EBUSY && i < BUSY_TRIES; i++)
    {
      nanosleep (&(struct timespec){ .tv_nsec = BUSY_NAP_MS * 1000000L }, NULL);
      result = mount_change (r, fd, &read_only);
    }
  return result;
}

int
rootfs_finish (struct rootfs *r, struct error **err)
{
  const struct plan *p = r->plan;
  for (size_t i = 0; i < r->n_late; i++)
    {
      int result = make_read_only (r, r->late[i]);
      if (result < 0)
        return fail_sys (err, -result, "mounts[%zu]: make it read-only", r->late_index[i]);
    }
  for (size_t i = 0; i < p->readonly.n; i++)
    TRY_DOING (err, protect_path (r, p->readonly.v[i], err), "linux.readonlyPaths[%zu] %s", i, p->readonly.v[i]);
  __attribute__ ((cleanup (covers_end))) struct covers c = { .r = r, .null = TAKE_FD (r->null), .empty = -1 };
  for (size_t i = 0; i < p->masked.n; i++)
    TRY_DOING (err, mask_path (&c, p->masked.v[i], err), "linux.maskedPaths[%zu] %s", i, p->masked.v[i]);
  int result = p->root_readonly ? make_read_only (r, r->root) : 0;
  return result < 0 ? fail_sys (err, -result, "root.readonly: make / read-only") : 0;
}
