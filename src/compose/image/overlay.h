/* overlay.h - directories laid over each other, in a mount namespace that nobody else sees. */
#ifndef COMPOSE_OVERLAY_H
#define COMPOSE_OVERLAY_H

#include "mem.h"
#include "settings.h"

struct overlay
{
  const char *const *lower;   /* uppermost first */
  size_t n_lower;
  const char *upper, *work;   /* NULL: read-only */
};

/* Make a private mount namespace for this process (a child: it does not come back) and mount O at directory PLACE
 * there, without devices and set-user-id programs: *RET_FD is its root. */
int overlay_mount (const struct settings *s, const struct overlay *o, const char *place, int *ret_fd,
                   struct error **err);

#endif
