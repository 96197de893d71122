/* notify_plan.c - the container's side of NOTIFY_SOCKET: a mount and a variable more in its plan. No system calls. */
#include <sys/mount.h>

#include "mem.h"
#include "notify.h"
#include "plan.h"

#define NOTIFY_TARGET "/run/notify"
#define NOTIFY_VARIABLE "NOTIFY_SOCKET="

static void
add_mount (const struct container *c, struct plan *plan)
{
  autofree char *source = mem_printf ("%s/%s/notify", c->root, c->id);
  struct plan_mount *mounts = plan_alloc (plan, (plan->n_mounts + 1) * sizeof *mounts);
  char *kept = plan_alloc (plan, strlen (source) + 1);
  if (plan->n_mounts)
    memcpy (mounts, plan->mounts, plan->n_mounts * sizeof *mounts);
  mounts[plan->n_mounts] = (struct plan_mount) {
    .target = NOTIFY_TARGET,
    .source = strcpy (kept, source),
    .copy = "bind,nosuid,noexec,nodev,ro",
    .flags = MS_NOSUID | MS_NOEXEC | MS_NODEV | MS_RDONLY,
    .bind = true,
    .index = plan->n_mounts,
  };
  plan->mounts = mounts;
  plan->n_mounts++;
}

static void
set_variable (struct plan *plan)
{
  size_t n = 0, kept = 0;
  const char *const *old = plan->process.env;
  while (old && old[n])
    n++;
  const char **env = plan_alloc (plan, (n + 2) * sizeof *env);
  for (size_t i = 0; i < n; i++)
    if (! after_prefix (old[i], NOTIFY_VARIABLE))
      env[kept++] = old[i];
  env[kept] = NOTIFY_VARIABLE NOTIFY_TARGET "/notify.sock";
  plan->process.env = env;
}

void
notify_extend_plan (const struct container *c, struct plan *plan)
{
  add_mount (c, plan);
  if (plan->has_process)
    set_variable (plan);
}
