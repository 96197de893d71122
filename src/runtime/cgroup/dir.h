/* dir.h - operations on one directory of one hierarchy: what cgroup_v1 and cgroup_v2 are built of.
 *
 * A directory is reached from its mount's descriptor, whose file system type is checked; cgroup file systems hold no
 * links, and paths hold no ".." (place_join), so that nothing outside can be meant. */
#ifndef CGROUP_DIR_H
#define CGROUP_DIR_H

#include <fcntl.h>

#include "cgroup.h"

#define DIR_FLAGS (O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)

/* The directory's descriptor: its own if create left one open, otherwise one opened into *OWN. -errno; -ENOENT if there
 * is no such directory. */
int dir_at (const struct cgroup_dir *d, int *own, struct error **err);

/* Make it with its parents. ON_LEVEL, if not NULL, is called for every directory on the way with PARENT, its
 * descriptor, before CHILD is made in it, and with CHILD's descriptor after that (-1 before). Leaves d->fd open.
 * -EEXIST and d->made cleared if it should not have been there. */
typedef int dir_level (const struct cgroup_dir *d, int parent, int child, struct error **err);
int dir_make (struct cgroup_dir *d, dir_level *on_level, struct error **err);

/* Read and write FILE in it. dir_read returns -ENOENT and so on; ERR may be NULL. The caller frees *RET. Messages name
 * the whole path and what was written. */
int dir_read (const struct cgroup_dir *d, const char *file, char **ret, struct error **err);
int dir_write (const struct cgroup_dir *d, const char *file, const char *text, struct error **err);
bool dir_has (const struct cgroup_dir *d, const char *file);
/* FILE as a number, "max" being UINT64_MAX. -errno without a text. */
int dir_read_u64 (const struct cgroup_dir *d, const char *file, uint64_t *ret);
/* The number after KEY in FILE's lines "KEY NUMBER". -ENOENT if there is no such line. */
int dir_read_key (const struct cgroup_dir *d, const char *file, const char *key, uint64_t *ret);

/* Open d->self_fd: see cgroup_prepare. */
int dir_prepare (struct cgroup_dir *d, struct error **err);

/* Add every process in it and below to *PIDS. A missing directory has none. */
int dir_pids (const struct cgroup_dir *d, struct cgroup_pids *pids, struct error **err);

/* v1: thaw it and what a container may have frozen below; a frozen process does not even die of SIGKILL there. */
void dir_thaw_tree (const struct cgroup_dir *d);

/* Remove it and all below; gone is success. DEADLINE (CLOCK_MONOTONIC, ms): until when to retry while it is busy. */
int dir_remove (const struct cgroup_dir *d, int64_t deadline, struct error **err);

/* Whether the directory belongs to a hierarchy that has CONTROLLER: v1 by the mount's name, v2 by cgroup.controllers.
 * */
bool dir_controls (const struct cgroup_dir *d, const char *controller);

/* The directory where CONTROLLER's files are, v1 first; NULL if none. */
const struct cgroup_dir *cgroup_dir_of (const struct cgroup *cg, const char *controller);
/* The cgroup2 directory; NULL if none. */
const struct cgroup_dir *cgroup_dir_v2 (const struct cgroup *cg);

/* A descriptor for clone3's CLONE_INTO_CGROUP, or -1. */
int dir_open_join (const struct cgroup_dir *d);

/* freezer.c: see cgroup_ops.freeze and cgroup_ops.frozen. At most ten seconds; what could not be frozen is thawed. */
int dir_freeze (const struct cgroup_dir *d, bool frozen, struct error **err);
int dir_frozen (const struct cgroup_dir *d);

/* kill.c: SIG to every process in D and below, D being where the freezer is. See cgroup_ops.kill_all. */
int dir_kill_all (const struct cgroup_dir *d, int sig, struct error **err);

/* -EBUSY if a directory that was there already holds processes or is frozen. */
int cgroup_check_unused (const struct cgroup *cg, struct error **err);

/* shared.c: what cgroup_v1 and cgroup_v2 do alike. LEVEL_OF: which dir_level to make a directory with. */
int shared_create (struct cgroup *cg, dir_level *(*level_of) (const struct cgroup_dir *), struct error **err);
/* Limits and nothing else; taken back on failure unless the cgroup is new. */
int shared_set_limits (const struct cgroup *cg, const struct oci_resources *r, struct error **err);
int shared_remove (const struct cgroup *cg, struct error **err);

/* tree.c: ENTER TOP and every directory below before what is in it, LEAVE each but TOP after that, by its parent and
 * name; either may be NULL. What vanishes meanwhile is no error: ENTER's -ENOENT and -ENODEV are ignored, others of
 * -errno end the walk. One descriptor, however deep. */
struct tree_visit
{
  int (*enter) (int fd, void *data);
  int (*leave) (int parent, const char *name);
  void *data;
};
int tree_walk (int top, const struct tree_visit *visit);

#endif
