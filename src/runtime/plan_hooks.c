/* plan_hooks.c - owns the checks of config.json's hooks; hooks.c takes them as they are. No system calls; runs in the
 * runtime. */
#include "plan_parts.h"

static int
check_hook (const struct oci_hook *h, const char *at, struct error **err)
{
  char place[AT_MAX];
  TRY (plan_check_path (h->path, plan_at (place, "%s.path", at), err));
  if (h->path[0] != '/')
    return fail (err, EINVAL, "%s: \"%.200s\" is not an absolute path", place, h->path);
  TRY (plan_check_env (&h->env, plan_at (place, "%s.env", at), err));
  if (h->timeout.set && h->timeout.value <= 0)
    return fail (err, EINVAL, "%s.timeout: %jd is not a number of seconds above 0", at, (intmax_t) h->timeout.value);
  return 0;
}

static int
check_hooks (const struct oci_hook *v, size_t n, const char *kind, struct error **err)
{
  for (size_t i = 0; i < n; i++)
    {
      char at[AT_MAX];
      TRY (check_hook (&v[i], plan_at (at, "hooks.%s[%zu]", kind, i), err));
    }
  return 0;
}

int
plan_hooks (const struct plan *p, struct error **err)
{
  const struct oci_hooks *h = p->config->hooks;
  if (! h)
    return 0;
  TRY (check_hooks (h->prestart.v, h->prestart.n, "prestart", err));
  TRY (check_hooks (h->create_runtime.v, h->create_runtime.n, "createRuntime", err));
  TRY (check_hooks (h->create_container.v, h->create_container.n, "createContainer", err));
  TRY (check_hooks (h->start_container.v, h->start_container.n, "startContainer", err));
  TRY (check_hooks (h->poststart.v, h->poststart.n, "poststart", err));
  return check_hooks (h->poststop.v, h->poststop.n, "poststop", err);
}
