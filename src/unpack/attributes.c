/* attributes.c - gives what was made its owner, mode, extended attributes and times. Runs in the sandbox. */
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#include "layer.h"
#include "xattrs.h"

/* What ext4 can store, 34 bits from 1901 to 2446: times beyond would differ from one file system to the next. */
static const time_t time_min = -(INT64_C (1) << 31), time_max = (INT64_C (1) << 34) - 1 - (INT64_C (1) << 31);

int
attributes_check (const struct tar_entry *e, struct error **err)
{
  const int64_t most = UINT32_MAX - 1; /* the last is chown(2)'s "leave it" */
  if (e->uid > most || e->gid > most)
    return bad_layer (err, "owner %lld:%lld is not a user and group id", (long long) e->uid, (long long) e->gid);
  return 0;
}

static struct timespec
clamped_time (struct layer *l, const struct tar_entry *e)
{
  time_t t = e->mtime.tv_sec;
  if (t >= time_min && t <= time_max)
    return e->mtime;
  layer_warn (l, e->name, "its time, %lld s after 1970, is out of range", (long long) t);
  return (struct timespec) { .tv_sec = t < 0 ? time_min : time_max };
}

static int
owner_failed (const struct tar_entry *e, struct error **err)
{
  if (errno == EINVAL)
    return fail (err, EINVAL, "owner %lld:%lld is not mapped in this user namespace: /etc/subuid and /etc/subgid have "
                 "to give more ids", (long long) e->uid, (long long) e->gid);
  return fail_sys (err, errno, "set owner %lld:%lld", (long long) e->uid, (long long) e->gid);
}

static int
set_xattrs (struct layer *l, const struct tar_entry *e, int fd, struct error **err)
{
  static const char *const why[] = {
    [XATTR_DROP] = "is not taken from layers",
    [XATTR_INVALID] = "has a value that is not valid here",
  };
  for (size_t i = 0; i < e->n_xattrs; i++)
    {
      const struct tar_xattr *x = &e->xattrs[i];
      enum xattr_verdict verdict = xattr_judge (x);
      if (verdict != XATTR_SET)
        layer_warn (l, e->name, "extended attribute %.100s %s", x->name, why[verdict]);
      else if (fsetxattr (fd, x->name, x->value, x->n, 0) < 0)
        return fail_sys (err, errno, "set extended attribute %.100s", x->name);
    }
  return 0;
}

/* Most are what they should be from the start; a change that is none costs the file system a transaction all the same.
 * */
static bool
owner_differs (const struct tar_entry *e, const struct stat *st)
{
  return st->st_uid != (uid_t) e->uid || st->st_gid != (gid_t) e->gid;
}

int
attributes_set (struct layer *l, const struct tar_entry *e, int fd, struct error **err)
{
  struct timespec mtime = clamped_time (l, e);
  struct stat st;
  if (fstat (fd, &st) < 0)
    return fail_sys (err, errno, "look up");
  if (owner_differs (e, &st) && fchown (fd, (uid_t) e->uid, (gid_t) e->gid) < 0)
    return owner_failed (e, err);
  /* A new file has none of the bits that to change the owner would have taken away. */
  if ((st.st_mode & 07777) != e->mode && fchmod (fd, e->mode) < 0)
    return fail_sys (err, errno, "set mode %04o", e->mode);
  TRY (set_xattrs (l, e, fd, err));
  if (futimens (fd, (const struct timespec[2]) { mtime, mtime }) < 0)
    return fail_sys (err, errno, "set its times");
  return 0;
}

int
attributes_set_at (struct layer *l, const struct tar_entry *e, int parent, const char *name, struct error **err)
{
  struct timespec mtime = clamped_time (l, e);
  struct stat st;
  if (fstatat (parent, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
    return fail_sys (err, errno, "look up");
  if (owner_differs (e, &st) && fchownat (parent, name, (uid_t) e->uid, (gid_t) e->gid, AT_SYMLINK_NOFOLLOW) < 0)
    return owner_failed (e, err);
  if (e->n_xattrs > 0)
    layer_warn (l, e->name, "only files and directories get extended attributes");
  if (utimensat (parent, name, (const struct timespec[2]) { mtime, mtime }, AT_SYMLINK_NOFOLLOW) < 0)
    return fail_sys (err, errno, "set its times");
  return 0;
}

int
attributes_set_root (struct layer *l, struct error **err)
{
  if (l->has_root)
    return attributes_set (l, &l->root, l->tree.root, err);
  return fchmod (l->tree.root, 0755) < 0 ? fail_sys (err, errno, "set the root directory's mode") : 0;
}
