/* up.h - bring the project's containers to what its files say: the steps of `up`, `create` and `scale`. */
#ifndef COMPOSE_UP_H
#define COMPOSE_UP_H

#include "commands.h"
#include "graph.h"
#include "jobs.h"
#include "plan.h"

enum on_failure
{
  ON_FAILURE_ROLLBACK, /* undo what this call has done */
  ON_FAILURE_CONTINUE, /* start what does not depend on what failed; keep all */
  ON_FAILURE_HALT,     /* start nothing more; keep all */
};

struct up_options
{
  struct plan_options plan;
  bool no_deps, no_start, remove_orphans, renew_anonymous, wait, build, no_build, quiet_pull, sequential;
  const char *wait_as;         /* then wait for what this service's depends_on says, as it is run next; NULL */
  const char *pull;            /* --pull: overrides pull_policy; NULL */
  int timeout;                 /* ms for stopping; -1: each container's own */
  int wait_timeout;            /* ms for the whole of --wait and for conditions; -1: none */
  enum on_failure on_failure;
};

/* The lock is taken and given back here; context_project() was called. A failure is rolled back as the options say. */
int project_up (struct context *c, const struct up_options *o, struct error **err);

#endif
