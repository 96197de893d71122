/* seccomp_notify.h - hands a filter's listener to the seccomp agent (config-linux.md#containerprocessstate). */
#ifndef RUNTIME_SECCOMP_NOTIFY_H
#define RUNTIME_SECCOMP_NOTIFY_H

#include <sys/types.h>

#include "error.h"
#include "plan.h"
#include "state_json.h"

/* Send LISTENER, which stays the caller's, to the agent at S's listener_path, with STATE (the container's, as hooks
 * get it) and PID, the process that the filter confines (host's pid namespace). One message, then the connection is
 * closed; bounded by ten seconds. */
int seccomp_notify_send (const struct plan_seccomp *s, const struct oci_state *state, pid_t pid, int listener,
                         struct error **err);

#endif
