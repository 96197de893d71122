/* attach.c - the first step: propagation of `/`, and the container's root file system as a mount of its own. Runs in
 * the child, in its new mount namespace (or the host's: see host_mounts.h). May call path.h and mounting.h. */
#include <fcntl.h>
#include <sys/stat.h>

#include "rootfs/mounting.h"
#include "rootfs/path.h"

static int
open_root (const struct plan *p, int *ret_fd, struct error **err)
{
  autoclose int fd = open (p->rootfs, O_PATH | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0)
    return fail_sys (err, errno, "open root file system %s%s", p->rootfs,
                     errno == EACCES ? " (the container's user may not search a directory above it)" : "");
  struct stat st;
  if (fstat (fd, &st) < 0)
    return fail_sys (err, errno, "look at root file system %s", p->rootfs);
  if (p->rootfs[0] != '/' || S_ISLNK (st.st_mode))
    return fail (err, EINVAL, "invalid rootfs: not an absolute path, or a symlink: %s", p->rootfs);
  if (! S_ISDIR (st.st_mode))
    return fail (err, ENOTDIR, "invalid rootfs: not a directory: %s", p->rootfs);
  *ret_fd = TAKE_FD (fd);
  return 0;
}

/* pivot_root refuses a root whose parent mount is shared, and what is mounted here would appear on the host. `/` stays
 * shared only when rootfsPropagation says so; the mount that the root file system lies on is then found by going up
 * until the kernel takes the directory for the root of a mount. */
static int
make_parent_private (struct rootfs *r, int root, struct error **err)
{
  if (! (r->plan->propagation & MS_SHARED))
    return 0;
  autoclose int at = openat (root, ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
  for (;;)
    {
      int result = at < 0 ? -errno : mount_change (r, at, &(struct mount_change){ .propagation = MS_PRIVATE });
      if (result == 0)
        return 0;
      if (result != -EINVAL)
        return fail_sys (err, -result, "make the mount of %s private", r->plan->rootfs);
      int up = openat (at, "..", O_PATH | O_DIRECTORY | O_CLOEXEC);
      close_fd (&at);
      at = up;
    }
}

int
rootfs_attach (struct rootfs *r, struct error **err)
{
  const struct plan *p = r->plan;
  autoclose int root = -1;
  umask (022);
  r->proc = r->null = -1;
  TRY (open_root (p, &root, err));
  bool host = p->ns[PLAN_MOUNT].mode == NS_HOST;
  if (host && p->n_mounts == 0)
    {
      if (p->root_readonly)
        return fail (err, EINVAL, "root.readonly needs a mount namespace (linux.namespaces)");
      r->root = TAKE_FD (root);
      return 0;
    }
  if (! host && mount (NULL, "/", NULL, p->propagation, NULL) < 0)
    return fail_sys (err, errno, "set the propagation of /");
  if (! host)
    TRY (make_parent_private (r, root, err));
  autoclose int tree = open_tree (root, "", AT_EMPTY_PATH | OPEN_TREE_CLONE | AT_RECURSIVE | OPEN_TREE_CLOEXEC);
  if (tree < 0)
    return fail_sys (err, errno, "clone root file system %s%s", p->rootfs,
                     errno == ENOSYS ? " (Linux 5.2 is needed)" : "");
  const struct mount_change private = { .propagation = MS_PRIVATE };
  size_t n = host || p->propagation & MS_SHARED ? 1 : 0;
  TRY_DOING (err, mount_attach (r, tree, root, &private, n, err), "root file system %s", p->rootfs);
  r->root = TAKE_FD (tree);
  return 0;
}

int
rootfs_make_cwd (struct rootfs *r, const char *cwd, struct error **err)
{
  autoclose int fd = path_mkdirs (r->root, cwd, err);
  return fd < 0 ? wrap (err, "process.cwd") : 0;
}
