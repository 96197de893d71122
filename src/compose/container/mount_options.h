/* mount_options.h - options of tmpfs mounts as people write them. */
#ifndef COMPOSE_MOUNT_OPTIONS_H
#define COMPOSE_MOUNT_OPTIONS_H

#include "arena.h"
#include "error.h"

/* The defaults (nosuid, nodev, noexec) with what TEXT ("size=64m,mode=1777,exec") says; each option is known and its
 * value checked. *RET is the arena's. */
int tmpfs_options (struct arena *a, const char *text, const char **ret, struct error **err);

#endif
