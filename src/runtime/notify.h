/* notify.h - sd_notify(3) for containers (NOTIFY_SOCKET): a socket that the container writes to, and a process of
 * ours that passes "READY=1" on to the service manager, with the container's pid as MAINPID. */
#ifndef RUNTIME_NOTIFY_H
#define RUNTIME_NOTIFY_H

#include "plan.h"
#include "state.h"

#define NOTIFY_DIR "notify"            /* in ROOT/ID, bound into the container by create */
#define NOTIFY_FILE "notify.sock"

/* create: make ROOT/ID/notify, which the container's user may search. */
int notify_make_dir (const struct container *c, struct error **err);

/* Add to PLAN what the container needs of it: the directory bound on /run/notify, and the variable. (notify_plan.c) */
void notify_extend_plan (const struct container *c, struct plan *plan);

/* start: bind the socket in it, writable for everybody (it is only reachable from inside). */
int notify_bind (const struct container *c, int *ret_sock, struct error **err);

/* Until the container said READY or its process (PIDFD) ended: pass it on to HOST_SOCKET (a path, or "@name"). */
int notify_proxy (int sock, const char *host_socket, pid_t pid, int pidfd, struct error **err);

/* The same in a process of its own, which outlives the caller. */
int notify_spawn (int sock, const char *host_socket, pid_t pid, int pidfd, struct error **err);

#endif
