/* pause.c - the verbs pause and resume: freeze and thaw a container's cgroup. In the runtime's namespaces. */
#include "cgroup/cgroup.h"
#include "container.h"
#include "state.h"

static int
check_status (const struct container *c, bool pause, struct error **err)
{
  enum status status = state_status (c, NULL);
  if (! pause && status != STATUS_PAUSED)
    return fail (err, EINVAL, "container not paused");
  if (pause && status != STATUS_RUNNING && status != STATUS_CREATED)
    return fail (err, EINVAL, "container not running");
  return 0;
}

int
container_pause (const struct context *ctx, const char *id, bool pause, struct error **err)
{
  autocontainer struct container c = CONTAINER_INIT;
  autocgroup struct cgroup cg = { .join_fd = -1 };
  TRY (state_open (ctx->root, id, true, &c, err));
  TRY (check_status (&c, pause, err));
  if (c.state->cgroup)
    TRY (cgroup_load (c.state->cgroup, &cg, err));
  return cgroup_freeze (&cg, pause, err);
}
