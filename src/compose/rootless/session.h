/* session.h - the user's session: user, mount and network namespaces in which an ordinary user's perry-compose is root. */
#ifndef COMPOSE_SESSION_H
#define COMPOSE_SESSION_H

#include "settings.h"

/* For root: nothing. Otherwise join the user's session, or make it (newuidmap, newgidmap); afterwards this process has the session's
 * user and mount namespace. E_BACKEND names what is missing. */
int session_enter (struct settings *s, struct error **err);

#endif
