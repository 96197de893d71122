/* clock.h - time that passes, and what time it is. */
#ifndef COMMON_CLOCK_H
#define COMMON_CLOCK_H

#include <stdint.h>

/* CLOCK_REALTIME: ns since 1970. */
int64_t clock_wall_ns (void);
/* CLOCK_MONOTONIC in milliseconds, and a pause of MS of them. */
int64_t clock_ms (void);
void sleep_ms (unsigned ms);

#endif
