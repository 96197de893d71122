/* yaml_scalar.c - what a plain scalar is: null, boolean, number or string. Pure, in any process. */
#include "yaml_parts.h"

static bool
is_one_of (const char *text, const char *const *words)
{
  for (; *words; words++)
    if (streq (text, *words))
      return true;
  return false;
}

static const char *
skip_digits (const char *s)
{
  return s + strspn (s, "0123456789");
}

/* [-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )? */
static bool
is_decimal (const char *s)
{
  s += *s == '-' || *s == '+';
  const char *whole = s;
  s = skip_digits (s);
  bool digits = s > whole;
  if (*s == '.')
    {
      const char *fraction = ++s;
      s = skip_digits (s);
      digits = digits || s > fraction;
    }
  if (! digits)
    return false;
  if (*s == 'e' || *s == 'E')
    {
      s++;
      s += *s == '-' || *s == '+';
      const char *exponent = s;
      s = skip_digits (s);
      if (s == exponent)
        return false;
    }
  return *s == '\0';
}

static bool
is_based (const char *s, const char *prefix, const char *digits)
{
  const char *rest = after_prefix (s, prefix);
  return rest && *rest && rest[strspn (rest, digits)] == '\0';
}

static bool
is_number (const char *text)
{
  static const char *const special[] = {
    ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF", "-.inf", "-.Inf", "-.INF", ".nan", ".NaN", ".NAN", NULL,
  };
  return is_decimal (text) || is_based (text, "0x", "0123456789abcdefABCDEF") || is_based (text, "0o", "01234567")
         || is_one_of (text, special);
}

enum node_kind
yaml_scalar_kind (const char *text)
{
  static const char *const nulls[] = { "", "~", "null", "Null", "NULL", NULL };
  static const char *const booleans[] = { "true", "True", "TRUE", "false", "False", "FALSE", NULL };
  if (is_one_of (text, nulls))
    return NODE_NULL;
  if (is_one_of (text, booleans))
    return NODE_BOOL;
  return is_number (text) ? NODE_NUMBER : NODE_STRING;
}
