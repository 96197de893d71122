/* nearest.h - which name may have been meant. Pure. */
#ifndef COMPOSE_NEAREST_H
#define COMPOSE_NEAREST_H

#include "util.h"

/* Of the N NAMES the one with the fewest edits (a letter more, less or another) from NAME; NULL if none is near. */
const char *nearest (const char *name, const char *const *names, size_t n);

#endif
