/* mount_bind.c - bind mounts: the host's source as a detached copy of its mounts, changed, attached. Runs in the
 * child before the root changes, where `/` still is the host's; mount_open_source runs in the runtime as well, for
 * sources that the child may not reach. May call path.h, mounting.h, sync.h. */
#include <fcntl.h>
#include <linux/magic.h>
#include <limits.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "mem.h"
#include "rootfs/mounting.h"
#include "rootfs/path.h"
#include "sync.h"

enum { PROC_ROOT_INODE = 1 };

int
mount_open_source (const struct plan *plan, const struct plan_mount *m, int userns, int *ret_fd, struct error **err)
{
  unsigned flags = OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC;
  if (m->rbind)
    flags |= AT_RECURSIVE;
  if (m->src_nofollow)
    flags |= AT_SYMLINK_NOFOLLOW;
  autoclose int tree = open_tree (AT_FDCWD, m->source, flags);
  if (tree < 0 && errno == EINVAL && ! m->rbind)
    return fail_sys (err, EINVAL, "bind %s (unbindable, or, in a user namespace, with mounts below: rbind)", m->source);
  if (tree < 0)
    return fail_sys (err, errno, "bind %s", m->source);
  if (m->idmap)
    {
      const struct plan_id_maps *maps = m->maps.n_uids || m->maps.n_gids ? &m->maps : NULL;
      autoclose int own = -1;
      if (maps || userns < 0)
        TRY (idmap_userns (maps ? maps : &plan->ids, &own, err));
      TRY (idmap_apply (tree, own >= 0 ? own : userns, m->ridmap, m->source, err));
    }
  *ret_fd = TAKE_FD (tree);
  return 0;
}

/* The child first, unless only the runtime can: id-mapping needs privileges over the file system's user namespace
 * and the host's process numbers; and directories above the source may be closed to the container's user. */
static int
open_source (struct rootfs *r, const struct plan_mount *m, int *ret_fd, struct error **err)
{
  bool can_ask = r->sync >= 0;
  if (m->idmap && can_ask)
    return sync_ask (r->sync, SYNC_MOUNT_FD, m - r->plan->mounts, NULL, -1, ret_fd, err);
  autoerror struct error *own = NULL;
  int result = mount_open_source (r->plan, m, -1, ret_fd, &own);
  if (result == 0)
    return 0;
  if (can_ask && r->in_userns && (result == -EACCES || result == -EPERM || result == -EOVERFLOW))
    return sync_ask (r->sync, SYNC_MOUNT_FD, m - r->plan->mounts, NULL, -1, ret_fd, err);
  return fail (err, -result, "%s", error_text (own));
}

static const char *
kind_of (mode_t mode)
{
  return S_ISDIR (mode)    ? "a directory"
         : S_ISREG (mode)  ? "a file"
         : S_ISLNK (mode)  ? "a link"
         : S_ISFIFO (mode) ? "a FIFO"
         : S_ISSOCK (mode) ? "a socket"
                           : "a device";
}

/* What lies at the target has to be a directory exactly when the source is one. */
static int
check_kinds (struct rootfs *r, const struct plan_mount *m, const struct stat *source, struct error **err)
{
  autoclose int fd = path_open (r->root, m->target, O_PATH | (m->dest_nofollow ? O_NOFOLLOW : 0), 0);
  struct stat st;
  if (fd == -ENOENT)
    return 0;
  if (fd < 0)
    return fail_sys (err, -fd, "open the target");
  if (fstat (fd, &st) < 0)
    return fail_sys (err, errno, "look at the target");
  if (S_ISDIR (st.st_mode) == S_ISDIR (source->st_mode))
    return 0;
  return fail (err, S_ISDIR (st.st_mode) ? EISDIR : ENOTDIR, "bind %s, which is %s, on %s", m->source,
               kind_of (source->st_mode), kind_of (st.st_mode));
}

/* Only procfs itself may be bound on /proc: a directory that looks like it would be given our writes. */
static int
check_proc (const struct plan_mount *m, int tree, const struct stat *st, struct error **err)
{
  struct statfs fs;
  if (fstatfs (tree, &fs) < 0)
    return fail_sys (err, errno, "look at %s", m->source);
  if (fs.f_type != PROC_SUPER_MAGIC || st->st_ino != PROC_ROOT_INODE)
    return fail (err, EPERM, "bind %s on /proc: only a proc file system may be mounted there", m->source);
  return 0;
}

/* copy-symlink: a source that is a link is made again in the container, not mounted. 1: done. */
static int
copy_symlink (struct rootfs *r, const struct plan_mount *m, struct error **err)
{
  char link[PATH_MAX];
  ssize_t n = readlink (m->source, link, sizeof link - 1);
  if (n < 0)
    return errno == EINVAL ? 0 : fail_sys (err, errno, "read link %s", m->source);
  link[n] = '\0';
  const char *name = NULL;
  autoclose int parent = path_parent (r->root, m->target, &name, err);
  if (parent < 0)
    return parent;
  if (symlinkat (link, parent, name) == 0)
    return 1;
  if (errno != EEXIST)
    return fail_sys (err, errno, "make link");
  char there[PATH_MAX];
  ssize_t n_there = readlinkat (parent, name, there, sizeof there - 1);
  if (n_there != n || memcmp (there, link, (size_t) n) != 0)
    return fail (err, EEXIST, "something else than a link to %s is there", link);
  return 1;
}

int
mount_bind (struct rootfs *r, const struct plan_mount *m, struct error **err)
{
  if (m->copy_symlink)
    {
      int done = copy_symlink (r, m, err);
      if (done)
        return done < 0 ? done : 0;
    }
  autoclose int tree = -1;
  TRY (open_source (r, m, &tree, err));
  struct stat st;
  if (fstat (tree, &st) < 0)
    return fail_sys (err, errno, "look at %s", m->source);
  bool on_proc = streq (m->target, "/proc"), existed = false;
  if (on_proc)
    TRY (check_proc (m, tree, &st, err));
  autoclose int target
      = S_ISDIR (st.st_mode) ? mount_target_dir (r, m, on_proc, &existed, err) : mount_target_file (r, m, err);
  if (target < 0)
    {
      autoerror struct error *why = NULL;
      int result = check_kinds (r, m, &st, &why);
      return result < 0 ? fail (err, -result, "%s", error_text (why)) : target;
    }
  autofree struct mount_change *changes = mem_alloc ((MOUNT_CHANGES_MAX + m->n_propagation) * sizeof *changes);
  size_t n = mount_changes_of (m, changes);
  TRY_DOING (err, mount_attach (r, tree, target, changes, n, err), "bind %s", m->source);
  return m->late_ro ? mount_read_only_later (r, m, tree, err) : 0;
}
