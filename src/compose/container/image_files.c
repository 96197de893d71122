/* image_files.c - owns the short way to an image's files: one openat2(2) per layer instead of a mount in a child,
 * which takes a hundred times as long. Anything out of the ordinary is left to the long way. Runs in perry-compose.
 * */
#include "image_files.h"

#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/xattr.h>

#include "errors.h"

static int
open_plain (int dirfd, const char *path, int flags)
{
  const struct open_how how = { .flags = (uint64_t) (flags | O_CLOEXEC),
                                .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS };
  return (int) syscall (SYS_openat2, dirfd, path, &how, sizeof how);
}

static bool
is_opaque (int fd)
{
  char value;
  return fgetxattr (fd, "trusted.overlay.opaque", &value, 1) == 1
         || fgetxattr (fd, "user.overlay.opaque", &value, 1) == 1;
}

/* Does LAYER without PATH leave the layers below it as they are? Not if a directory on the way is opaque, a whiteout,
 * a file. */
static bool
is_transparent (int layer, const char *path)
{
  char part[PATH_MAX];
  for (const char *slash = strchr (path, '/'); slash; slash = strchr (slash + 1, '/'))
    {
      size_t n = (size_t) (slash - path);
      if (n >= sizeof part)
        return false;
      memcpy (part, path, n);
      part[n] = '\0';
      autoclose int fd = open_plain (layer, part, O_RDONLY | O_DIRECTORY);
      if (fd < 0)
        return errno == ENOENT;
      if (is_opaque (fd))
        return false;
    }
  return true;
}

enum layered
image_look (const struct image *i, const char *path, int *ret_fd)
{
  for (size_t k = 0; k < i->layers.n; k++)
    {
      autoclose int layer = open (i->layers.v[k], O_PATH | O_DIRECTORY | O_CLOEXEC);
      if (layer < 0)
        return LAYERED_OTHER;
      autoclose int fd = open_plain (layer, path, O_PATH);
      struct stat st;
      if (fd >= 0 && fstat (fd, &st) == 0 && S_ISREG (st.st_mode))
        {
          *ret_fd = TAKE_FD (fd);
          return LAYERED_FILE;
        }
      if (fd >= 0 || errno != ENOENT || ! is_transparent (layer, path))
        return LAYERED_OTHER;
    }
  return LAYERED_NONE;
}

int
image_lower (const struct image *i, const char *path, struct strv *ret, struct error **err)
{
  const char *below = path ? path + strspn (path, "/") : "";
  for (size_t k = 0; k < i->layers.n; k++)
    {
      if (! *below)
        {
          strv_add (ret, i->layers.v[k]);
          continue;
        }
      autoclose int layer = open (i->layers.v[k], O_PATH | O_DIRECTORY | O_CLOEXEC);
      autoclose int fd = layer < 0 ? -1 : open_plain (layer, below, O_RDONLY | O_DIRECTORY);
      if (fd < 0 && errno != ENOENT)
        return fail_sys (err, errno, "image.subpath '%s'", path);
      if (fd >= 0)
        strv_printf (ret, "%s/%s", i->layers.v[k], below);
      if ((fd >= 0 && is_opaque (fd)) || ! is_transparent (layer, below))
        break;
    }
  return ret->n ? 0 : fail (err, E_NOT_FOUND, "image.subpath '%s': the image does not have it", path);
}
