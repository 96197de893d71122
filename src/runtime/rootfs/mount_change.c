/* mount_change.c - attributes, propagation and attaching of mounts that are held by descriptors. Runs in the child,
 * in the container's mount namespace, before and after its root changed. Knows nothing of kinds of mounts. */
#include <fcntl.h>
#include <sys/statvfs.h>

#include "rootfs/mounting.h"
#include "rootfs/path.h"

static const struct
{
  unsigned long ms;
  uint64_t attr;
  unsigned long st; /* as statvfs has it */
} flag_names[] = {
  { MS_RDONLY, MOUNT_ATTR_RDONLY, ST_RDONLY },
  { MS_NOSUID, MOUNT_ATTR_NOSUID, ST_NOSUID },
  { MS_NODEV, MOUNT_ATTR_NODEV, ST_NODEV },
  { MS_NOEXEC, MOUNT_ATTR_NOEXEC, ST_NOEXEC },
  { MS_NODIRATIME, MOUNT_ATTR_NODIRATIME, ST_NODIRATIME },
  { MS_NOSYMFOLLOW, MOUNT_ATTR_NOSYMFOLLOW, 8192 /* ST_NOSYMFOLLOW, kernel 5.10, not in glibc */ },
  { MS_NOATIME, MOUNT_ATTR_NOATIME, ST_NOATIME },
  { MS_STRICTATIME, MOUNT_ATTR_STRICTATIME, 0 },
};

static const unsigned long atime_flags = MS_NOATIME | MS_RELATIME | MS_STRICTATIME;

uint64_t
mount_attrs (unsigned long flags)
{
  uint64_t attrs = 0;
  /* The three are one choice for the kernel; mount(2) lets strictatime win, then noatime. */
  if (flags & MS_STRICTATIME)
    flags &= ~(unsigned long) MS_NOATIME;
  for (size_t i = 0; i < ARRAY_LEN (flag_names); i++)
    if (flags & flag_names[i].ms)
      attrs |= flag_names[i].attr;
  return attrs;
}

static bool
can_merge (const struct mount_change *a, const struct mount_change *b, bool single)
{
  return (single || a->recursive == b->recursive) && ! (a->propagation && b->propagation);
}

/* Add C, to the last change if that is the same call. SINGLE: the tree is one mount, so that "recursive" does not
 * matter. */
static size_t
add_change (struct mount_change *v, size_t n, struct mount_change c, bool single)
{
  if (n == 0 || ! can_merge (&v[n - 1], &c, single))
    {
      v[n] = c;
      return n + 1;
    }
  struct mount_change *last = &v[n - 1];
  last->set = (last->set & ~c.clear) | c.set;
  last->clear |= c.clear;
  last->propagation |= c.propagation;
  last->recursive |= c.recursive;
  return n;
}

size_t
mount_changes_of (const struct plan_mount *m, struct mount_change *v)
{
  size_t n = 0;
  bool single = ! m->rbind;
  unsigned long flags = m->late_ro ? m->flags & ~(unsigned long) MS_RDONLY : m->flags;
  struct mount_change own = { .set = mount_attrs (flags), .clear = mount_attrs (m->cleared & ~flags) };
  if ((flags | m->cleared) & atime_flags)
    own.clear |= MOUNT_ATTR__ATIME;
  if (m->bind && (own.set | own.clear))
    n = add_change (v, n, own, single);
  if (m->rec_set | m->rec_clear)
    n = add_change (v, n, (struct mount_change){ .set = m->rec_set, .clear = m->rec_clear, .recursive = true }, single);
  for (size_t i = 0; i < m->n_propagation; i++)
    {
      unsigned long p = m->propagation[i];
      const struct mount_change c = { .propagation = p & ~(unsigned long) MS_REC, .recursive = p & MS_REC };
      n = add_change (v, n, c, single);
    }
  return n;
}

int
mount_apply (int fd, const struct mount_change *v, size_t n, size_t *ret_done)
{
  for (*ret_done = 0; *ret_done < n; ++*ret_done)
    {
      const struct mount_change *c = &v[*ret_done];
      struct mount_attr attr = { .attr_set = c->set, .attr_clr = c->clear, .propagation = c->propagation };
      if (mount_setattr (fd, "", AT_EMPTY_PATH | (c->recursive ? AT_RECURSIVE : 0), &attr, sizeof attr) < 0)
        return errno == ENOSYS ? 0 : -errno;
    }
  return 0;
}

/* The path of FD for mount(2): the host's /proc is gone after the pivot, and the container's is not to be trusted. */
static const char *
path_for_mount (struct rootfs *r, int fd, char buf[FD_PATH_MAX])
{
  const char *path = path_of_fd (fd, buf);
  if (! r->pivoted)
    return path;
  return fchdir (r->proc) < 0 ? NULL : path + strlen ("/proc/");
}

int
mount_legacy (struct rootfs *r, const char *source, int target, const char *type, unsigned long flags, const char *data)
{
  char buf[FD_PATH_MAX];
  const char *path = path_for_mount (r, target, buf);
  if (! path)
    return -errno;
  int result = mount (source, path, type, flags, data) < 0 ? -errno : 0;
  if (r->pivoted && fchdir (r->root) < 0)
    return -errno;
  return result;
}

/* Before mount_setattr, kernel 5.12: remount, which replaces all flags, so that those that are to stay are given
 * again. */
static int
change_by_remount (struct rootfs *r, int fd, const struct mount_change *c)
{
  if (c->recursive && (c->set | c->clear))
    return -ENOSYS;
  if (c->set | c->clear)
    {
      struct statvfs st;
      if (fstatvfs (fd, &st) < 0)
        return -errno;
      unsigned long flags = 0;
      for (size_t i = 0; i < ARRAY_LEN (flag_names); i++)
        if ((c->set & flag_names[i].attr) || ((st.f_flag & flag_names[i].st) && ! (c->clear & flag_names[i].attr)))
          flags |= flag_names[i].ms;
      TRY (mount_legacy (r, NULL, fd, NULL, MS_BIND | MS_REMOUNT | flags, NULL));
    }
  if (! c->propagation)
    return 0;
  return mount_legacy (r, NULL, fd, NULL, c->propagation | (c->recursive ? MS_REC : 0), NULL);
}

int
mount_change (struct rootfs *r, int fd, const struct mount_change *c)
{
  size_t done = 0;
  TRY (mount_apply (fd, c, 1, &done));
  return done ? 0 : change_by_remount (r, fd, c);
}

static int
attributes_refused (int code, struct error **err)
{
  const char *hint = code == EPERM    ? " (in a user namespace, flags that the host has set cannot be taken away)"
                     : code == ENOSYS ? " (recursive options need Linux 5.12)"
                                      : "";
  return fail (err, code, "set mount flags: %s%s", strerror (code), hint);
}

int
mount_attach (struct rootfs *r, int fd, int target, const struct mount_change *v, size_t n, struct error **err)
{
  size_t done = 0;
  int result = mount_apply (fd, v, n, &done);
  if (result < 0)
    return attributes_refused (-result, err);
  for (size_t i = done; i < n; i++)
    if (v[i].recursive && (v[i].set | v[i].clear))
      return attributes_refused (ENOSYS, err);
  if (move_mount (fd, "", target, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH) < 0)
    return fail_sys (err, errno, "attach the mount");
  for (; done < n; done++)
    if ((result = change_by_remount (r, fd, &v[done])) < 0)
      return attributes_refused (-result, err);
  return 0;
}
