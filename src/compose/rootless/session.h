/* session.h - the user's session: user, mount and network namespaces in which an ordinary user's perry-compose is
 * root. A process of ours, the holder, keeps them as long as there are containers; its files are in RUN/session. */
#ifndef COMPOSE_SESSION_H
#define COMPOSE_SESSION_H

#include "settings.h"

/* For root: nothing. Otherwise join the user's session, or make it (newuidmap, newgidmap); afterwards this process
 * has the session's user and mount namespace, and still the host's network namespace. Programs that it starts find
 * the session by their environment. E_BACKEND names what is missing. */
int session_enter (struct settings *s, struct error **err);

/* The holder's number in RUN/session/holder; -ESRCH if none lives. */
int session_holder (const struct settings *s, pid_t *ret, struct error **err);

/* Have the session's way to the outside run (slirp.h); for root: nothing. Before a container comes to a network: who
 * only leaves one needs none. */
int session_uplink (const struct settings *s, struct error **err);
/* The same where it was killed under containers that run; with their ports. Cheap if it runs. */
int session_restore (const struct settings *s, struct error **err);

/* Do WORK (ARG) where the bridges are: rootless, in a child in the session's network namespace, since nobody may
 * come back from there to the host's, otherwise here. Its return value and error are passed on. */
int session_network_do (const struct settings *s, int (*work) (void *arg, struct error **err), void *arg,
                        struct error **err);

#endif
