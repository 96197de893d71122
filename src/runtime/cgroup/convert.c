/* convert.c - see convert.h. Pure: no system calls, any process. */
#include "convert.h"

#include <ctype.h>
#include <inttypes.h>
#include <math.h>

#define SHARES_MIN 2
#define SHARES_MAX 262144
#define WEIGHT_MIN 1
#define WEIGHT_MAX 10000

uint64_t
shares_to_weight (uint64_t shares)
{
  if (shares == 0)
    return 0;
  if (shares <= SHARES_MIN)
    return WEIGHT_MIN;
  if (shares >= SHARES_MAX)
    return WEIGHT_MAX;
  double l = log2 ((double) shares);
  return (uint64_t) ceil (pow (10, (l * l + 125 * l) / 612.0 - 7.0 / 34.0));
}

uint64_t
blkio_to_io_weight (uint64_t weight)
{
  return weight ? 1 + (weight - 10) * 9999 / 990 : 0;
}

int
swap_alone (int64_t limit, int64_t swap, int64_t *ret, struct error **err)
{
  *ret = INT64_MIN;
  if (swap == 0)
    {
      if (limit == -1)
        *ret = -1;
      return 0;
    }
  if (swap == -1 || limit == -1)
    {
      *ret = swap;
      return 0;
    }
  if (limit == 0)
    return fail (err, EINVAL, "unable to set swap limit without memory limit");
  if (limit < 0 || swap < 0)
    return fail (err, EINVAL, "a limit is negative");
  if (swap < limit)
    return fail (err, EINVAL, "memory+swap limit should be >= memory limit (%" PRIi64 " < %" PRIi64 ")", swap, limit);
  *ret = swap - limit;
  return 0;
}

bool
page_size_valid (const char *size)
{
  size_t n = strspn (size, "0123456789");
  return n > 0 && n < 10 && size[n] && strchr ("KMG", size[n]) && streq (size + n + 1, "B");
}

void
limit_text (int64_t value, bool v2, char text[LIMIT_TEXT])
{
  if (value < 0 && v2)
    snprintf (text, LIMIT_TEXT, "max");
  else
    snprintf (text, LIMIT_TEXT, "%" PRIi64, value);
}
