/* stdio.c - standard descriptors that are the host's null device become the container's own, so that no descriptor
 * leads out of it. Runs in the child after its root changed. May call path.h. */
#include <fcntl.h>

#include "rootfs/mounting.h"
#include "rootfs/path.h"

static bool
is_null (int fd)
{
  struct stat st;
  return fstat (fd, &st) == 0 && is_null_device (&st);
}

int
rootfs_reopen_dev_null (struct rootfs *r, struct error **err)
{
  autoclose int own = -1;
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
    {
      if (! is_null (fd))
        continue;
      if (own < 0)
        {
          /* Looked at before it is opened, since opening a device does something. */
          autoclose int found = path_open (r->root, "/dev/null", O_PATH | O_NOFOLLOW, 0);
          if (found < 0 || ! is_null (found))
            return 0;
          own = path_open (r->root, "/dev/null", O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, 0);
          if (own < 0 || ! is_null (own))
            return 0;
        }
      if (dup2 (own, fd) < 0)
        return fail_sys (err, errno, "reopen standard descriptor %d", fd);
    }
  return 0;
}
