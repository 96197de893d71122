/* launch.h - makes the container's process and answers its requests until it is ready; for create and exec alike.
 * The runtime's side: host namespaces, the runtime's privileges. */
#ifndef RUNTIME_LAUNCH_H
#define RUNTIME_LAUNCH_H

#include "cgroup/cgroup.h"
#include "handover.h"
#include "plan.h"
#include "state.h"
#include "sync.h"

struct launch
{
  const struct plan *plan;
  struct container *container;
  struct oci_state_file *state;   /* goes to state.json when the process is known and when it is ready; exec: not */
  struct cgroup *cgroup;          /* prepared for cgroup_enter_self; NULL: none */
  bool in_cgroup2;                /* clone put the child into its cgroup2 directory */
  const char *console_socket;     /* NULL: the terminal stays in `master` */
  struct kept_fds kept;
  struct sock_fprog filter;       /* len 0: none */
  int start_socket;               /* created containers: where init waits for start; -1 for exec */
  bool exec;
  int target;                     /* exec: a pidfd of the container's first process; -1 otherwise */

  pid_t child;                    /* what clone made; the process itself unless it forked again */
  pid_t pid;                      /* the container's process */
  int pidfd;                      /* of `pid`; -1 until it is known */
  int master;                     /* the terminal's controlling side; -1 */
  int sock;                       /* the runtime's end of the protocol */
  char *intel_rdt_path;           /* a resctrl group to remove in the end; NULL */
  char stage[64];                 /* where the child said it is */
  bool going;                     /* ... and that only execve is left */
};
#define LAUNCH_INIT { .start_socket = -1, .target = -1, .pidfd = -1, .master = -1, .sock = -1 }

/* Make the process and serve it until it is READY. On failure the process is gone and reaped. */
int launch (struct launch *l, struct error **err);

/* exec: serve until the program runs (end of file) or an error comes. */
int launch_finish (struct launch *l, struct error **err);

/* Kill and reap what launch made, if anything. */
void launch_abort (struct launch *l);

/* Close what is open. */
void launch_close (struct launch *l);
#define autolaunch __attribute__ ((cleanup (launch_close)))

/* serve.c: one request of the child. 1: go on, 0: it is READY, -errno: it failed or a request did. */
int serve_request (struct launch *l, struct sync_message *m, struct error **err);

/* id_maps.c: setgroups, uid_map and gid_map of PID, directly or by newuidmap and newgidmap. */
int id_maps_write (pid_t pid, const struct plan_id_maps *maps, const struct host *host, struct error **err);

#endif
