/* up_options.c - from options to struct up_options. */
#include "up_options.h"

int
up_common_check (const struct up_common *a, struct error **err)
{
  if (a->force_recreate && a->no_recreate)
    return fail (err, EINVAL, "--force-recreate and --no-recreate exclude each other");
  if (a->build && a->no_build)
    return fail (err, EINVAL, "--build and --no-build exclude each other");
  return 0;
}

int
up_common_timeout (const struct up_common *a)
{
  bool fits = a->timeout.set && a->timeout.value >= 0 && a->timeout.value < INT32_MAX / 1000;
  return fits ? (int) a->timeout.value * 1000 : -1;
}

void
up_common_apply (const struct up_common *a, const struct strv *targets, struct up_options *o)
{
  o->plan = (struct plan_options) {
    .targets = targets,
    .scale = &a->scale,
    .force_recreate = a->force_recreate,
    .no_recreate = a->no_recreate,
    .always_recreate_deps = a->always_recreate_deps,
  };
  o->build = a->build;
  o->no_build = a->no_build;
  o->pull = a->pull;
  o->quiet_pull = a->quiet_pull;
  o->remove_orphans = a->remove_orphans;
  o->renew_anonymous = a->renew;
  o->timeout = up_common_timeout (a);
}
