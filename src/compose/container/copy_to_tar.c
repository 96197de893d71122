/* copy_to_tar.c - see copy_tar.h. What is read is opened as copy_merge.c does it. */
#include <fcntl.h>
#include <sys/stat.h>

#include "container_root.h"
#include "copy_tar.h"
#include "errors.h"
#include "fs.h"
#include "log.h"
#include "tar_format.h"

enum { MAX_DEPTH = 250, CHUNK = 1 << 17 };

struct tar_out
{
  int to;
  const struct copy_options *options;
  int depth;
};

static int
put (const struct tar_out *o, const void *data, size_t n, struct error **err)
{
  return fs_write_all (o->to, data, n) < 0 ? fail_sys (err, errno, "write the archive") : 0;
}

static int
put_entry (const struct tar_out *o, char type, const char *name, const char *link, const struct stat *st,
           struct error **err)
{
  autotext struct text t = { 0 };
  bool keep = o->options->archive;
  const struct tar_entry e = { .type = type, .name = (char *) name, .link = (char *) link,
                               .mode = st->st_mode & (keep ? 07777 : 0777),
                               .uid = keep ? st->st_uid : o->options->uid, .gid = keep ? st->st_gid : o->options->gid,
                               .size = type == TAR_FILE ? st->st_size : 0, .mtime = st->st_mtim.tv_sec };
  tar_encode (&t, &e);
  return put (o, t.s, t.len, err);
}

/* As many bytes as the header says, whatever happens to the file meanwhile: zeros for what it has lost. */
static int
put_content (const struct tar_out *o, int from, off_t size, struct error **err)
{
  autofree char *buf = mem_alloc (CHUNK);
  for (off_t left = (size + TAR_BLOCK - 1) / TAR_BLOCK * TAR_BLOCK, of_file = size; left > 0; )
    {
      size_t want = left < CHUNK ? (size_t) left : CHUNK;
      ssize_t n = of_file > 0 ? RETRY_EINTR (read (from, buf, of_file < (off_t) want ? (size_t) of_file : want)) : 0;
      if (n < 0)
        return fail_sys (err, errno, "read");
      if (n == 0)
        {
          memset (buf, 0, want);
          n = (ssize_t) want;
          of_file = 0;
        }
      TRY (put (o, buf, (size_t) n, err));
      left -= n;
      of_file -= of_file > n ? n : of_file;
    }
  return 0;
}

static int
put_file (const struct tar_out *o, int object, const char *name, const struct stat *st, struct error **err)
{
  char path[64];
  snprintf (path, sizeof path, "/proc/self/fd/%d", object);
  autoclose int from = open (path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  if (from < 0)
    return fail_sys (err, errno, "open");
  TRY (put_entry (o, TAR_FILE, name, NULL, st, err));
  return put_content (o, from, st->st_size, err);
}

static int put_entries (struct tar_out *o, int from, const char *name, struct error **err);

static int
put_object (struct tar_out *o, int object, const char *name, struct error **err)
{
  struct stat st;
  char target[PATH_MAX];
  if (fstat (object, &st) < 0)
    return fail_sys (err, errno, "stat");
  if (S_ISREG (st.st_mode))
    return put_file (o, object, name, &st, err);
  if (S_ISDIR (st.st_mode))
    {
      autofree char *slashed = mem_printf ("%s/", name);
      TRY (put_entry (o, TAR_DIRECTORY, slashed, NULL, &st, err));
      return put_entries (o, object, name, err);
    }
  if (! S_ISLNK (st.st_mode))
    {
      log_warning ("%s: left out: no file, directory or link", name);
      return 0;
    }
  ssize_t n = readlinkat (object, "", target, sizeof target - 1);
  if (n < 0)
    return fail_sys (err, errno, "readlink");
  target[n] = '\0';
  return put_entry (o, TAR_LINK, name, target, &st, err);
}

static int
put_entries (struct tar_out *o, int from, const char *name, struct error **err)
{
  int fd = openat (from, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  autodir DIR *d = fd < 0 ? NULL : fdopendir (fd);
  struct dirent *e;
  if (! d)
    return fail_sys (err, errno, "open the directory");
  if (o->depth++ == MAX_DEPTH)
    return fail (err, ELOOP, "more than %d levels of directories", MAX_DEPTH);
  while ((e = readdir (d)))
    {
      if (streq (e->d_name, ".") || streq (e->d_name, ".."))
        continue;
      autofree char *below = *name ? mem_printf ("%s/%s", name, e->d_name) : mem_strdup (e->d_name);
      autoclose int object = openat (dirfd (d), e->d_name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
      if (object < 0 && errno == ENOENT)
        continue;
      if (object < 0)
        return fail_sys (err, errno, "open %s", below);
      TRY_DOING (err, put_object (o, object, below, err), "%s", e->d_name);
    }
  o->depth--;
  return 0;
}

int
copy_to_tar (const struct copy_place *from, int to, const struct copy_options *options, struct error **err)
{
  static const char end[2 * TAR_BLOCK];
  struct tar_out o = { .to = to, .options = options };
  autofree char *name = copy_last_name (from->path);
  autoclose int source = open_in_root (from->root, from->path, O_PATH | (options->follow ? 0 : O_NOFOLLOW));
  if (source == -ENOENT || source == -ENOTDIR)
    return fail (err, E_NOT_FOUND, "%s: no such file or directory", from->path);
  if (source < 0)
    return fail_sys (err, -source, "%s", from->path);
  TRY_DOING (err, name ? put_object (&o, source, name, err) : put_entries (&o, source, "", err), "%s", from->path);
  return put (&o, end, sizeof end, err);
}
