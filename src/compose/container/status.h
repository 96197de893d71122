/* status.h - what a container is now, from what its monitor wrote last and from what lives. */
#ifndef COMPOSE_STATUS_H
#define COMPOSE_STATUS_H

#include "container.h"

/* Read the container's files in directory FD of DATA/containers and fill in state, reason and monitored. Its id is ID,
 * BOOT_ID the host's now. ENOENT: there is no record. */
int container_read (const struct settings *s, int fd, const char *id, const char *boot_id, struct container *ret,
                    struct error **err);
void container_close (struct container *c);

#endif
