/* copy_tree.c - owns the copy of a directory tree by descriptors: every name is one component and never followed, so
 * that links lead nowhere. Runs in a child that sees an image's merged files read-only. */
#include "copy_up.h"

#include <fcntl.h>
#include <search.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#include "errors.h"

enum
{
  MAX_DEPTH = 256, /* three descriptors each, of the 1024 that are usual */
  XATTR_NAMES = 65536,
  XATTR_VALUE = 65536,
};

/* Files with more than one name, to be linked again. */
struct seen
{
  dev_t dev;
  ino_t ino;
  char *path; /* below the new root */
};
struct copy
{
  int root; /* of the new tree */
  void *seen; /* a tree of struct seen (tsearch(3)) */
  struct text path; /* of what is being copied */
  int depth;
};

/* What stays behind: overlayfs' own, and what the kernel says of labels that it makes itself. */
static bool
is_wanted (const char *name)
{
  return ! after_prefix (name, "trusted.overlay.") && ! after_prefix (name, "user.overlay.")
         && ! streq (name, "security.selinux");
}

/* By /proc/self/fd: O_PATH descriptors have no xattr calls of their own. */
static int
copy_xattrs (int from, int to, struct error **err)
{
  char from_path[64], to_path[64];
  snprintf (from_path, sizeof from_path, "/proc/self/fd/%d", from);
  snprintf (to_path, sizeof to_path, "/proc/self/fd/%d", to);
  autofree char *names = mem_alloc (XATTR_NAMES), *value = mem_alloc (XATTR_VALUE);
  ssize_t n = listxattr (from_path, names, XATTR_NAMES);
  if (n < 0)
    return errno == EOPNOTSUPP ? 0 : fail_sys (err, errno, "listxattr");
  for (const char *name = names; name < names + n; name += strlen (name) + 1)
    {
      ssize_t length = is_wanted (name) ? getxattr (from_path, name, value, XATTR_VALUE) : -1;
      if (length < 0)
        continue;
      if (setxattr (to_path, name, value, (size_t) length, 0) < 0 && errno != EOPNOTSUPP && errno != EPERM)
        return fail_sys (err, errno, "setxattr %s", name);
    }
  return 0;
}

/* Owner first: a change of it takes set-user-ID bits and file capabilities away. */
static int
copy_attributes (int from, int to, const struct stat *st, struct error **err)
{
  const struct timespec times[] = { st->st_atim, st->st_mtim };
  char path[64];
  snprintf (path, sizeof path, "/proc/self/fd/%d", to);
  if (fchownat (to, "", st->st_uid, st->st_gid, AT_EMPTY_PATH) < 0)
    return fail_sys (err, errno, "chown");
  if (chmod (path, st->st_mode & 07777) < 0)
    return fail_sys (err, errno, "chmod");
  TRY (copy_xattrs (from, to, err));
  return utimensat (AT_FDCWD, path, times, 0) < 0 ? fail_sys (err, errno, "utimensat") : 0;
}

static int
copy_content (int from, int to, struct error **err)
{
  enum { CHUNK = 1 << 24 };
  ssize_t n;
  while ((n = copy_file_range (from, NULL, to, NULL, CHUNK, 0)) > 0)
    ;
  if (n == 0)
    return 0;
  if (errno != EXDEV && errno != EINVAL && errno != EOPNOTSUPP && errno != ENOSYS)
    return fail_sys (err, errno, "copy");
  while ((n = sendfile (to, from, NULL, CHUNK)) > 0)
    ;
  return n < 0 ? fail_sys (err, errno, "copy") : 0;
}

static int copy_directory (struct copy *c, int from, int to, struct error **err);

static int
copy_file (int from_dir, int to_dir, const char *name, const struct stat *st, struct error **err)
{
  autoclose int from = openat (from_dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (from < 0)
    return fail_sys (err, errno, "open");
  autoclose int to = openat (to_dir, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (to < 0)
    return fail_sys (err, errno, "create");
  TRY (copy_content (from, to, err));
  return copy_attributes (from, to, st, err);
}

static int
copy_link (int from_dir, int to_dir, const char *name, const struct stat *st, struct error **err)
{
  char target[PATH_MAX];
  ssize_t n = readlinkat (from_dir, name, target, sizeof target - 1);
  if (n < 0)
    return fail_sys (err, errno, "readlink");
  target[n] = '\0';
  const struct timespec times[] = { st->st_atim, st->st_mtim };
  if (symlinkat (target, to_dir, name) < 0 || fchownat (to_dir, name, st->st_uid, st->st_gid, AT_SYMLINK_NOFOLLOW) < 0
      || utimensat (to_dir, name, times, AT_SYMLINK_NOFOLLOW) < 0)
    return fail_sys (err, errno, "symlink");
  return 0;
}

static int
copy_node (int from_dir, int to_dir, const char *name, const struct stat *st, struct error **err)
{
  if (mknodat (to_dir, name, (st->st_mode & S_IFMT) | 0600, st->st_rdev) < 0)
    return fail_sys (err, errno, "mknod");
  autoclose int from = openat (from_dir, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
  autoclose int to = openat (to_dir, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
  if (from < 0 || to < 0)
    return fail_sys (err, errno, "open");
  return copy_attributes (from, to, st, err);
}

static int
copy_below (struct copy *c, int from_dir, int to_dir, const char *name, const struct stat *st, struct error **err)
{
  autoclose int from = openat (from_dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (from < 0 || mkdirat (to_dir, name, 0700) < 0)
    return fail_sys (err, errno, "mkdir");
  autoclose int to = openat (to_dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (to < 0)
    return fail_sys (err, errno, "open");
  if (c->depth++ == MAX_DEPTH)
    return fail (err, ELOOP, "more than %d levels", MAX_DEPTH);
  TRY (copy_directory (c, from, to, err));
  c->depth--;
  return copy_attributes (from, to, st, err);
}

static int
compare_seen (const void *a, const void *b)
{
  const struct seen *x = a, *y = b;
  if (x->dev != y->dev)
    return x->dev < y->dev ? -1 : 1;
  return (x->ino > y->ino) - (x->ino < y->ino);
}

static void
seen_free (void *p)
{
  struct seen *s = p;
  free (s->path);
  free (s);
}

/* true: it was copied under another name, and linked. */
static bool
link_again (struct copy *c, int to_dir, const char *name, const struct stat *st)
{
  if (S_ISDIR (st->st_mode) || st->st_nlink < 2)
    return false;
  const struct seen wanted = { .dev = st->st_dev, .ino = st->st_ino };
  struct seen *const *found = tfind (&wanted, &c->seen, compare_seen);
  if (found)
    return linkat (c->root, (*found)->path, to_dir, name, 0) == 0;
  struct seen *s = mem_alloc (sizeof *s);
  *s = (struct seen) { st->st_dev, st->st_ino, mem_strdup (c->path.s) };
  if (! tsearch (s, &c->seen, compare_seen))
    out_of_memory ();
  return false;
}

static int
copy_entry (struct copy *c, int from_dir, int to_dir, const char *name, struct error **err)
{
  struct stat st;
  if (fstatat (from_dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
    return fail_sys (err, errno, "stat");
  if (link_again (c, to_dir, name, &st))
    return 0;
  switch (st.st_mode & S_IFMT)
    {
    case S_IFDIR:
      return copy_below (c, from_dir, to_dir, name, &st, err);
    case S_IFREG:
      return copy_file (from_dir, to_dir, name, &st, err);
    case S_IFLNK:
      return copy_link (from_dir, to_dir, name, &st, err);
    case S_IFSOCK:
      return 0;
    default:
      return copy_node (from_dir, to_dir, name, &st, err);
    }
}

static int
copy_directory (struct copy *c, int from, int to, struct error **err)
{
  int fd = openat (from, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  autodir DIR *d = fd < 0 ? NULL : fdopendir (fd);
  if (! d)
    return fail_sys (err, errno, "open");
  struct dirent *e;
  while ((e = readdir (d)))
    {
      if (streq (e->d_name, ".") || streq (e->d_name, ".."))
        continue;
      size_t before = c->path.len;
      text_printf (&c->path, "%s%s", before ? "/" : "", e->d_name);
      TRY_DOING (err, copy_entry (c, from, to, e->d_name, err), "%s", e->d_name);
      c->path.len = before;
      c->path.s[before] = '\0';
    }
  return 0;
}

int
copy_tree (int from_fd, int to_fd, struct error **err)
{
  struct copy c = { .root = to_fd };
  struct stat st;
  int r = fstat (from_fd, &st) < 0 ? fail_sys (err, errno, "stat") : copy_directory (&c, from_fd, to_fd, err);
  if (r == 0)
    r = copy_attributes (from_fd, to_fd, &st, err);
  tdestroy (c.seen, seen_free);
  text_free (&c.path);
  return r;
}
