/* copy_merge.c - see copy_merge.h. Owns how copies are made where somebody else may be at work: every name is one
 * component of a directory that is open, never followed; what is read is what was looked at (an O_PATH descriptor
 * opened anew by /proc/self/fd). Runs in perry-compose or a child of it, always with the host's /proc. */
#include "copy_merge.h"

#include <fcntl.h>
#include <sys/random.h>

#include "errors.h"
#include "log.h"

enum
{
  MAX_DEPTH = 250,     /* three descriptors each */
  SPECIAL_SIZE = 1 << 26, /* at most so much of a file that says size 0, as procfs' do */
};

/* A name for N in DIR that nobody else has. */
static void
name_beside (char buf[32])
{
  uint64_t random = 0;
  if (getrandom (&random, sizeof random, 0) != sizeof random)
    random = (uint64_t) getpid ();
  snprintf (buf, 32, ".perry-cp.%016llx", (unsigned long long) random);
}

int
merge_file_begin (int to_dir, struct merge_file *ret, struct error **err)
{
  *ret = (struct merge_file) { .dir = to_dir };
  name_beside (ret->beside);
  ret->fd = openat (to_dir, ret->beside, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  return ret->fd < 0 ? fail_sys (err, errno, "create a file") : 0;
}

/* rename(2) puts a file in place of a file or a link, whatever it leads to. */
static int
put_in_place (int dir, const char *beside, const char *name, struct error **err)
{
  if (renameat (dir, beside, dir, name) == 0)
    return 0;
  int code = errno;
  unlinkat (dir, beside, 0);
  if (code == EISDIR)
    return fail (err, E_CONFLICT, "there is a directory of that name");
  if (code == EBUSY)
    return fail (err, E_CONFLICT, "it is a mount in the container (a bind, a secret, a config): change its source");
  return fail_sys (err, code, "put in place");
}

/* Owner first: a change of it takes set-user-ID bits away. */
int
merge_attributes (const struct merge *m, int fd, const struct stat *st, struct error **err)
{
  const struct timespec times[] = { st->st_atim, st->st_mtim };
  uid_t uid = m->options->archive ? st->st_uid : m->options->uid;
  gid_t gid = m->options->archive ? st->st_gid : m->options->gid;
  if (fchown (fd, uid, gid) < 0)
    return fail_sys (err, errno, "chown to %u:%u", uid, gid);
  if (fchmod (fd, st->st_mode & m->mode_mask) < 0 || futimens (fd, times) < 0)
    return fail_sys (err, errno, "set mode and times");
  return 0;
}

int
merge_file_end (const struct merge *m, struct merge_file *f, const struct stat *st, const char *name, int result,
                struct error **err)
{
  int r = result < 0 ? result : merge_attributes (m, f->fd, st, err);
  close_fd (&f->fd);
  if (r >= 0)
    return put_in_place (f->dir, f->beside, name, err);
  unlinkat (f->dir, f->beside, 0);
  return r;
}

/* As much as it said to have: a file that grows as fast as it is read would never end. */
static int
copy_content (int from, int to, off_t size, struct error **err)
{
  enum { CHUNK = 1 << 17 };
  off_t left = size ? size : SPECIAL_SIZE;
  ssize_t n = 0;
  while (left > 0 && size && (n = copy_file_range (from, NULL, to, NULL, (size_t) left, 0)) > 0)
    left -= n;
  autofree char *buf = left > 0 ? mem_alloc (CHUNK) : NULL;
  while (left > 0 && (n = RETRY_EINTR (read (from, buf, left < CHUNK ? (size_t) left : CHUNK))) > 0)
    {
      for (ssize_t at = 0, w; at < n; at += w)
        if ((w = RETRY_EINTR (write (to, buf + at, (size_t) (n - at)))) < 0)
          return fail_sys (err, errno, "write");
      left -= n;
    }
  return n < 0 && left > 0 ? fail_sys (err, errno, "read") : 0;
}

static int
merge_regular (struct merge *m, int object, const struct stat *st, int to_dir, const char *name, struct error **err)
{
  char path[64];
  struct merge_file f;
  snprintf (path, sizeof path, "/proc/self/fd/%d", object);
  autoclose int from = open (path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  if (from < 0)
    return fail_sys (err, errno, "open");
  TRY (merge_file_begin (to_dir, &f, err));
  return merge_file_end (m, &f, st, name, copy_content (from, f.fd, st->st_size, err), err);
}

int
merge_link (const struct merge *m, int to_dir, const char *name, const char *target, const struct stat *st,
            struct error **err)
{
  const struct timespec times[] = { st->st_atim, st->st_mtim };
  char beside[32];
  name_beside (beside);
  if (symlinkat (target, to_dir, beside) < 0)
    return fail_sys (err, errno, "make a link");
  uid_t uid = m->options->archive ? st->st_uid : m->options->uid;
  gid_t gid = m->options->archive ? st->st_gid : m->options->gid;
  if (fchownat (to_dir, beside, uid, gid, AT_SYMLINK_NOFOLLOW) < 0
      || utimensat (to_dir, beside, times, AT_SYMLINK_NOFOLLOW) < 0)
    {
      int code = errno;
      unlinkat (to_dir, beside, 0);
      return fail_sys (err, code, "set owner and times");
    }
  return put_in_place (to_dir, beside, name, err);
}

int
merge_directory (int to_dir, const char *name, bool *ret_new, int *ret_fd, struct error **err)
{
  bool made = mkdirat (to_dir, name, 0700) == 0;
  if (! made && errno != EEXIST)
    return fail_sys (err, errno, "make a directory");
  int fd = openat (to_dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0 && (errno == ENOTDIR || errno == ELOOP))
    return fail (err, E_CONFLICT, "there is something of that name which is no directory");
  if (fd < 0)
    return fail_sys (err, errno, "open the directory");
  *ret_new = made;
  *ret_fd = fd;
  return 0;
}

static int
merge_below (struct merge *m, int from, const struct stat *st, int to_dir, const char *name, struct error **err)
{
  bool made = false;
  autoclose int to = -1;
  if (m->depth == MAX_DEPTH)
    return fail (err, ELOOP, "more than %d levels of directories", MAX_DEPTH);
  TRY (merge_directory (to_dir, name, &made, &to, err));
  m->depth++;
  TRY (merge_entries (m, from, to, err));
  m->depth--;
  return made ? merge_attributes (m, to, st, err) : 0;
}

int
merge_object (struct merge *m, int from, const struct stat *st, int to_dir, const char *name, struct error **err)
{
  char target[PATH_MAX];
  if (S_ISDIR (st->st_mode))
    return merge_below (m, from, st, to_dir, name, err);
  if (S_ISREG (st->st_mode))
    return merge_regular (m, from, st, to_dir, name, err);
  if (! S_ISLNK (st->st_mode))
    {
      log_warning ("%s: left out: no file, directory or link", name);
      return 0;
    }
  ssize_t n = readlinkat (from, "", target, sizeof target - 1);
  if (n < 0)
    return fail_sys (err, errno, "readlink");
  target[n] = '\0';
  return merge_link (m, to_dir, name, target, st, err);
}

static int
merge_entry (struct merge *m, int from_dir, const char *name, int to_dir, struct error **err)
{
  struct stat st;
  autoclose int from = openat (from_dir, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
  if (from < 0 && errno == ENOENT)
    return 0; /* it went while we read the directory */
  if (from < 0 || fstat (from, &st) < 0)
    return fail_sys (err, errno, "open");
  return merge_object (m, from, &st, to_dir, name, err);
}

int
merge_entries (struct merge *m, int from, int to, struct error **err)
{
  int fd = openat (from, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  autodir DIR *d = fd < 0 ? NULL : fdopendir (fd);
  if (! d)
    return fail_sys (err, errno, "open the directory");
  struct dirent *e;
  while ((e = readdir (d)))
    if (! streq (e->d_name, ".") && ! streq (e->d_name, ".."))
      TRY_DOING (err, merge_entry (m, dirfd (d), e->d_name, to, err), "%s", e->d_name);
  return 0;
}
