/* tmpcopyup.c - copies the directory that a tmpfs covers into it: owners, modes, times, extended attributes. Runs in
 * the child before the root changes. The source is the image's, so that every step is a descriptor and one name that
 * is not followed; other mounts are not entered. */
#include <fcntl.h>
#include <limits.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#include "mem.h"
#include "rootfs/mounting.h"

/* Each level holds four descriptors. */
enum { MAX_DEPTH = 128, XATTRS_MAX = 65536, COPY_AT_ONCE = 0x7ffff000 };

static int copy_directory (int from, int to, unsigned depth, struct error **err);

/* Attributes that tmpfs does not keep are left out. */
static int
copy_xattrs (int from, int to, const char *name, struct error **err)
{
  ssize_t n = flistxattr (from, NULL, 0);
  if (n <= 0)
    return n == 0 || errno == ENOTSUP ? 0 : fail_sys (err, errno, "list attributes of %s", name);
  autofree char *list = mem_alloc (XATTRS_MAX);
  autofree char *value = mem_alloc (XATTRS_MAX);
  n = flistxattr (from, list, XATTRS_MAX);
  for (const char *key = list; n > 0 && key < list + n; key += strlen (key) + 1)
    {
      ssize_t length = fgetxattr (from, key, value, XATTRS_MAX);
      if (length >= 0 && fsetxattr (to, key, value, (size_t) length, 0) < 0 && errno != ENOTSUP && errno != EPERM)
        return fail_sys (err, errno, "copy attribute %s of %s", key, name);
    }
  return 0;
}

/* Owner first: a change of owner takes set-id bits away. */
static int
copy_metadata (int from, int to, const struct stat *st, const char *name, struct error **err)
{
  const struct timespec times[2] = { st->st_atim, st->st_mtim };
  if (fchown (to, st->st_uid, st->st_gid) < 0)
    return fail_sys (err, errno, "change owner of %s", name);
  TRY (copy_xattrs (from, to, name, err));
  if (fchmod (to, st->st_mode & 07777) < 0 || futimens (to, times) < 0)
    return fail_sys (err, errno, "change mode of %s", name);
  return 0;
}

static int
copy_file (int dir, int to_dir, const char *name, struct error **err)
{
  struct stat st;
  autoclose int to = -1, from = openat (dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  if (from < 0 || fstat (from, &st) < 0)
    return fail_sys (err, errno, "open %s", name);
  if (! S_ISREG (st.st_mode))
    return fail (err, EIO, "%s changed while it was copied", name);
  to = openat (to_dir, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (to < 0)
    return fail_sys (err, errno, "make %s", name);
  for (;;)
    {
      ssize_t n = sendfile (to, from, NULL, COPY_AT_ONCE);
      if (n < 0 && errno != EINTR)
        return fail_sys (err, errno, "copy %s", name);
      if (n == 0)
        return copy_metadata (from, to, &st, name, err);
    }
}

static int
copy_link (int dir, int to_dir, const char *name, const struct stat *st, struct error **err)
{
  char target[PATH_MAX];
  ssize_t n = readlinkat (dir, name, target, sizeof target - 1);
  if (n < 0)
    return fail_sys (err, errno, "read link %s", name);
  target[n] = '\0';
  if (symlinkat (target, to_dir, name) < 0 || fchownat (to_dir, name, st->st_uid, st->st_gid, AT_SYMLINK_NOFOLLOW) < 0)
    return fail_sys (err, errno, "make link %s", name);
  return 0;
}

static int
copy_node (int to_dir, const char *name, const struct stat *st, struct error **err)
{
  if (mknodat (to_dir, name, st->st_mode, st->st_rdev) < 0
      || fchownat (to_dir, name, st->st_uid, st->st_gid, AT_SYMLINK_NOFOLLOW) < 0)
    return fail_sys (err, errno, "make device or FIFO %s", name);
  return 0;
}

static int
copy_subdirectory (int dir, int to_dir, const char *name, const struct stat *parent, unsigned depth, struct error **err)
{
  struct stat st;
  autoclose int to = -1, from = openat (dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (from < 0 || fstat (from, &st) < 0)
    return fail_sys (err, errno, "open %s", name);
  if (mkdirat (to_dir, name, 0700) < 0)
    return fail_sys (err, errno, "make directory %s", name);
  to = openat (to_dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (to < 0)
    return fail_sys (err, errno, "open the copy of %s", name);
  if (st.st_dev == parent->st_dev)
    TRY_DOING (err, copy_directory (from, to, depth + 1, err), "%s", name);
  return copy_metadata (from, to, &st, name, err);
}

static int
copy_entry (int dir, int to, const char *name, const struct stat *parent, unsigned depth, struct error **err)
{
  struct stat st;
  if (fstatat (dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
    return fail_sys (err, errno, "look at %s", name);
  switch (st.st_mode & S_IFMT)
    {
    case S_IFDIR:
      return copy_subdirectory (dir, to, name, parent, depth, err);
    case S_IFREG:
      return copy_file (dir, to, name, err);
    case S_IFLNK:
      return copy_link (dir, to, name, &st, err);
    case S_IFSOCK:
      return 0; /* nobody can listen on a copy */
    default:
      return copy_node (to, name, &st, err);
    }
}

static int
copy_directory (int from, int to, unsigned depth, struct error **err)
{
  struct stat st;
  if (depth > MAX_DEPTH)
    return fail (err, ELOOP, "more than %d levels of directories", MAX_DEPTH);
  int copy = openat (from, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  autodir DIR *d = copy < 0 ? NULL : fdopendir (copy);
  if (! d || fstat (from, &st) < 0)
    {
      int code = errno;
      if (! d)
        close_fd (&copy);
      return fail_sys (err, code, "list directory");
    }
  for (;;)
    {
      errno = 0;
      const struct dirent *e = readdir (d);
      if (! e)
        return errno ? fail_sys (err, errno, "list directory") : 0;
      if (! streq (e->d_name, ".") && ! streq (e->d_name, ".."))
        TRY (copy_entry (from, to, e->d_name, &st, depth, err));
    }
}

int
copy_up (int from, int to, struct error **err)
{
  return copy_directory (from, to, 0, err);
}
