/* clock.c - see clock.h. */
#include "clock.h"

#include <errno.h>
#include <time.h>

int64_t
clock_wall_ns (void)
{
  struct timespec now;
  clock_gettime (CLOCK_REALTIME, &now);
  return (int64_t) now.tv_sec * 1000000000 + now.tv_nsec;
}

int64_t
clock_ms (void)
{
  struct timespec t;
  clock_gettime (CLOCK_MONOTONIC, &t);
  return (int64_t) t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

void
sleep_ms (unsigned ms)
{
  struct timespec t = { .tv_sec = ms / 1000, .tv_nsec = (long) (ms % 1000) * 1000000 };
  while (nanosleep (&t, &t) < 0 && errno == EINTR)
    continue;
}
