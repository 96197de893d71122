/* fs.c - small files whole. Called in the runtime's own namespaces, on host paths and on descriptors that the caller
 * vouches for; the container's root file system is rootfs/path.c's. */
#include "fs.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "clock.h"
#include "mem.h"

/* Read FD up to its end or MOST bytes; FIRST is a guess of the length. */
static int
read_up_to (int fd, size_t most, size_t first, char **ret, size_t *ret_len)
{
  size_t room = first < most ? first : most, len = 0;
  autofree char *text = mem_alloc (room + 1);
  for (;;)
    {
      if (len == room)
        {
          if (room == most)
            break;
          room = room > most / 2 ? most : (room + 1) * 2;
          if (room > most)
            room = most;
          text = mem_grow (text, room + 1, 1);
        }
      ssize_t n = RETRY_EINTR (read (fd, text + len, room - len));
      if (n < 0)
        return -errno;
      if (n == 0)
        break;
      len += (size_t) n;
    }
  text[len] = '\0';
  *ret = TAKE_PTR (text);
  *ret_len = len;
  return 0;
}

static int
read_limited (int fd, const char *name, size_t limit, size_t first, char **ret, size_t *ret_len, struct error **err)
{
  autofree char *text = NULL;
  size_t len;
  int r = read_up_to (fd, limit + 1, first, &text, &len);
  if (r < 0)
    return fail_sys (err, -r, "read %s", name);
  if (len > limit)
    return fail (err, EFBIG, "%s: more than %zu bytes", name, limit);
  *ret = TAKE_PTR (text);
  if (ret_len)
    *ret_len = len;
  return 0;
}

int
fs_read_regular (int dirfd, const char *path, size_t limit, char **ret, size_t *ret_len, struct error **err)
{
  struct stat st;
  autoclose int fd = openat (dirfd, path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  if (fd < 0 || fstat (fd, &st) < 0)
    return fail_sys (err, errno, "open %s", path);
  if (! S_ISREG (st.st_mode))
    return fail (err, S_ISDIR (st.st_mode) ? EISDIR : EINVAL, "%s: not a regular file", path);
  if ((uintmax_t) st.st_size > limit)
    return fail (err, EFBIG, "%s: more than %zu bytes", path, limit);
  return read_limited (fd, path, limit, (size_t) st.st_size + 1, ret, ret_len, err);
}

int
fs_read_stream (int fd, const char *name, size_t limit, char **ret, size_t *ret_len, struct error **err)
{
  return read_limited (fd, name, limit, 4095, ret, ret_len, err);
}

int
fs_read_kernel (int dirfd, const char *path, size_t limit, char **ret, struct error **err)
{
  size_t len;
  autoclose int fd = openat (dirfd, path, O_RDONLY | O_NOCTTY | O_CLOEXEC);
  if (fd < 0)
    return fail_sys (err, errno, "open %s", path);
  int r = read_up_to (fd, limit, 4095, ret, &len);
  return r < 0 ? fail_sys (err, -r, "read %s", path) : 0;
}

int
fs_write_kernel (int dirfd, const char *path, const char *text, struct error **err)
{
  size_t len = strlen (text);
  autoclose int fd = openat (dirfd, path, O_WRONLY | O_NOCTTY | O_CLOEXEC);
  if (fd < 0)
    return fail_sys (err, errno, "open %s", path);
  ssize_t n = RETRY_EINTR (write (fd, text, len));
  if (n < 0)
    return fail_sys (err, errno, "write \"%s\" to %s", text, path);
  if ((size_t) n != len)
    return fail (err, EIO, "write \"%s\" to %s: only %zd bytes were taken", text, path, n);
  return 0;
}

int
fs_write_all (int fd, const void *data, size_t n)
{
  const char *p = data;
  while (n > 0)
    {
      ssize_t done = RETRY_EINTR (write (fd, p, n));
      if (done < 0)
        return -errno;
      p += done;
      n -= (size_t) done;
    }
  return 0;
}

static int
write_new (int dirfd, const char *name, const void *data, size_t n, mode_t mode)
{
  if (unlinkat (dirfd, name, 0) < 0 && errno != ENOENT)
    return -errno;
  autoclose int fd = openat (dirfd, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
  if (fd < 0)
    return -errno;
  return fs_write_all (fd, data, n);
}

int
fs_replace (int dirfd, const char *name, const void *data, size_t n, mode_t mode, struct error **err)
{
  autofree char *temporary = mem_printf (".%s.tmp", name);
  int r = write_new (dirfd, temporary, data, n, mode);
  if (r == 0 && renameat (dirfd, temporary, dirfd, name) < 0)
    r = -errno;
  if (r == 0)
    return 0;
  unlinkat (dirfd, temporary, 0);
  return fail_sys (err, -r, "write %s", name);
}

int
fs_mkdir_parents (const char *path, mode_t mode, struct error **err)
{
  struct stat st;
  autofree char *p = mem_strdup (path);
  for (char *slash = p + 1; *p; slash++)
    {
      slash = strchrnul (slash, '/');
      char rest = *slash;
      *slash = '\0';
      if (mkdir (p, mode) < 0 && errno != EEXIST)
        return fail_sys (err, errno, "make directory %s", p);
      *slash = rest;
      if (! rest)
        break;
    }
  if (stat (path, &st) < 0)
    return fail_sys (err, errno, "make directory %s", path);
  if (! S_ISDIR (st.st_mode))
    return fail_sys (err, ENOTDIR, "make directory %s", path);
  return 0;
}

static void
add_components (struct text *t, const char *path)
{
  while (*path)
    {
      const char *end = strchrnul (path, '/');
      size_t n = (size_t) (end - path);
      if (n > 0 && ! (n == 1 && *path == '.'))
        {
          text_add (t, "/");
          text_add_bytes (t, path, n);
        }
      path = *end ? end + 1 : end;
    }
}

char *
fs_absolute (const char *path)
{
  struct text t = { 0 };
  if (*path != '/')
    {
      /* A current directory that was removed has no name; this one works for as long as we stay in it. */
      autofree char *here = getcwd (NULL, 0);
      add_components (&t, here && *here == '/' ? here : "/proc/self/cwd");
    }
  add_components (&t, path);
  if (t.len == 0)
    text_add (&t, "/");
  return t.s;
}

int
fs_lock_within (int fd, unsigned ms)
{
  enum { STEP_MS = 10 };
  for (int64_t end = clock_ms () + ms;; sleep_ms (STEP_MS))
    if (flock (fd, LOCK_EX | LOCK_NB) == 0)
      return 0;
    else if (errno != EWOULDBLOCK || clock_ms () >= end)
      return -errno;
}

/* RESOLVE_NO_XDEV (openat2, Linux 5.6) also stops at a bind mount of the same file system. Where there is no openat2,
 * rmdir's EBUSY keeps the mount point itself, and the device number what is behind most mounts. */
static int
open_here (int dirfd, const char *name, const struct stat *parent)
{
  struct open_how how = { .flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC, .resolve = RESOLVE_NO_XDEV };
  struct stat st;
  int opened = (int) syscall (SYS_openat2, dirfd, name, &how, sizeof how);
  if (opened >= 0)
    return opened;
  if (errno != ENOSYS && errno != EPERM)
    return -errno;
  autoclose int fd = openat (dirfd, name, (int) how.flags);
  if (fd < 0 || fstat (fd, &st) < 0)
    return -errno;
  return st.st_dev == parent->st_dev ? TAKE_FD (fd) : -EXDEV;
}

static int
remove_entry (int dirfd, const char *name, const struct stat *parent)
{
  struct stat st;
  struct dirent *e;

  if (unlinkat (dirfd, name, 0) == 0 || errno == ENOENT)
    return 0;
  /* Linux says EISDIR of a directory, POSIX EPERM. */
  if (errno != EISDIR && errno != EPERM)
    return -errno;
  autoclose int fd = open_here (dirfd, name, parent);
  if (fd < 0)
    return fd == -ENOENT ? 0 : fd == -ENOTDIR ? -EPERM : fd;
  if (fstat (fd, &st) < 0)
    return -errno;
  autodir DIR *dir = fdopendir (fd);
  if (! dir)
    return -errno;
  int inside = TAKE_FD (fd);
  while ((e = readdir (dir)))
    if (! streq (e->d_name, ".") && ! streq (e->d_name, ".."))
      TRY (remove_entry (inside, e->d_name, &st));
  return unlinkat (dirfd, name, AT_REMOVEDIR) < 0 && errno != ENOENT ? -errno : 0;
}

int
fs_remove_tree (int dirfd, const char *name, struct error **err)
{
  struct stat st;
  if (fstatat (dirfd, "", &st, AT_EMPTY_PATH) < 0)
    return fail_sys (err, errno, "remove %s", name);
  int r = remove_entry (dirfd, name, &st);
  if (r == -EXDEV)
    return fail (err, EBUSY, "remove %s: something is mounted below it; unmount that first", name);
  return r < 0 ? fail_sys (err, -r, "remove %s", name) : 0;
}
