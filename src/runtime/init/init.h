/* init.h - the container's process, from clone to execve: stages in order, each in a file of its own.
 *
 * The stages run in the child. It inherited the plan by fork; what it cannot do itself it asks the runtime for
 * (sync.h). An error ends the process after it was told: to the runtime until READY, to whoever started it
 * afterwards. */
#ifndef INIT_INIT_H
#define INIT_INIT_H

#include "handover.h"
#include "launch.h"
#include "plan.h"
#include "rootfs/rootfs.h"

struct init
{
  const struct plan *plan;
  struct launch *launch;    /* the child's copy */
  int sync;                 /* to the runtime; after the wait: to `start` */
  int ns_fds[N_PLAN_NS];    /* namespaces to join, opened by the runtime; -1 */
  unsigned made;            /* CLONE_NEW* that clone gave already */
  struct rootfs rootfs;
  int proc;                 /* trusted procfs, -1 until it is needed */
  int slave;                /* the terminal's other side, -1 */
  char *exe_path;           /* what execve gets */
  char **env;
};

/* Run the stages; never returns. */
void init_main (struct init *init) __attribute__ ((noreturn));

/* | stage           | namespaces                   | privileged acts, and nowhere else
 * | */
/* | namespaces      | joining                      | setns in table order, unshare, second fork for a pid namespace
 * | */
/* | root filesystem | new, old root still visible  | mounts, devices, createContainer hooks, pivot_root
 * | */
/* | process         | new                          | hostname, sysctl, terminal, keyring, limits, labels, ids
 * | */
/* | wait            | new                          | none: waits for start
 * | */
/* | lockdown        | new                          | capabilities, startContainer hooks, seccomp, execve
 * | */
int stage_namespaces (struct init *init, struct error **err);
int stage_rootfs (struct init *init, struct error **err);
int stage_process (struct init *init, struct error **err);
int stage_wait (struct init *init, struct error **err);
int stage_lockdown (struct init *init, struct error **err);

/* stage_namespaces.c: join what ns_fds holds, except the user namespace. TOLERATE: what is refused now is tried
 * later. */
int join_others (struct init *init, bool tolerate, struct error **err);
/* join_container.c: exec: the namespaces and the root of the container's first process. */
int join_container (struct init *init, struct error **err);

/* init.c: messages go to SOCK from here on. */
void init_log_to (int sock);

/* init.c: INIT's trusted procfs, opened at the first call. */
int init_proc (struct init *init, struct error **err);

/* init.c: close all but the standard streams, what the caller asked to keep, and the sockets. Before the working
 * directory is entered: a path such as /proc/self/fd/7 must not lead to a directory of the host (CVE-2024-21626). */
void init_close_others (struct init *init);

/* identity.c: groups, gid and uid of the process, by the system calls themselves: glibc keeps a list of threads for
 * its own functions, which is not true of a process made by a bare clone3. */
int set_identity (const struct plan *plan, struct error **err);
int become_root (const struct plan *plan, struct error **err);

/* program.c: the environment with HOME (from the container's /etc/passwd when it is unset), and the program found along
 * its PATH. Messages as engines match them: exec: "X": executable file not found in $PATH. */
char **program_environment (const struct plan_process *p, const struct kept_fds *kept);
int program_find (const struct plan_process *p, char *const *env, char **ret, struct error **err);
/* Fails with CODE in such words: exec: "NAME": permission denied. */
int program_refuse (const char *name, int code, struct error **err);
/* The program is there, and what the kernel needs to run it is not: says what, from the head of the file at PATH. */
int program_refuse_interpreter (const char *name, const char *path, struct error **err);

#endif
