/* store_lock.c - the image store's locks and its private directories. Runs in perry-compose and its jobs. */
#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>

#include "fs.h"
#include "image_store.h"

enum { NAME_DIGITS = 16 };

/* Which byte of the lock file NAME is: FNV-1a. Two names at one byte only wait for each other. */
static off_t
lock_byte (const char *name)
{
  uint64_t h = 0xcbf29ce484222325;
  for (; *name; name++)
    h = (h ^ (unsigned char) *name) * 0x100000001b3;
  return (off_t) (h >> 2);
}

int
store_lock (const struct settings *s, const char *name, enum store_lock_kind kind, int *ret_fd, struct error **err)
{
  autoclose int directory = -1;
  TRY (store_open (s, &directory, err));
  autoclose int fd = openat (directory, "locks", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0)
    return fail_sys (err, errno, "%s/images/locks", s->data);
  struct flock l = {
    .l_type = kind == STORE_SHARED ? F_RDLCK : F_WRLCK, .l_whence = SEEK_SET, .l_start = lock_byte (name), .l_len = 1
  };
  if (RETRY_EINTR (fcntl (fd, kind == STORE_TRY_EXCLUSIVE ? F_OFD_SETLK : F_OFD_SETLKW, &l)) < 0)
    {
      if (kind == STORE_TRY_EXCLUSIVE && (errno == EAGAIN || errno == EACCES))
        return -EAGAIN;
      return fail_sys (err, errno, "lock %s/images (%s)", s->data, name);
    }
  *ret_fd = TAKE_FD (fd);
  return 0;
}

void
store_tmp_remove (struct store_tmp *t)
{
  if (t->path)
    fs_remove_tree (t->parent, strrchr (t->path, '/') + 1, NULL);
  close_fd (&t->fd);
  close_fd (&t->parent);
  close_fd (&t->lock);
  free (t->path);
  t->path = NULL;
}

/* Directory NAME below tmp: made by a command that has died? Then its lock is to be had. */
static int
clean_one (const struct settings *s, int parent, const char *name, struct error **err)
{
  autoclose int lock = -1;
  int r = store_lock (s, name, STORE_TRY_EXCLUSIVE, &lock, err);
  if (r == -EAGAIN)
    return 0;
  TRY (r);
  return fs_remove_tree (parent, name, err);
}

int
store_tmp_clean (const struct settings *s, struct error **err)
{
  autofree char *path = store_path (s, "tmp");
  autodir DIR *d = opendir (path);
  if (! d)
    return errno == ENOENT ? 0 : fail_sys (err, errno, "open %s", path);
  for (struct dirent *e; (e = readdir (d));)
    if (e->d_name[0] != '.')
      TRY (clean_one (s, dirfd (d), e->d_name, err));
  return 0;
}

/* The lock comes before the directory: nobody ever sees one of a living command without it. */
int
store_tmp_make (const struct settings *s, struct store_tmp *ret, struct error **err)
{
  autotmp t = STORE_TMP_INIT;
  autoclose int directory = -1;
  uint64_t number;
  TRY (store_open (s, &directory, err));
  TRY (store_tmp_clean (s, err));
  if (getrandom (&number, sizeof number, 0) != sizeof number)
    return fail_sys (err, errno, "getrandom");
  autofree char *name = mem_printf ("%0*llx", NAME_DIGITS, (unsigned long long) number);
  TRY (store_lock (s, name, STORE_EXCLUSIVE, &t.lock, err));
  t.parent = openat (directory, "tmp", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (t.parent < 0 || mkdirat (t.parent, name, 0700) < 0)
    return fail_sys (err, errno, "make a directory in %s/images/tmp", s->data);
  t.path = store_path (s, "tmp/%s", name);
  t.fd = openat (t.parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (t.fd < 0)
    return fail_sys (err, errno, "open %s", t.path);
  *ret = t;
  t = (struct store_tmp) STORE_TMP_INIT;
  return 0;
}
