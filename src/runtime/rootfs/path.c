/* path.c - opens and makes paths inside a container's root file system by openat2, or by path_walk.c. Runs in the child
 * before and after its root changed, and in unit tests without privileges; calls nothing above path_walk.h. */
#include "rootfs/path.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>

#include "clock.h"
#include "mem.h"
#include "rootfs/path_walk.h"

enum
{
  RETRY_MS = 2000,
  NAP_NS = 50 * 1000,
};

static bool no_openat2;

void
path_without_openat2 (bool without)
{
  no_openat2 = without;
}

/* Repeat CALL while it says that a rename was in the way. */
#define RETRY_EAGAIN(call)                                                           \
  ({                                                                                 \
    int got_ = (call);                                                               \
    for (long long end_ = got_ == -EAGAIN ? clock_ms () + RETRY_MS : 0; got_ == -EAGAIN && clock_ms () < end_;) \
      {                                                                              \
        nanosleep (&(struct timespec){ .tv_nsec = NAP_NS }, NULL);                   \
        got_ = (call);                                                               \
      }                                                                              \
    got_;                                                                            \
  })

static int
open_once (int root, const char *path, int flags, mode_t mode)
{
  if (! no_openat2)
    {
      struct open_how how = {
        .flags = (unsigned) (flags | O_CLOEXEC),
        .mode = flags & O_CREAT ? mode : 0,
        .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
      };
      int fd = (int) RETRY_EINTR (syscall (SYS_openat2, root, path, &how, sizeof how));
      if (fd >= 0)
        return fd;
      /* EPERM as well: filters of outer containers that do not know the call. The walk finds out if it was meant. */
      if (errno != ENOSYS && errno != EPERM)
        return -errno;
      no_openat2 = errno == ENOSYS;
    }
  return path_walk (root, path, flags, mode, WALK_FIND);
}

int
path_open (int root, const char *path, int flags, mode_t mode)
{
  return RETRY_EAGAIN (open_once (root, path, flags, mode));
}

int
path_mkdirs (int root, const char *path, struct error **err)
{
  int fd = path_open (root, path, O_PATH | O_DIRECTORY, 0);
  if (fd == -ENOENT)
    fd = RETRY_EAGAIN (path_walk (root, path, O_PATH | O_DIRECTORY, 0, WALK_MAKE_DIRS));
  return fd < 0 ? fail_sys (err, -fd, "make directory %s in the root file system", path) : fd;
}

int
path_make_file (int root, const char *path, struct error **err)
{
  autoclose int fd = path_open (root, path, O_PATH, 0);
  if (fd == -ENOENT)
    fd = RETRY_EAGAIN (path_walk (root, path, O_PATH, 0, WALK_MAKE_FILE));
  if (fd < 0)
    return fail_sys (err, -fd, "make file %s in the root file system", path);
  struct stat st;
  if (fstat (fd, &st) < 0)
    return fail_sys (err, errno, "look at %s", path);
  if (S_ISDIR (st.st_mode))
    return fail (err, EISDIR, "%s is a directory in the root file system", path);
  return TAKE_FD (fd);
}

int
path_parent (int root, const char *path, const char **ret_name, struct error **err)
{
  const char *slash = strrchr (path, '/'), *name = slash ? slash + 1 : path;
  if (*name == '\0' || streq (name, ".") || streq (name, ".."))
    return fail (err, EINVAL, "%s names no file", path);
  autofree char *parent = slash && slash != path ? mem_strndup (path, (size_t) (slash - path)) : mem_strdup ("/");
  int fd = path_mkdirs (root, parent, err);
  if (fd >= 0)
    *ret_name = name;
  return fd;
}

const char *
path_of_fd (int fd, char buf[FD_PATH_MAX])
{
  snprintf (buf, FD_PATH_MAX, "/proc/self/fd/%d", fd);
  return buf;
}
