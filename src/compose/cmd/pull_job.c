/* pull_job.c - see pull_job.h. */
#include "pull_job.h"

static int
run_pull (void *arg, struct error **err)
{
  const struct pull_job *p = arg;
  autofree char *id = NULL;
  TRY (image_pull (p->settings, p->reference, &p->how, &id, err));
  job_result (id);
  return 0;
}

struct job
pull_job (struct pull_job *p)
{
  return (struct job) { .name = p->reference, .run = run_pull, .arg = p, .doing = "Pulling", .done = "Pulled" };
}
