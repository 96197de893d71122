/* stage_rootfs.c - the root file system, from the bundle's directory to the new `/`. Runs in the child: new mount
 * namespace, the old root still in view until the pivot. */
#include "hooks.h"
#include "init.h"
#include "sync.h"

/* createContainer hooks: paths of the host, namespaces of the container, before pivot_root (config.md#hooks). */
static int
create_container_hooks (struct init *init, struct error **err)
{
  const struct oci_hooks *hooks = init->plan->config->hooks;
  if (! hooks || hooks->create_container.n == 0)
    return 0;
  autofree char *state = state_document (init->launch->container, STATUS_CREATED, getpid (), false);
  const struct hook_run h = {
    .kind = "createContainer",
    .v = hooks->create_container.v,
    .n = hooks->create_container.n,
    .state = state,
    .cwd_fd = init->rootfs.root,
  };
  return hooks_run (&h, err);
}

static int
open_console (struct init *init, struct error **err)
{
  autoclose int master = -1;
  if (! init->plan->has_process || ! init->plan->process.terminal)
    return 0;
  TRY (console_open (&init->rootfs, true, &master, &init->slave, err));
  return sync_ask (init->sync, SYNC_CONSOLE, 0, "/dev/ptmx", master, NULL, err);
}

int
stage_rootfs (struct init *init, struct error **err)
{
  struct rootfs *r = &init->rootfs;
  TRY (rootfs_attach (r, err));
  /* While the host's procfs is in view: in a user namespace the kernel gives a new one only to who sees one already. */
  if (init->plan->n_sysctls)
    TRY (init_proc (init, err));
  TRY (rootfs_mounts (r, err));
  TRY (rootfs_devices (r, err));
  TRY (open_console (init, err));
  TRY (sync_ask (init->sync, SYNC_HOOKS, 0, NULL, -1, NULL, err));
  TRY (create_container_hooks (init, err));
  TRY (rootfs_pivot (r, err));
  if (init->plan->has_process)
    TRY (rootfs_make_cwd (r, init->plan->process.cwd, err));
  return rootfs_finish (r, err);
}
