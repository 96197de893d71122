/* replica.c - see replica.h. */
#include "replica.h"

int
context_replica (struct context *c, const char *service, const struct cli_number *index, struct containers *ret,
                 struct error **err)
{
  struct containers found = { 0 };
  struct container_filter filter = { .project = c->project_name, .service = service, .oneoff = -1,
                                     .number = index->set && index->value > 0 ? (unsigned) index->value : 0 };
  TRY (containers_list (&c->settings, &filter, &found, err));
  if (found.n)
    {
      *ret = found;
      return 0;
    }
  containers_free (&found);
  if (index->set)
    return fail (err, E_NOT_FOUND, "service %s has no container number %lld", service, index->value);
  return fail (err, E_NOT_FOUND, "service %s has no container in project %s", service, c->project_name);
}

static bool
runs (const struct container *c, const void *arg UNUSED)
{
  return container_has_process (c);
}

int
context_replica_or_one_off (struct context *c, const char *service, const struct cli_number *index,
                            struct containers *ret, struct error **err)
{
  autocontainers struct containers found = { 0 };
  struct container_filter filter = { .project = c->project_name, .service = service };
  TRY (containers_list (&c->settings, &filter, &found, err));
  containers_keep (&found, runs, NULL);
  bool one_off_only = found.n > 0 && ! index->set;
  for (size_t i = 0; i < found.n; i++)
    one_off_only = one_off_only && found.v[i].record->oneoff.value;
  if (! one_off_only)
    return context_replica (c, service, index, ret, err);
  *ret = found;
  found = (struct containers) { 0 };
  return 0;
}
