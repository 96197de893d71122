/* plan.h - config.json made ready for the kernel: flags, numbers, masks, filters; every value checked.
 *
 * The promise: after plan_build() returned 0, nothing fails because of what config.json says, only because of what the
 * kernel says. Building a plan makes no system calls, so that it is tested and fuzzed without root.
 * A plan lies in one arena and is constant once built; the container's process inherits it by fork, nothing is
 * marshalled. Errors name the place in config.json ("linux.namespaces[3].type: given twice"). */
#ifndef RUNTIME_PLAN_H
#define RUNTIME_PLAN_H

#include <linux/filter.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "arena.h"
#include "config.h"
#include "error.h"
#include "host.h"

/* ---- namespaces -------------------------------------------------------------------------------------------------- */
enum plan_ns_mode
{
  NS_HOST, /* stay in the runtime's */
  NS_NEW,
  NS_JOIN, /* the one at `path` */
};

/* In the order of joining: a user namespace first, since it gives the right to join the others that it owns, the mount
 * namespace last, since paths mean something else after it. */
enum plan_ns_index
{
  PLAN_USER,
  PLAN_CGROUP,
  PLAN_IPC,
  PLAN_UTS,
  PLAN_NET,
  PLAN_PID,
  PLAN_TIME,
  PLAN_MOUNT,
  N_PLAN_NS,
};

struct ns_type
{
  const char *name; /* in config.json: "network" */
  const char *file; /* below /proc/PID/ns: "net" */
  int flag;         /* CLONE_NEWNET */
};
extern const struct ns_type ns_types[N_PLAN_NS];

struct plan_ns
{
  enum plan_ns_mode mode;
  const char *path;
};

struct plan_time_offset
{
  bool set;
  int64_t secs;
  uint32_t nanosecs;
};

/* ---- user and group ids ------------------------------------------------------------------------------------------ */
struct plan_id_map
{
  uint32_t container, host, size;
};
struct plan_id_maps
{
  size_t n_uids, n_gids;
  struct plan_id_map *uids, *gids;
};
/* The host's id of container id ID, or -1 if it is not mapped. With no maps at all, ID itself. */
int64_t plan_map_id (const struct plan_id_map *maps, size_t n, uint32_t id);
/* The maps as uid_map and gid_map take them (user_namespaces(7)), "" for none; the caller frees it. */
char *plan_map_text (const struct plan_id_map *maps, size_t n);

/* ---- mounts ------------------------------------------------------------------------------------------------------ */
struct plan_mount
{
  const char *target;     /* absolute, cleaned, in the container */
  const char *source;     /* binds: absolute host path; otherwise as given, or the type's name */
  const char *type;       /* NULL for binds */
  const char *data;       /* options of the file system, joined by commas; NULL for none */
  const char *copy;       /* the options as given, for messages */
  unsigned long flags;    /* MS_* but MS_BIND, MS_REC and propagation */
  unsigned long cleared;  /* MS_* that an option asked explicitly to have off (suid, dev, rw, ...) */
  uint64_t rec_set, rec_clear; /* MOUNT_ATTR_* for mount_setattr (AT_RECURSIVE): rro, rnosuid, ... */
  unsigned long *propagation;  /* MS_PRIVATE|MS_REC ..., in the order given */
  size_t n_propagation;
  bool bind, rbind;       /* a bind mount; `rbind` (with `bind`): of all mounts below it as well */
  bool tmpcopyup;
  bool idmap, ridmap;     /* id-mapped; `ridmap` (with `idmap`): all mounts below it as well */
  bool copy_symlink, src_nofollow, dest_nofollow; /* crun's options */
  bool cgroup;            /* a mount of type "cgroup" */
  bool late_ro;           /* tmpfs or /dev asked to be read-only (in `flags` too): made so after its contents */
  struct plan_id_maps maps;    /* of an id-mapped bind; for "idmap" without any, the container's */
  size_t index;           /* in config.json's mounts */
};

struct plan_device
{
  const char *path; /* absolute, cleaned, in the container */
  mode_t mode;      /* with S_IFCHR, S_IFBLK or S_IFIFO */
  dev_t rdev;
  uid_t uid;        /* in the container */
  gid_t gid;
  bool standard;    /* one of the six that every container gets */
};

/* ---- the process ------------------------------------------------------------------------------------------------- */
enum plan_cap_set
{
  CAPS_BOUNDING,
  CAPS_EFFECTIVE,
  CAPS_INHERITABLE,
  CAPS_PERMITTED,
  CAPS_AMBIENT,
  N_CAP_SETS,
};

struct plan_rlimit
{
  int resource; /* RLIMIT_* */
  const char *name;
  struct rlimit limit;
};

struct plan_process
{
  const char *const *args; /* NULL-terminated */
  const char *const *env;  /* NULL-terminated; duplicates resolved, last wins; HOME not yet added */
  const char *cwd;
  bool terminal;
  unsigned short rows, columns; /* 0: leave */
  uid_t uid;
  gid_t gid;
  gid_t *groups;
  size_t n_groups;
  bool keep_groups;  /* annotation run.oci.keep_original_groups=1 */
  mode_t umask;
  bool umask_set;    /* otherwise: 0022 for the container's first process, unchanged for exec */
  bool caps_set;     /* absent object: all capabilities are kept */
  uint64_t caps[N_CAP_SETS];
  struct plan_rlimit *rlimits;
  size_t n_rlimits;
  bool no_new_privileges;
  bool oom_score_adj_set;
  int oom_score_adj;
  const char *apparmor, *selinux; /* NULL: none */
  bool scheduler_set;
  struct plan_scheduler
  {
    uint32_t policy;
    uint64_t flags;
    int32_t nice;
    uint32_t priority;
    uint64_t runtime, deadline, period;
  } scheduler;
  int io_priority;          /* as ioprio_set takes it; -1: none */
  const char *cpus_initial, *cpus_final; /* exec only: checked lists such as "0-3,7"; NULL: none */
  bool personality_set;
  unsigned long personality;
  bool memory_policy_set;
  int memory_policy;             /* MPOL_* with MPOL_F_* flags */
  const char *memory_policy_nodes; /* checked list, NULL or "" for none */
};

/* ---- seccomp ----------------------------------------------------------------------------------------------------- */
/* The filter is compiled by security/seccomp.c (libseccomp, with a cache) from `spec`, which the plan checked. */
struct plan_seccomp
{
  const struct oci_seccomp *spec; /* NULL: none */
  unsigned flags;                 /* SECCOMP_FILTER_FLAG_* */
  bool notify;                    /* a rule has SCMP_ACT_NOTIFY */
  const char *listener_path, *listener_metadata;
};

/* ---- cgroup ------------------------------------------------------------------------------------------------------ */
enum cgroup_manager
{
  CGROUP_FS,
  CGROUP_SYSTEMD,
  CGROUP_DISABLED,
};

struct plan_cgroup
{
  enum cgroup_manager manager;
  const char *path;                    /* linux.cgroupsPath, cleaned; absolute or relative; NULL: the runtime chooses */
  const struct oci_resources *resources; /* checked; may be NULL */
};

/* ---- the whole --------------------------------------------------------------------------------------------------- */
struct plan_sysctl
{
  const char *key;   /* as in config.json */
  const char *path;  /* below /proc/sys: "net/ipv4/ip_forward" */
  const char *value;
  enum plan_ns_index ns; /* whose it is */
};

struct plan
{
  struct arena arena;               /* owns what the plan adds to the document */
  const struct oci_config *config;  /* outlives the plan */
  const struct host *host;
  const char *id;
  const char *bundle;               /* absolute */
  const char *rootfs;               /* absolute host path */
  bool root_readonly;
  bool no_pivot, no_new_keyring;
  unsigned long propagation;        /* of `/`: MS_SLAVE|MS_REC unless rootfsPropagation says otherwise */
  unsigned long root_propagation;   /* MS_SHARED or MS_UNBINDABLE (with MS_REC), to apply after pivot_root; or 0 */
  struct plan_ns ns[N_PLAN_NS];
  unsigned ns_new;                  /* CLONE_NEW* of all that are NS_NEW */
  struct plan_time_offset monotonic, boottime;
  struct plan_id_maps ids;
  struct plan_mount *mounts;
  size_t n_mounts;
  bool dev_from_host;               /* a bind covers /dev: nothing is made in it */
  struct plan_device *devices;
  size_t n_devices;
  struct oci_strings masked, readonly; /* cleaned, absolute */
  const char *mount_label;
  const char *hostname, *domainname;
  struct plan_sysctl *sysctls;
  size_t n_sysctls;
  bool has_process;                 /* config.json may leave it out; then start fails */
  struct plan_process process;
  struct plan_seccomp seccomp;
  struct plan_cgroup cgroup;
};

struct plan_options
{
  const char *id;
  bool no_pivot, no_new_keyring;
  enum cgroup_manager manager;
};

/* Make CONFIG (which must outlive the plan) ready for HOST. On failure -EINVAL and *ERR, nothing to free. What the
 * specification says to warn about goes to log_warning. */
int plan_build (const struct oci_config *config, const struct host *host, const struct plan_options *options,
                struct plan *ret, struct error **err);

/* A further process for a container (exec): PROCESS checked against CONFIG's namespaces; OUT->process, seccomp and what
 * exec needs of the rest are filled in. */
int plan_build_exec (const struct oci_config *config, const struct oci_process *process, const struct host *host,
                     const struct plan_options *options, struct plan *ret, struct error **err);

void plan_free (struct plan *plan);
#define autoplan __attribute__ ((cleanup (plan_free)))

/* -- parts, each in a file of its own (plan_mounts.c, ...); AT is the place in config.json for messages ------------ */
int plan_namespaces (struct plan *p, struct error **err);
int plan_ids (struct plan *p, struct error **err);
int plan_mounts (struct plan *p, struct error **err);
int plan_devices (struct plan *p, struct error **err);
int plan_process (struct plan *p, const struct oci_process *process, bool exec, struct error **err);
int plan_sysctls (struct plan *p, struct error **err);
int plan_seccomp (struct plan *p, struct error **err);
int plan_cgroup (struct plan *p, const struct plan_options *options, struct error **err);
int plan_hooks (const struct plan *p, struct error **err);

/* PATH as the container sees it: absolute ("/" put before a relative one), "." and ".." resolved lexically, no
 * trailing slash. In the plan's arena. */
const char *plan_clean_path (struct plan *p, const char *path);
/* Bytes of the plan's arena; ends the program if there are none. */
void *plan_alloc (struct plan *p, size_t n);

/* The name of mount option number I that is not a file system's own, for `features`; false after the last. */
bool plan_mount_option_name (size_t i, const char **ret_name);

/* The values of R (create and `update`) are in the kernel's ranges; AT is R's place: "linux.resources". */
int plan_check_resources (const struct oci_resources *r, const char *at, struct error **err);

/* A list of numbers and ranges, "0-3,7", all below LIMIT: checked. */
bool plan_list_valid (const char *list, unsigned limit);

#endif
