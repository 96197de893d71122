/* slirp.h - slirp4netns: a session's way to the outside, and host ports that lead into the session. */
#ifndef COMPOSE_SLIRP_H
#define COMPOSE_SLIRP_H

#include <sys/types.h>

#include "record.h"
#include "settings.h"

/* The session's own address towards slirp4netns, and the name server that it has there. */
#define SLIRP_ADDRESS "10.0.2.100"
#define SLIRP_SUBNET "10.0.2.0/24"
#define SLIRP_DNS "10.0.2.3"

/* Have slirp4netns run for the network namespace of HOLDER; from the host's network namespace, under SESSION_LOCK.
 * *RET_STARTED: it did not run, and leads no port into the session. */
int slirp_ensure (const struct settings *s, pid_t holder, bool *ret_started, struct error **err);
bool slirp_is_running (const struct settings *s);

/* Are slirp4netns and what it needs there? */
int slirp_check (struct error **err);

/* A new session begins: the slirp4netns of the one before, which may be ending still, is not taken for its own. */
void slirp_forget (const struct settings *s);

/* Lead the host ports of V to the same ports in the session; there already: success. */
int slirp_add_ports (const struct settings *s, const struct record_Port *v, size_t n, struct error **err);
/* Take them away; gone already: success. */
int slirp_remove_ports (const struct settings *s, const struct record_Port *v, size_t n, struct error **err);

#endif
