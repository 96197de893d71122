/* rootfs.h - the container's root file system, made in the child: new mount namespace, old root still visible.
 * Every step works on descriptors; see path.h. */
#ifndef ROOTFS_ROOTFS_H
#define ROOTFS_ROOTFS_H

#include "plan.h"

struct rootfs
{
  const struct plan *plan;
  int sync;        /* to the runtime: MOUNT_FD requests; -1 in tests */
  int root;        /* the root directory's descriptor (O_PATH), -1 before rootfs_attach */
  bool in_userns;  /* no mknod: bind the host's devices */
  /* What the steps leave to each other. */
  bool pivoted;
  int proc;        /* the host's /proc, for kernels before 5.12, whose mount calls know paths only */
  int null;        /* a detached mount of the host's /dev/null, for masks */
  int *late;       /* the mounts that become read-only at the end, and their numbers in config.json */
  size_t *late_index, n_late;
};

/* Make `/` slave or private as planned, attach the root file system, open it. Sets the umask to 022: directories and
 * files that are made later get their modes from it. */
int rootfs_attach (struct rootfs *r, struct error **err);
/* All of config.json's mounts, in order (mounts.c). */
int rootfs_mounts (struct rootfs *r, struct error **err);
/* Device nodes, /dev/ptmx, the links fd, stdin, stdout, stderr, core (devices.c). */
int rootfs_devices (struct rootfs *r, struct error **err);
/* pivot_root, or MS_MOVE and chroot; leaves the process in the new root; propagation of `/` as planned (pivot.c). */
int rootfs_pivot (struct rootfs *r, struct error **err);
/* Standard input, output and error that are the host's null device become the container's, checked to be one
 * (CVE-2025-31133); a container without one keeps the host's. */
int rootfs_reopen_dev_null (struct rootfs *r, struct error **err);
/* After the pivot: mounts asked for read-only that had to be written to, readonlyPaths, maskedPaths, then the root
 * itself (mask.c). */
int rootfs_finish (struct rootfs *r, struct error **err);
/* The working directory made in the new root if it is missing (before the root becomes read-only). */
int rootfs_make_cwd (struct rootfs *r, const char *cwd, struct error **err);

/* The source of a bind mount as a detached tree (open_tree OPEN_TREE_CLONE), id-mapped if planned: by the child
 * itself, or, when it may not, by the runtime (serve_MOUNT_FD calls this in its own namespaces). USERNS: a user
 * namespace with the container's mappings for "idmap" without mappings of its own, or -1. */
int mount_open_source (const struct plan *plan, const struct plan_mount *m, int userns, int *ret_fd,
                       struct error **err);

/* A new terminal from the container's own devpts (console.c): its controlling side in *RET_MASTER; the other side
 * becomes the process's standard input, output and error and controlling terminal; for the first process it is also
 * bound on /dev/console. Needs r->plan and r->root only. */
int console_open (struct rootfs *r, bool dev_console, int *ret_master, int *ret_slave, struct error **err);
int console_attach (int slave, const struct plan_process *p, struct error **err);

#endif
