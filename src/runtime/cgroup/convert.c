/* convert.c - see convert.h. Pure: no system calls, any process. */
#include "convert.h"

#include <inttypes.h>

#define SHARES_MIN 2
#define SHARES_MAX 262144
#define WEIGHT_MIN 1
#define WEIGHT_MAX 10000

/* Enough of mathematics for the curve, so that the program need not load a library for it. */
#define LN_2 0.693147180559945309
#define LN_10 2.302585092994045684
#define TERMS 24

/* log2 (n) = exponent + 2/ln 2 artanh ((m - 1) / (m + 1)) with n = m 2^exponent, 1 <= m < 2. */
static double
binary_logarithm (uint64_t n)
{
  int exponent = 63 - __builtin_clzll (n);
  double m = (double) n / (double) (UINT64_C (1) << exponent), z = (m - 1) / (m + 1), power = z, sum = 0;
  for (int k = 0; k < TERMS; k++, power *= z * z)
    sum += power / (2 * k + 1);
  return exponent + 2 * sum / LN_2;
}

/* 10^x = (e^(x ln 10 / 16))^16. */
static double
power_of_ten (double x)
{
  double y = x * LN_10 / 16, term = 1, sum = 1;
  for (int k = 1; k < TERMS; k++)
    sum += term *= y / k;
  for (int i = 0; i < 4; i++)
    sum *= sum;
  return sum;
}

/* Where the exact result is a whole number (1024 shares are 100), it must not be rounded up for the last bit's sake. */
static uint64_t
round_up (double x)
{
  uint64_t whole = (uint64_t) x;
  return x - (double) whole > 1e-6 ? whole + 1 : whole;
}

uint64_t
shares_to_weight (uint64_t shares)
{
  if (shares == 0)
    return 0;
  if (shares <= SHARES_MIN)
    return WEIGHT_MIN;
  if (shares >= SHARES_MAX)
    return WEIGHT_MAX;
  double l = binary_logarithm (shares);
  return round_up (power_of_ten ((l * l + 125 * l) / 612.0 - 7.0 / 34.0));
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
