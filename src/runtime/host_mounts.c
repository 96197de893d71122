/* host_mounts.c - see host_mounts.h. Runs in the runtime's namespaces, where these mounts are. */
#include "host_mounts.h"

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>

static int
mount_id (const char *path, uint64_t *ret, struct error **err)
{
  struct statx st;
  if (statx (AT_FDCWD, path, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT, STATX_MNT_ID, &st) < 0)
    return fail_sys (err, errno, "look at root file system %s", path);
  if (! (st.stx_mask & STATX_MNT_ID))
    return fail (err, ENOTSUP, "mounts without a mount namespace in linux.namespaces need Linux 5.8");
  *ret = st.stx_mnt_id;
  return 0;
}

int
host_mounts_record (const struct plan *plan, struct oci_state_file *state, struct error **err)
{
  if (plan->ns[PLAN_MOUNT].mode != NS_HOST || plan->n_mounts == 0)
    return 0;
  TRY (mount_id (plan->rootfs, &state->root_mount.value, err));
  state->root_mount.set = true;
  return 0;
}

int
host_mounts_remove (const struct oci_state_file *state, struct error **err)
{
  uint64_t now;
  if (! state->root_mount.set || mount_id (state->rootfs, &now, NULL) < 0 || now == state->root_mount.value)
    return 0;
  if (umount2 (state->rootfs, MNT_DETACH | UMOUNT_NOFOLLOW) < 0)
    return fail_sys (err, errno, "unmount root file system %s", state->rootfs);
  return 0;
}
