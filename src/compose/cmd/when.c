/* when.c - see when.h. */
#include "when.h"

#include "clock.h"
#include "record_store.h"
#include "units.h"

int
when_parse (const char *option, const char *text, int64_t *ret, struct error **err)
{
  unsigned ago;
  if (units_milliseconds (text, &ago) == 0)
    *ret = clock_wall_ns () - (int64_t) ago * 1000000;
  else if (record_parse_time (text, ret) < 0)
    return fail (err, EINVAL, "%s %s: want a time like 2026-11-21T20:33:37Z or a duration like 5m30s", option, text);
  return 0;
}
