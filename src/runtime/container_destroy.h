/* container_destroy.h - takes a container apart, whatever state it is in. */
#ifndef RUNTIME_CONTAINER_DESTROY_H
#define RUNTIME_CONTAINER_DESTROY_H

#include "state.h"

/* Kill what is left of C's processes, remove its cgroup, its resctrl group and its state directory, run its poststop
 * hooks (whose failures are only logged). C is locked and stays open; C->state may be NULL or half filled in
 * (create's failure). When the processes or the cgroup do not go away within ten seconds each, the state stays for
 * another attempt, with an error. Used by delete, by create when it failed, and by run at its end. */
int container_destroy (struct container *c, struct error **err);

/* SIGKILL for the process of PIDFD, thawed if its cgroup is frozen, and wait for at most ten seconds until it has
 * ended. PIDFD -1: nothing to do. */
int container_kill_process (const struct container *c, int pidfd, struct error **err);

/* Run the hooks of KIND ("poststop", ...) in the runtime's namespaces, in the bundle's directory. */
int container_run_hooks (const struct container *c, const char *kind, const struct oci_hook *v, size_t n,
                         enum status status, pid_t pid, struct error **err);

#endif
