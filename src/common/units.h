/* units.h - quantities as people write them. All return 0, or -EINVAL and leave *RET alone. */
#ifndef COMMON_UNITS_H
#define COMMON_UNITS_H

#include "util.h"

/* "64m", "1.5G", "512KiB", "4096", in powers of 1024, any case; "-1" for no limit. */
int units_bytes (const char *s, int64_t *ret);

/* A duration as go writes it, "500ms", "1m30s", "1.5h", rounded down: in microseconds, or in milliseconds, at most
 * UINT_MAX. */
int units_microseconds (const char *s, int64_t *ret);
int units_milliseconds (const char *s, unsigned *ret);

#endif
