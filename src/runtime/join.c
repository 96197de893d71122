/* join.c - moves the container's process into its cgroup while that process works on. A thread of the runtime. */
#include "launch.h"

static void *
join_main (void *arg)
{
  struct cgroup_join *j = arg;
  if (j->resources)
    j->result = cgroup_set (j->cgroup, j->resources, false, &j->error);
  if (j->result == 0)
    j->result = cgroup_enter (j->cgroup, j->pid, &j->error);
  return NULL;
}

void
cgroup_join_start (struct cgroup_join *j)
{
  j->running = pthread_create (&j->thread, NULL, join_main, j) == 0;
  if (! j->running)
    join_main (j);
}

int
cgroup_join_wait (struct cgroup_join *j, struct error **err)
{
  if (j->running)
    pthread_join (j->thread, NULL);
  j->running = false;
  if (j->result < 0 && err)
    {
      error_free (err);
      *err = TAKE_PTR (j->error);
    }
  error_free (&j->error);
  return j->result;
}
