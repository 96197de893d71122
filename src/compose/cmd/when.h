/* when.h - points in time as options give them. */
#ifndef COMPOSE_WHEN_H
#define COMPOSE_WHEN_H

#include "error.h"

/* TEXT, "2026-11-21T20:33:37Z" or "5m30s" for so long ago, as nanoseconds since 1970. OPTION is for the message. */
int when_parse (const char *option, const char *text, int64_t *ret, struct error **err);

#endif
