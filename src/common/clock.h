/* clock.h - time that passes. */
#ifndef COMMON_CLOCK_H
#define COMMON_CLOCK_H

#include <stdint.h>

/* CLOCK_MONOTONIC in milliseconds, and a pause of MS of them. */
int64_t clock_ms (void);
void sleep_ms (unsigned ms);

#endif
