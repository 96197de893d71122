/* units.c - reads sizes and durations. Pure. */
#include "units.h"

#include <limits.h>
#include <strings.h>

struct unit
{
  const char *name;
  double factor;
};

/* The decimal number at *S, which is moved behind it; -1 if there is none. No sign, exponent, hexadecimal or "inf". */
static double
take_decimal (const char **s)
{
  double value = 0, place = 1;
  const char *p = *s;
  bool digits = false;

  for (; *p >= '0' && *p <= '9'; p++, digits = true)
    value = value * 10 + (*p - '0');
  if (*p == '.')
    for (p++; *p >= '0' && *p <= '9'; p++, digits = true)
      value += (*p - '0') * (place /= 10);
  *s = p;
  return digits ? value : -1;
}

int
units_bytes (const char *s, int64_t *ret)
{
  static const char letters[] = "kmgtp";
  double factor = 1;

  if (streq (s, "-1"))
    {
      *ret = -1;
      return 0;
    }
  /* Whole numbers do not go through a double, which holds 53 bits. */
  if (*s && s[strspn (s, "0123456789")] == '\0')
    {
      errno = 0;
      long long whole = strtoll (s, NULL, 10);
      if (errno)
        return -EINVAL;
      *ret = whole;
      return 0;
    }
  double value = take_decimal (&s);
  if (value < 0)
    return -EINVAL;
  if (*s == ' ')
    s++;
  const char *letter = *s ? strchr (letters, *s | 0x20) : NULL;
  if (letter)
    {
      for (const char *l = letters; l <= letter; l++)
        factor *= 1024;
      s++;
    }
  if (strcasecmp (s, "") != 0 && strcasecmp (s, "b") != 0 && (! letter || strcasecmp (s, "ib") != 0))
    return -EINVAL;
  if (value * factor >= 0x1p63)
    return -EINVAL;
  *ret = (int64_t) (value * factor);
  return 0;
}

int
units_microseconds (const char *s, int64_t *ret)
{
  /* "ms" stands before "m" because the first name that fits is taken. */
  static const struct unit units[] = {
    { "ns", 1e-3 }, { "us", 1 }, { "\xc2\xb5s", 1 }, { "ms", 1e3 }, { "s", 1e6 }, { "m", 60e6 }, { "h", 3600e6 },
  };
  double sum = 0;

  if (streq (s, "0"))
    {
      *ret = 0;
      return 0;
    }
  do
    {
      double value = take_decimal (&s);
      size_t u = 0;
      while (u < ARRAY_LEN (units) && ! after_prefix (s, units[u].name))
        u++;
      if (value < 0 || u == ARRAY_LEN (units))
        return -EINVAL;
      s += strlen (units[u].name);
      sum += value * units[u].factor;
    }
  while (*s);
  if (sum >= 0x1p63)
    return -EINVAL;
  *ret = (int64_t) sum;
  return 0;
}

int
units_milliseconds (const char *s, unsigned *ret)
{
  int64_t us;
  if (units_microseconds (s, &us) < 0 || us / 1000 > UINT_MAX)
    return -EINVAL;
  *ret = (unsigned) (us / 1000);
  return 0;
}
