/* copy_up.c - owns the first filling of volumes, under a lock of the volume's directory. It is copied to ".copy.part"
 * beside _data, which becomes ".copy" when it is whole; then its entries move to _data: _data itself may be mounted
 * somewhere already. Runs in perry-compose; the copying in a child that sees the image's files. */
#include "copy_up.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "errors.h"
#include "fs.h"
#include "image_files.h"

#define PART ".copy.part"
#define WHOLE ".copy"
#define DATA "_data"

struct filling
{
  int volume;         /* DATA/volumes/NAME */
  const char *target; /* relative to the image's root */
};

/* In the child. */
static int
copy_out (int root_fd, void *arg, struct error **err)
{
  const struct filling *f = arg;
  const struct open_how how = { .flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC,
                                .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS };
  autoclose int from = (int) syscall (SYS_openat2, root_fd, f->target, &how, sizeof how);
  if (from < 0 && (errno == ENOENT || errno == ENOTDIR))
    return 0;
  if (from < 0)
    return fail_sys (err, errno, "the image's /%s", f->target);
  if (mkdirat (f->volume, PART, 0700) < 0)
    return fail_sys (err, errno, "mkdir " PART);
  autoclose int to = openat (f->volume, PART, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (to < 0)
    return fail_sys (err, errno, "open " PART);
  TRY_DOING (err, copy_tree (from, to, err), "copy of the image's /%s", f->target);
  return renameat (f->volume, PART, f->volume, WHOLE) < 0 ? fail_sys (err, errno, "rename " PART) : 0;
}

static bool
is_empty (int fd)
{
  int again = openat (fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  autodir DIR *d = again < 0 ? NULL : fdopendir (again);
  struct dirent *e;
  while (d && (e = readdir (d)))
    if (! streq (e->d_name, ".") && ! streq (e->d_name, ".."))
      return false;
  return true;
}

static int
move_entries (int from, int to, struct error **err)
{
  int again = openat (from, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  autodir DIR *d = again < 0 ? NULL : fdopendir (again);
  if (! d)
    return fail_sys (err, errno, "open " WHOLE);
  struct stat st;
  if (fstat (from, &st) < 0)
    return fail_sys (err, errno, "stat " WHOLE);
  struct dirent *e;
  while ((e = readdir (d)))
    if (! streq (e->d_name, ".") && ! streq (e->d_name, "..") && renameat (from, e->d_name, to, e->d_name) < 0)
      return fail_sys (err, errno, "rename %s", e->d_name);
  if (fchown (to, st.st_uid, st.st_gid) < 0 || fchmod (to, st.st_mode & 07777) < 0)
    return fail_sys (err, errno, DATA);
  const struct timespec times[] = { st.st_atim, st.st_mtim };
  return futimens (to, times) < 0 ? fail_sys (err, errno, DATA) : 0;
}

/* What lies in ".copy" goes where it belongs. */
static int
publish (int volume, int data, struct error **err)
{
  autoclose int from = openat (volume, WHOLE, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (from < 0)
    return errno == ENOENT ? 0 : fail_sys (err, errno, "open " WHOLE);
  TRY (move_entries (from, data, err));
  return unlinkat (volume, WHOLE, AT_REMOVEDIR) < 0 ? fail_sys (err, errno, "rmdir " WHOLE) : 0;
}

static int
fill (const struct settings *s, const struct image *i, int volume, int data, const char *target, struct error **err)
{
  autoclose int unused = -1;
  if (image_look (i, target, &unused) == LAYERED_NONE)
    return 0;
  TRY (fs_remove_tree (volume, PART, err));
  struct filling f = { volume, target };
  TRY (image_with_root (s, i, copy_out, &f, err));
  return publish (volume, data, err);
}

int
volume_fill (const struct settings *s, const struct image *i, const char *directory, const char *target,
             bool *ret_fresh, struct error **err)
{
  autoclose int data = open (directory, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  autofree char *parent = mem_strndup (directory, (size_t) (strrchr (directory, '/') - directory));
  autoclose int volume = open (parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (data < 0 || volume < 0)
    return fail_sys (err, errno, "volume %s", directory);
  if (RETRY_EINTR (flock (volume, LOCK_EX)) < 0)
    return fail_sys (err, errno, "flock %s", parent);
  TRY (publish (volume, data, err));
  bool fresh = is_empty (data);
  if (fresh && target)
    TRY_DOING (err, fill (s, i, volume, data, target + strspn (target, "/"), err), "volume %s", parent);
  *ret_fresh = fresh;
  return 0;
}
