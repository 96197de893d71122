/* security.h - what confines a process, applied in the child in the order of init/stage_process.c and
 * stage_lockdown.c. */
#ifndef SECURITY_SECURITY_H
#define SECURITY_SECURITY_H

#include <linux/filter.h>

#include "plan.h"

/* ---- seccomp.c -- */
/* Compile SPEC with libseccomp, with -ENOSYS for system calls newer than the profile (G52); *RET is the caller's
 * (free filter). CACHE_DIR: a directory of ours for compiled filters (found by the whole profile, not by a hash
 * alone), or -1. */
int seccomp_compile (const struct oci_seccomp *spec, int cache_dir, struct sock_fprog *ret, struct error **err);
/* The state root's cache directory, made 0700 when missing, refused when it is not ours; -1 if there is none to be
 * had. */
int seccomp_cache_open (int root_fd);
/* Load PROG with FLAGS (SECCOMP_FILTER_FLAG_*); *RET_LISTENER: the notification descriptor when the flags ask for
 * one. */
int seccomp_install (const struct sock_fprog *prog, unsigned flags, int *ret_listener, struct error **err);

/* ---- caps.c -- */
/* "CAP_CHOWN" -> 0, -1 if unknown. */
int cap_number (const char *name);
const char *cap_name (int number);
/* Before setuid: drop what is not in the bounding set; keep capabilities across setuid. */
int caps_bound (const struct plan_process *p, int last_cap, struct error **err);
/* After setuid from root: the permitted capabilities, which were kept, made effective again. */
int caps_raise (struct error **err);
/* After setuid: effective, permitted, inheritable, then ambient one by one (a refused ambient one is a warning). */
int caps_apply (const struct plan_process *p, int last_cap, struct error **err);

/* ---- lsm.c: labels for the next execve; PROC from proc_open (). -- */
int apparmor_set_exec (int proc, const char *profile, bool no_new_privileges, struct error **err);
int selinux_set_exec (int proc, const char *label, struct error **err);
/* The label of keys that are made from now on; NULL: back to the default. */
int selinux_set_keycreate (int proc, const char *label, struct error **err);
bool apparmor_enabled (void);
bool selinux_enabled (void);

/* ---- keyring.c -- */
/* Join (exec) or make the session keyring "_ses.ID". ENOSYS, or EPERM from an outer filter: no keyring, no error. */
int keyring_join (const char *id, bool make, struct error **err);

/* ---- attributes.c: scheduler, io priority, memory policy, personality, cpu affinity -- */
int set_scheduler (const struct plan_process *p, struct error **err);
int set_io_priority (const struct plan_process *p, struct error **err);
int set_memory_policy (const struct plan_process *p, struct error **err);
int set_personality (const struct plan_process *p, struct error **err);
/* LIST "0-3,7" for the calling thread; NULL: all processors (D29; refusals ignored). */
int set_cpu_affinity (const char *list, struct error **err);
/* In the runtime, on the child: limits and oom_score_adj, while privileges are there. */
int set_rlimits (pid_t pid, const struct plan_process *p, struct error **err);
int set_oom_score_adj (pid_t pid, const struct plan_process *p, struct error **err);

#endif
