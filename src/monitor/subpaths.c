/* subpaths.c - parts of volumes, bound below the bundle, where config.json has them mounted from. What is in a volume
 * is its containers' to change: by the time the OCI runtime opens a path in it, a directory of it may have become a
 * link to one of the host's (CVE-2021-25741). So it is opened here, without links, and what was opened is bound.
 * Before the container runs; in the monitor's mount namespace. */
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "monitor.h"

/* A bind mount of a directory wants a directory to be at, any other a file. */
static int
make_place (int bundle_fd, const char *place, int fd, struct error **err)
{
  struct stat st;
  if (fstat (fd, &st) < 0)
    return fail_sys (err, errno, "stat");
  int r = S_ISDIR (st.st_mode) ? mkdirat (bundle_fd, place, 0700)
                               : mknodat (bundle_fd, place, S_IFREG | 0600, 0);
  return r < 0 && errno != EEXIST ? fail_sys (err, errno, "make %s", place) : 0;
}

static int
mount_one (const struct monitor *m, const struct record_MountRef *ref, struct error **err)
{
  const struct open_how how = { .flags = O_PATH | O_CLOEXEC, .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS };
  autoclose int root = open (ref->source, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (root < 0)
    return fail_sys (err, errno, "open %s", ref->source);
  autoclose int fd = (int) syscall (SYS_openat2, root, ref->subpath, &how, sizeof how);
  if (fd < 0)
    return fail_sys (err, errno, "open it in %s", ref->source);
  autofree char *place = mem_printf ("%s/%s", m->bundle, ref->place);
  char from[64];
  snprintf (from, sizeof from, "/proc/self/fd/%d", fd);
  TRY (make_place (m->bundle_fd, ref->place, fd, err));
  if (mount (from, place, NULL, MS_BIND | MS_REC, NULL) < 0)
    return fail_sys (err, errno, "bind to %s", place);
  return 0;
}

int
subpaths_mount (const struct monitor *m, struct error **err)
{
  subpaths_unmount (m);
  for (size_t i = 0; i < m->record->mounts.n; i++)
    {
      const struct record_MountRef *ref = &m->record->mounts.v[i];
      if (ref->subpath && ref->source && ref->place && ! strchr (ref->place, '/'))
        TRY_DOING (err, mount_one (m, ref, err), "volume.subpath '%s'", ref->subpath);
    }
  return 0;
}

void
subpaths_unmount (const struct monitor *m)
{
  for (size_t i = 0; m->host_mnt_fd < 0 && i < m->record->mounts.n; i++)
    {
      const char *place = m->record->mounts.v[i].place;
      autofree char *path = mem_printf ("%s/%s", m->bundle, place ? place : "");
      while (place && ! strchr (place, '/') && umount2 (path, MNT_DETACH | UMOUNT_NOFOLLOW) == 0)
        continue;
    }
}
