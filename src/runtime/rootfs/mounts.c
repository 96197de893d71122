/* mounts.c - config.json's mounts in their order, and the places where they go. Runs in the child, in its mount
 * namespace, before the root changes; sources are the host's paths, targets are found by path.h only. The kinds of
 * mounts are in mount_bind.c, mount_filesystem.c, mount_cgroup.c. */
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "mem.h"
#include "rootfs/mounting.h"
#include "rootfs/path.h"

/* The plan let only harmless targets below /proc pass; a link in the image that leads there has to be found here
 * (CVE-2019-16884: a file over /proc/self/attr/exec would get what is meant for the kernel). */
static int
refuse_link_to_proc (const struct plan_mount *m, int target, struct error **err)
{
  struct statfs fs;
  if (streq (m->target, "/proc") || after_prefix (m->target, "/proc/"))
    return 0;
  if (fstatfs (target, &fs) < 0)
    return fail_sys (err, errno, "look at the target");
  if (fs.f_type == PROC_SUPER_MAGIC)
    return fail (err, EPERM, "the target is a link into /proc, where nothing may be mounted");
  return 0;
}

/* What lies at the last place of the target, link or not; -ENOENT if nothing. The directories above it are made. */
static int
open_unfollowed (struct rootfs *r, const struct plan_mount *m, struct error **err)
{
  const char *name = NULL;
  autoclose int parent = path_parent (r->root, m->target, &name, err);
  if (parent < 0)
    return parent;
  int fd = openat (parent, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
  return fd < 0 && errno != ENOENT ? fail_sys (err, errno, "open the target") : fd < 0 ? -ENOENT : fd;
}

int
mount_target_dir (struct rootfs *r, const struct plan_mount *m, bool plain, bool *ret_existed, struct error **err)
{
  struct stat st;
  autoclose int fd = -1;
  if (plain || m->dest_nofollow)
    {
      fd = open_unfollowed (r, m, err);
      if (fd < 0 && fd != -ENOENT)
        return fd;
      if (fd >= 0 && fstat (fd, &st) < 0)
        return fail_sys (err, errno, "look at the target");
      if (fd >= 0 && ! S_ISDIR (st.st_mode))
        return fail (err, ENOTDIR, "%s\"%s\" must be mounted on ordinary directory", m->type ? "filesystem " : "",
                     m->type ? m->type : m->source);
    }
  else
    fd = path_open (r->root, m->target, O_PATH | O_DIRECTORY, 0);
  *ret_existed = fd >= 0;
  if (fd < 0)
    fd = path_mkdirs (r->root, m->target, err);
  if (fd < 0)
    return fd;
  TRY (refuse_link_to_proc (m, fd, err));
  return TAKE_FD (fd);
}

int
mount_target_file (struct rootfs *r, const struct plan_mount *m, struct error **err)
{
  autoclose int fd = -1;
  if (m->dest_nofollow)
    {
      fd = open_unfollowed (r, m, err);
      if (fd < 0 && fd != -ENOENT)
        return fd;
    }
  if (fd < 0)
    fd = path_make_file (r->root, m->target, err);
  if (fd < 0)
    return fd;
  TRY (refuse_link_to_proc (m, fd, err));
  return TAKE_FD (fd);
}

int
mount_read_only_later (struct rootfs *r, const struct plan_mount *m, int fd, struct error **err)
{
  int copy = fcntl (fd, F_DUPFD_CLOEXEC, 3);
  if (copy < 0)
    return fail_sys (err, errno, "keep the mount");
  r->late = mem_grow (r->late, r->n_late + 1, sizeof *r->late);
  r->late_index = mem_grow (r->late_index, r->n_late + 1, sizeof *r->late_index);
  r->late[r->n_late] = copy;
  r->late_index[r->n_late++] = m->index;
  return 0;
}

/* "remount": what is mounted at the target gets other flags and options; with "bind", the mount alone. */
static int
remount (struct rootfs *r, const struct plan_mount *m, struct error **err)
{
  autoclose int fd = path_open (r->root, m->target, O_PATH, 0);
  if (fd < 0)
    return fail_sys (err, -fd, "open the target");
  TRY (refuse_link_to_proc (m, fd, err));
  if (! m->bind)
    {
      int result = mount_legacy (r, m->source, fd, m->type, m->flags, m->data);
      if (result < 0)
        return fail_sys (err, -result, "remount");
    }
  autofree struct mount_change *changes = mem_alloc ((MOUNT_CHANGES_MAX + m->n_propagation) * sizeof *changes);
  size_t n = mount_changes_of (m, changes);
  for (size_t i = 0; i < n; i++)
    {
      int result = mount_change (r, fd, &changes[i]);
      if (result < 0)
        return fail_sys (err, -result, "remount");
    }
  return 0;
}

static int
mount_one (struct rootfs *r, const struct plan_mount *m, struct error **err)
{
  if (m->flags & MS_REMOUNT)
    return remount (r, m, err);
  if (m->bind)
    return mount_bind (r, m, err);
  return m->cgroup ? mount_cgroup (r, m, err) : mount_filesystem (r, m, err);
}

int
rootfs_mounts (struct rootfs *r, struct error **err)
{
  const struct plan *p = r->plan;
  for (size_t i = 0; i < p->n_mounts; i++)
    {
      const struct plan_mount *m = &p->mounts[i];
      int result = mount_one (r, m, err);
      if (result < 0)
        return wrap (err, "mounts[%zu] %s", m->index, m->target);
    }
  return 0;
}
