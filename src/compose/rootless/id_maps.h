/* id_maps.h - the ids of a session: the user's own as 0, the subordinate ones (subuid(5), subgid(5)) from 1 on. */
#ifndef COMPOSE_ID_MAPS_H
#define COMPOSE_ID_MAPS_H

#include <sys/types.h>

#include "settings.h"

/* Give process PID, which has just made its user namespace, its maps by newuidmap(1) and newgidmap(1). E_BACKEND
 * says what is missing and how to get it. */
int id_maps_write (const struct settings *s, pid_t pid, struct error **err);

/* Are there what id_maps_write() needs, for the user who calls? Says the same if not. */
int id_maps_check (struct error **err);

/* Add the arguments "INSIDE OUTSIDE COUNT" for each range of FILE's TEXT that is for USER (a name) or ID; ids inside
 * begin with 1. Returns how many ids that are. */
unsigned long id_maps_parse (const char *text, const char *user, unsigned id, struct strv *args);

#endif
