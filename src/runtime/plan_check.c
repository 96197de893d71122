/* plan_check.c - owns the small checks that several parts of a plan share. Calls error.h only; no system calls; runs
 * in the runtime. */
#include <limits.h>
#include <stdarg.h>

#include "mem.h"
#include "plan_parts.h"

const char *
plan_at (char buf[AT_MAX], const char *fmt, ...)
{
  va_list ap;
  va_start (ap, fmt);
  vsnprintf (buf, AT_MAX, fmt, ap);
  va_end (ap);
  return buf;
}

int
plan_lookup (const struct name_value *table, const char *name, uint64_t *ret, struct error **err, const char *fmt, ...)
{
  if (name_value_find (table, name, ret))
    return 0;
  va_list ap;
  va_start (ap, fmt);
  autofree char *at = mem_vprintf (fmt, ap);
  va_end (ap);
  return fail (err, EINVAL, "%s: unknown value \"%.200s\"", at, name);
}

int
plan_lookup_flags (const struct name_value *table, const struct oci_strings *names, uint64_t *ret, const char *at,
                   struct error **err)
{
  uint64_t all = 0;
  for (size_t i = 0; i < names->n; i++)
    {
      uint64_t one;
      TRY (plan_lookup (table, names->v[i], &one, err, "%s[%zu]", at, i));
      all |= one;
    }
  *ret = all;
  return 0;
}

int
plan_check_range (const struct opt_i64 *value, int64_t min, int64_t max, const char *at, struct error **err)
{
  if (value->set && (value->value < min || value->value > max))
    return fail (err, ERANGE, "%s: %jd is out of range [%jd, %jd]", at, (intmax_t) value->value, (intmax_t) min,
                 (intmax_t) max);
  return 0;
}

int
plan_check_range_u64 (const struct opt_u64 *value, uint64_t min, uint64_t max, const char *at, struct error **err)
{
  if (value->set && (value->value < min || value->value > max))
    return fail (err, ERANGE, "%s: %ju is out of range [%ju, %ju]", at, (uintmax_t) value->value, (uintmax_t) min,
                 (uintmax_t) max);
  return 0;
}

bool
plan_has_dotdot (const char *path)
{
  for (; *path; path += strspn (path, "/"))
    {
      size_t n = strcspn (path, "/");
      if (n == 2 && path[0] == '.' && path[1] == '.')
        return true;
      path += n;
    }
  return false;
}

int
plan_check_path (const char *path, const char *at, struct error **err)
{
  if (! *path)
    return fail (err, EINVAL, "%s: empty", at);
  if (strlen (path) >= PATH_MAX)
    return fail (err, ENAMETOOLONG, "%s: %zu bytes, more than the %d that a path may have", at, strlen (path),
                 PATH_MAX - 1);
  return 0;
}

int
plan_check_env (const struct oci_strings *env, const char *at, struct error **err)
{
  for (size_t i = 0; i < env->n; i++)
    {
      if (env->v[i][0] == '=')
        return fail (err, EINVAL, "%s[%zu]: the name before '=' is empty", at, i);
      if (! strchr (env->v[i], '='))
        return fail (err, EINVAL, "%s[%zu]: \"%.200s\" has no '='", at, i, env->v[i]);
    }
  return 0;
}
