/* rootfs.c - mounts of the monitor's mount namespace: the overlay at BUNDLE/rootfs, and a tmpfs at BUNDLE/memory for
 * the contents of configs and secrets, which never touch a disk. Before the container runs; with the monitor's
 * privileges. */
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/sendfile.h>
#include <sys/stat.h>

#include "fs.h"
#include "layers_mount.h"
#include "monitor.h"

/* User extended attributes are the only ones that a user namespace other than the first may set. */
static bool
in_user_namespace (void)
{
  autofree char *map = NULL;
  unsigned inside, outside, count;
  return fs_read_kernel (AT_FDCWD, "/proc/self/uid_map", 4096, &map, NULL) == 0
         && (sscanf (map, "%u %u %u", &inside, &outside, &count) != 3 || outside != 0 || count != UINT32_MAX);
}

int
rootfs_mount (const struct monitor *m, struct error **err)
{
  const struct record_Overlay *o = m->record->overlay;
  if (! o)
    return 0;
  autofree char *target = mem_printf ("%s/" CONTAINER_ROOTFS, m->bundle);
  rootfs_unmount (m);
  TRY_DOING (err, layers_mount (o, target, 0, in_user_namespace (), err), "root file system");
  return 0;
}

/* Mounts in the host's namespace outlive a monitor that was killed. */
void
rootfs_unmount (const struct monitor *m)
{
  static const char *const names[] = { CONTAINER_ROOTFS, CONTAINER_MEMORY };
  if (m->host_mnt_fd >= 0)
    return;
  for (size_t i = 0; i < ARRAY_LEN (names); i++)
    {
      autofree char *path = mem_printf ("%s/%s", m->bundle, names[i]);
      while (umount2 (path, MNT_DETACH | UMOUNT_NOFOLLOW) == 0)
        continue;
    }
}

/* ---- files in memory */

static int
memory_open (const struct monitor *m, struct error **err)
{
  struct stat here, above;
  autofree char *path = mem_printf ("%s/" CONTAINER_MEMORY, m->bundle);
  if (mkdir (path, 0700) < 0 && errno != EEXIST)
    return fail_sys (err, errno, "make %s", path);
  if (stat (path, &here) < 0 || fstat (m->bundle_fd, &above) < 0)
    return fail_sys (err, errno, "%s", path);
  if (here.st_dev == above.st_dev
      && mount ("tmpfs", path, "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=0755,size=16m") < 0)
    return fail_sys (err, errno, "mount tmpfs at %s", path);
  int fd = open (path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  return fd < 0 ? fail_sys (err, errno, "open %s", path) : fd;
}

static int
copy_all (int from, int to)
{
  off_t at = 0;
  ssize_t n;
  while ((n = sendfile (to, from, &at, 1 << 20)) > 0)
    continue;
  return n < 0 ? -errno : 0;
}

int
memory_file_make (const struct monitor *m, const struct monitor_packet *p, int fd, struct error **err)
{
  const char *name = p->text;
  if (! *name || strchr (name, '/') || streq (name, ".") || streq (name, "..") || strlen (name) > 255)
    return fail (err, EINVAL, "\"%s\" is no name for a file in memory", name);
  if (fd < 0)
    return fail (err, EINVAL, "file %s: there is no content with it", name);
  autoclose int dir = memory_open (m, err);
  if (dir < 0)
    return dir;
  unlinkat (dir, name, 0);
  autoclose int to = openat (dir, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  int r = to < 0 ? -errno : copy_all (fd, to);
  if (r == 0 && (fchown (to, p->uid, p->gid) < 0 || fchmod (to, p->mode & 07777) < 0))
    r = -errno;
  return r < 0 ? fail_sys (err, -r, "file %s in memory", name) : 0;
}
