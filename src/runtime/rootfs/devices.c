/* devices.c - device nodes and the links of /dev. Runs in the child before the root changes: where nodes may not be
 * made, the host's are bound. The image may have made /dev a link (CVE-2026-41579): directories come from path.h,
 * and in them only single names that are not followed are used. */
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>

#include "rootfs/mounting.h"
#include "rootfs/path.h"

/* Where devices are being made. */
struct place
{
  struct rootfs *r;
  int dev;        /* the directory /dev */
  bool dev_bind;  /* nodes in it could not be used: user namespace, nodev */
};

static const char *
kind_of (mode_t mode)
{
  return S_ISCHR (mode)    ? "character device"
         : S_ISBLK (mode)  ? "block device"
         : S_ISFIFO (mode) ? "FIFO"
                           : "other file";
}

static bool
is_device (const struct plan_device *d, const struct stat *st)
{
  return (st->st_mode & S_IFMT) == (d->mode & S_IFMT) && (S_ISFIFO (d->mode) || st->st_rdev == d->rdev);
}

/* What lies at NAME already has to be the device asked for (config-linux.md#devices). */
static int
check_existing (const struct plan_device *d, int dir, const char *name, struct error **err)
{
  struct stat st;
  if (fstatat (dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
    return fail_sys (err, errno, "look at what is there");
  if (is_device (d, &st))
    return 0;
  return fail (err, EEXIST, "a %s (%u:%u) is there, not the %s %u:%u that is asked for", kind_of (st.st_mode),
               major (st.st_rdev), minor (st.st_rdev), kind_of (d->mode), major (d->rdev), minor (d->rdev));
}

/* Bind the host's node of the same path, if it is the same device. */
static int
bind_device (struct rootfs *r, const struct plan_device *d, int dir, const char *name, struct error **err)
{
  struct stat st;
  autoclose int tree = open_tree (AT_FDCWD, d->path, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
  if (tree < 0 || fstat (tree, &st) < 0)
    return fail_sys (err, errno, "bind the host's %s, since device nodes cannot be made here", d->path);
  if (! is_device (d, &st))
    return fail (err, EINVAL, "the host's %s is another device, and device nodes cannot be made here", d->path);
  autoclose int made = openat (dir, name, O_RDONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
  if (made < 0 && errno == EEXIST)
    {
      /* A file made for this by an earlier run; anything else was refused by check_existing. */
      made = openat (dir, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
      if (made >= 0 && (fstat (made, &st) < 0 || ! S_ISREG (st.st_mode) || st.st_size != 0))
        return check_existing (d, dir, name, err);
    }
  if (made < 0)
    return fail_sys (err, errno, "make a file to bind the device on");
  return mount_attach (r, tree, made, NULL, 0, err);
}

static int
set_owner (const struct plan_device *d, int dir, const char *name, struct error **err)
{
  struct stat st;
  if (d->uid == 0 && d->gid == 0)
    return 0;
  autoclose int fd = openat (dir, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0 || fstat (fd, &st) < 0)
    return fail_sys (err, errno, "open the new device");
  if (! is_device (d, &st))
    return fail (err, EEXIST, "the new device was replaced by a %s", kind_of (st.st_mode));
  return fchownat (fd, "", d->uid, d->gid, AT_EMPTY_PATH) < 0 ? fail_sys (err, errno, "change owner") : 0;
}

static int
make_device (const struct place *at, const struct plan_device *d, struct error **err)
{
  const char *name = after_prefix (d->path, "/dev/");
  autoclose int own = -1;
  int dir = at->dev;
  bool bind = at->dev_bind && ! S_ISFIFO (d->mode);
  if (! name || strchr (name, '/'))
    {
      own = dir = path_parent (at->r->root, d->path, &name, err);
      if (own < 0)
        return own;
      bind = at->r->in_userns && ! S_ISFIFO (d->mode);
    }
  if (! bind && mknodat (dir, name, d->mode, d->rdev) == 0)
    return set_owner (d, dir, name, err);
  if (! bind && errno == EEXIST)
    return check_existing (d, dir, name, err);
  if (! bind && errno != EPERM)
    return fail_sys (err, errno, "make device");
  struct stat st;
  if (fstatat (dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && is_device (d, &st) && ! at->r->in_userns)
    return 0;
  return bind_device (at->r, d, dir, name, err);
}

/* /dev/ptmx has to be the one of the container's devpts, whatever the image has there. */
static int
link_ptmx (int dev, struct error **err)
{
  if (symlinkat ("pts/ptmx", dev, "ptmx") == 0)
    return 0;
  /* EBUSY: config.json mounts something there. */
  if (errno == EEXIST && unlinkat (dev, "ptmx", 0) < 0)
    return errno == EBUSY ? 0 : fail_sys (err, errno, "remove /dev/ptmx");
  return symlinkat ("pts/ptmx", dev, "ptmx") < 0 ? fail_sys (err, errno, "link /dev/ptmx") : 0;
}

static int
make_links (int dev, struct error **err)
{
  static const struct
  {
    const char *target, *name, *needs;
  } links[] = {
    { "/proc/self/fd", "fd", NULL },
    { "/proc/self/fd/0", "stdin", NULL },
    { "/proc/self/fd/1", "stdout", NULL },
    { "/proc/self/fd/2", "stderr", NULL },
    { "/proc/kcore", "core", "/proc/kcore" },
  };
  for (size_t i = 0; i < ARRAY_LEN (links); i++)
    {
      if (links[i].needs && access (links[i].needs, F_OK) < 0)
        continue;
      if (symlinkat (links[i].target, dev, links[i].name) < 0 && errno != EEXIST)
        return fail_sys (err, errno, "link /dev/%s", links[i].name);
    }
  return 0;
}

static int
make_all (const struct place *at, struct error **err)
{
  const struct plan *p = at->r->plan;
  for (size_t i = 0; i < p->n_devices; i++)
    TRY_DOING (err, make_device (at, &p->devices[i], err), "device %s", p->devices[i].path);
  TRY (make_links (at->dev, err));
  return link_ptmx (at->dev, err);
}

int
rootfs_devices (struct rootfs *r, struct error **err)
{
  if (r->plan->dev_from_host)
    return 0;
  struct statvfs fs;
  autoclose int dev = path_mkdirs (r->root, "/dev", err);
  if (dev < 0)
    return dev;
  if (fstatvfs (dev, &fs) < 0)
    return fail_sys (err, errno, "look at /dev");
  const struct place at = { .r = r, .dev = dev, .dev_bind = r->in_userns || (fs.f_flag & ST_NODEV) };
  /* Modes as planned, and not what the umask leaves of them. */
  mode_t mask = umask (0);
  int result = make_all (&at, err);
  umask (mask);
  return result;
}
