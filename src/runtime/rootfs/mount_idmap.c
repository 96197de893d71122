/* mount_idmap.c - id-mapped mounts (kernel 5.12): a user namespace that only carries the mapping, made by a child
 * process that does nothing else, and mount_setattr with it. Runs in whichever process has CAP_SYS_ADMIN over the
 * source's file system: the runtime, or the child when it has no user namespace. */
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "fs.h"
#include "mem.h"
#include "rootfs/mounting.h"

static int
write_map (pid_t pid, const char *file, const struct plan_id_map *v, size_t n, struct error **err)
{
  autofree char *map = plan_map_text (v, n);
  autofree char *path = mem_printf ("/proc/%d/%s", pid, file);
  return fs_write_kernel (AT_FDCWD, path, map, err);
}

static int
map_and_open (pid_t pid, const struct plan_id_maps *maps, int *ret_fd, struct error **err)
{
  TRY (write_map (pid, "uid_map", maps->uids, maps->n_uids, err));
  TRY (write_map (pid, "gid_map", maps->gids, maps->n_gids, err));
  autofree char *path = mem_printf ("/proc/%d/ns/user", pid);
  int fd = open (path, O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return fail_sys (err, errno, "open %s", path);
  *ret_fd = fd;
  return 0;
}

int
idmap_userns (const struct plan_id_maps *maps, int *ret_fd, struct error **err)
{
  if (maps->n_uids == 0 || maps->n_gids == 0)
    return fail (err, EINVAL, "an id-mapped mount needs mappings: its own or those of the container's user namespace");
  pid_t parent = getpid ();
  /* No exit signal: not to be taken for the container by whoever waits for children. */
  pid_t pid = (pid_t) syscall (SYS_clone, CLONE_NEWUSER, NULL, NULL, NULL, NULL);
  if (pid < 0)
    return fail_sys (err, errno, "make a user namespace for an id-mapped mount");
  if (pid == 0)
    {
      prctl (PR_SET_PDEATHSIG, SIGKILL);
      /* It has a copy of the state directory's lock: it must not outlive a parent that was killed before that. */
      while (getppid () == parent)
        pause ();
      _exit (0);
    }
  int result = map_and_open (pid, maps, ret_fd, err);
  kill (pid, SIGKILL);
  RETRY_EINTR (waitpid (pid, NULL, __WALL));
  return result < 0 ? wrap (err, "user namespace of an id-mapped mount") : 0;
}

int
idmap_apply (int fd, int userns, bool recursive, const char *source, struct error **err)
{
  struct mount_attr attr = { .attr_set = MOUNT_ATTR_IDMAP, .userns_fd = (uint64_t) userns };
  if (mount_setattr (fd, "", AT_EMPTY_PATH | (recursive ? AT_RECURSIVE : 0), &attr, sizeof attr) == 0)
    return 0;
  const char *hint = errno == EINVAL   ? " (its file system does not support it)"
                     : errno == EPERM  ? " (only root of the host may id-map this file system, not a rootless user)"
                     : errno == ENOSYS ? " (Linux 5.12 is needed)"
                                       : "";
  return fail_sys (err, errno, "id-map the mount of %s%s", source, hint);
}
