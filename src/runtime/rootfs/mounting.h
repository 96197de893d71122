/* mounting.h - what the files of this folder share about mounts: changes of attributes and propagation, attaching,
 * targets. A mount is made detached, changed, and only then attached, so that nobody sees it half-made (kernel 5.2;
 * attributes 5.12, before that they are changed right after attaching). */
#ifndef ROOTFS_MOUNTING_H
#define ROOTFS_MOUNTING_H

#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "rootfs/rootfs.h"

/* The null device itself. The type as well as the number: st_rdev of a file or a pipe is 0. */
static inline bool
is_null_device (const struct stat *st)
{
  return S_ISCHR (st->st_mode) && st->st_rdev == makedev (1, 3);
}

/* ---- mount_change.c -- */
/* One mount_setattr: MOUNT_ATTR_* to set and, before that, to clear; one of MS_SHARED, MS_SLAVE, MS_PRIVATE,
 * MS_UNBINDABLE or 0; RECURSIVE: for all mounts below as well. */
struct mount_change
{
  uint64_t set, clear;
  unsigned long propagation;
  bool recursive;
};

/* MS_* flags that every mount has for itself, as MOUNT_ATTR_*. */
uint64_t mount_attrs (unsigned long flags);

/* Apply N changes to mount FD, which is attached or not. *RET_DONE: how many were; fewer, and 0 returned, means that
 * this kernel cannot change the rest before the mount is attached. -errno. */
int mount_apply (int fd, const struct mount_change *v, size_t n, size_t *ret_done);

/* The same for an attached mount on any kernel. */
int mount_change (struct rootfs *r, int fd, const struct mount_change *c);

/* Attach detached mount FD on TARGET with V applied. FD then is the attached mount. */
int mount_attach (struct rootfs *r, int fd, int target, const struct mount_change *v, size_t n, struct error **err);

/* The changes that M asks for besides the flags that a new file system is mounted with (BIND: those too), at most
 * MOUNT_CHANGES_MAX + m->n_propagation, in V; returns how many. */
enum { MOUNT_CHANGES_MAX = 2 };
size_t mount_changes_of (const struct plan_mount *m, struct mount_change *v);

/* mount(2) onto TARGET, for what the newer calls refuse. -errno. */
int mount_legacy (struct rootfs *r, const char *source, int target, const char *type, unsigned long flags,
                  const char *data);

/* ---- mounts.c -- */
/* M's target as a directory, made when it is missing; *RET_EXISTED says that it was not. PLAIN: no link in the last
 * place. */
int mount_target_dir (struct rootfs *r, const struct plan_mount *m, bool plain, bool *ret_existed, struct error **err);
/* As a file. */
int mount_target_file (struct rootfs *r, const struct plan_mount *m, struct error **err);
/* Remember that FD (duplicated) becomes read-only in rootfs_finish. */
int mount_read_only_later (struct rootfs *r, const struct plan_mount *m, int fd, struct error **err);

/* ---- one kind of mount each -- */
int mount_bind (struct rootfs *r, const struct plan_mount *m, struct error **err);
int mount_filesystem (struct rootfs *r, const struct plan_mount *m, struct error **err);
int mount_cgroup (struct rootfs *r, const struct plan_mount *m, struct error **err);

/* A new file system, detached: TYPE, SOURCE (what mountinfo shows), DATA as for mount(2) or NULL, FLAGS MS_*, LABEL for
 * context= or NULL. -EMSGSIZE: what it asks for does not fit fsconfig; other errors with the kernel's own words. */
int mount_new (const char *type, const char *source, const char *data, unsigned long flags, const char *label,
               int *ret_fd, struct error **err);

/* ---- mount_idmap.c -- */
/* A user namespace with MAPS, for id-mapped mounts. */
int idmap_userns (const struct plan_id_maps *maps, int *ret_fd, struct error **err);
/* The caller's detached tree FD id-mapped by USERNS. */
int idmap_apply (int fd, int userns, bool recursive, const char *source, struct error **err);

/* ---- tmpcopyup.c -- */
/* All that is in directory FROM (O_PATH) copied into directory TO. */
int copy_up (int from, int to, struct error **err);

#endif
