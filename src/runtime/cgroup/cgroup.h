/* cgroup.h - one interface to control groups; cgroup_v1 (legacy and hybrid) and cgroup_v2 implement it.
 *
 * A struct cgroup is made from a plan (cgroup_plan) or from a container's saved state (cgroup_load), and is only a set
 * of paths until an operation uses it. Runs in the runtime's namespaces as the runtime's user; all of it works on
 * directory descriptors below the cgroup file systems and never leaves them. */
#ifndef RUNTIME_CGROUP_H
#define RUNTIME_CGROUP_H

#include <sys/types.h>

#include "error.h"
#include "mem.h"
#include "plan.h"

enum cgroup_mode
{
  CGROUP_NONE,    /* nothing usable is mounted */
  CGROUP_LEGACY,  /* v1 only */
  CGROUP_HYBRID,  /* v1 hierarchies and cgroup2, each with controllers of its own */
  CGROUP_UNIFIED, /* v2 only */
};

/* One hierarchy that the container is in: a v1 hierarchy with its controllers, or cgroup2. */
struct cgroup_dir
{
  char *name;        /* v1: "cpu,cpuacct" or "name=systemd"; v2: "" */
  char *mount;       /* "/sys/fs/cgroup/memory" */
  char *path;        /* below the mount, absolute: "/perry/c1" */
  bool v2;
  bool made;         /* this runtime makes it (and so may remove it): it was not there when the paths were planned */
  int fd;            /* after create: the directory; otherwise -1 */
  int self_fd;       /* after cgroup_prepare: what a process writes "0" to to move itself here; otherwise -1 */
  char *only;        /* cgroup2 of a hybrid system: controllers to hand on to the container, " hugetlb "; NULL: all */
};

struct cgroup
{
  const struct cgroup_ops *ops; /* NULL: disabled, or nothing to be had for a rootless user: every operation is a no-op
                                   and limits are refused */
  enum cgroup_mode mode;
  enum cgroup_manager manager;
  struct cgroup_dir *dirs;
  size_t n_dirs;
  bool rootless;       /* permission errors are tolerated as long as nothing was asked for (H41) */
  char *wanted;        /* the first thing that config.json asks of cgroups ("linux.resources.pids.limit"), or NULL */
  int join_fd;         /* the cgroup2 directory for CLONE_INTO_CGROUP, or -1: on a unified system after create and
                          load, on every system that has cgroup2 after cgroup_prepare */
};

struct cgroup_pids
{
  pid_t *v;
  size_t n;
};
void cgroup_pids_free (struct cgroup_pids *p);
#define autopids __attribute__ ((cleanup (cgroup_pids_free)))

struct cgroup_stats; /* stats.h */

struct cgroup_ops
{
  const char *name;
  /* Make the directories (refusing ones that hold processes or are frozen); on failure what was made is removed, and
   * the struct holds no directories any more: what is there is somebody else's. */
  int (*create) (struct cgroup *, struct error **);
  /* Apply RESOURCES (create, and `update` with only what changes). DEVICES: also the device rules. */
  int (*set) (const struct cgroup *, const struct oci_resources *, bool devices, struct error **);
  int (*freeze) (const struct cgroup *, bool frozen, struct error **);
  /* 1 frozen (itself or by an ancestor), 0 not, -errno. */
  int (*frozen) (const struct cgroup *);
  /* Every process, also of cgroups below. */
  int (*pids) (const struct cgroup *, struct cgroup_pids *ret, struct error **);
  /* SIG to every process, below too; SIGKILL until none is left or two seconds passed. */
  int (*kill_all) (const struct cgroup *, int sig, struct error **);
  int (*stats) (const struct cgroup *, struct cgroup_stats *ret, struct error **);
  /* How many times the kernel killed for want of memory; 0 if unknown. */
  uint64_t (*oom_kills) (const struct cgroup *);
  /* Remove the directories and all below, retrying while they are busy, for at most ten seconds. Gone is success. */
  int (*remove) (const struct cgroup *, struct error **);
};
extern const struct cgroup_ops cgroup_v1_ops, cgroup_v2_ops;

enum cgroup_mode cgroup_mode (void);

/* Where PLAN's container belongs: paths only, nothing is made. Refused when a cgroup of that path holds processes or is
 * frozen, so that the paths can go on record as this container's. */
int cgroup_plan (const struct plan *plan, struct cgroup *ret, struct error **err);

/* To and from state.json: an array of strings "NAME MOUNT PATH MADE" is for the implementation to choose; the text is
 * opaque to callers. */
char *cgroup_save (const struct cgroup *cg);
int cgroup_load (const char *saved, struct cgroup *ret, struct error **err);

void cgroup_free (struct cgroup *cg);
#define autocgroup __attribute__ ((cleanup (cgroup_free)))

/* The operations, safe for a struct cgroup without ops. */
int cgroup_create (struct cgroup *cg, struct error **err);
int cgroup_set (const struct cgroup *cg, const struct oci_resources *r, bool devices, struct error **err);
int cgroup_freeze (const struct cgroup *cg, bool frozen, struct error **err);
int cgroup_frozen (const struct cgroup *cg);
int cgroup_all_pids (const struct cgroup *cg, struct cgroup_pids *ret, struct error **err);
int cgroup_kill_all (const struct cgroup *cg, int sig, struct error **err);
int cgroup_stats (const struct cgroup *cg, struct cgroup_stats *ret, struct error **err);
uint64_t cgroup_oom_kills (const struct cgroup *cg);
int cgroup_remove (const struct cgroup *cg, struct error **err);

/* After SIGKILL: on v1 a frozen process does not die, nor one that the container itself froze in a cgroup below its
 * own. Thaw all of them. Never fails; nothing to do on v2. */
void cgroup_thaw_all (const struct cgroup *cg);

/* exec --cgroup: a struct cgroup for the existing sub-cgroup(s) that SPEC ("[CTRL,...:]PATH") names below CG. Escapes
 * are refused. */
int cgroup_sub (const struct cgroup *cg, const char *spec, struct cgroup *ret, struct error **err);

/* The cgroup that process PID is in now, in each hierarchy where it is below CG, and CG itself elsewhere (exec's
 * fallback when the container's own refuses processes, H39). */
int cgroup_of_pid (const struct cgroup *cg, pid_t pid, struct cgroup *ret, struct error **err);

/* Whether cgroup2 refuses processes in CG itself, since it hands controllers on to groups below: the container's first
 * process (systemd, say) made some and moved into one (H39). */
bool cgroup_refuses_processes (const struct cgroup *cg);

/* Give the directories to host uid UID, as delegation to a container with its own cgroup namespace and user namespace
 * demands (H40). v2 only; no-op elsewhere. */
int cgroup_delegate (const struct cgroup *cg, uid_t uid, struct error **err);

/* Make ready for cgroup_enter_self, in the parent, before the child is made: opens what it writes to, and join_fd. */
int cgroup_prepare (struct cgroup *cg, struct error **err);

/* Move the calling process, a new child of the runtime with a single thread, into CG, which was prepared in the parent.
 * JOINED: CLONE_INTO_CGROUP with join_fd already put it into the cgroup2 directory. Only system calls unless it fails.
 * Has to be the first thing that the child does, before it makes or joins namespaces. Moving another process waits for
 * an RCU grace period (10 to 20 ms on a quiet machine, with a lock held that making a cgroup needs too); a thread that
 * moves itself through v1's `tasks` (kernel 5.5) and a process that is made inside a cgroup do not: 0.1 ms for ten
 * hierarchies. */
int cgroup_enter_self (const struct cgroup *cg, bool joined, struct error **err);

#endif
