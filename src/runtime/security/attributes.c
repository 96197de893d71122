/* attributes.c - limits and the OOM killer's preference, set by the runtime on the container's process (with the
 * runtime's privileges and the host's /proc); personality and memory policy, set by the process itself. */
#include <fcntl.h>
#include <sys/personality.h>
#include <sys/syscall.h>

#include "fs.h"
#include "mem.h"
#include "security/cpu_list.h"
#include "security/security.h"

int
set_rlimits (pid_t pid, const struct plan_process *p, struct error **err)
{
  for (size_t i = 0; i < p->n_rlimits; i++)
    {
      const struct plan_rlimit *l = &p->rlimits[i];
      struct rlimit now;
      if (prlimit (pid, (enum __rlimit_resource) l->resource, &l->limit, NULL) == 0)
        continue;
      int code = errno;
      if (code == EPERM && prlimit (pid, (enum __rlimit_resource) l->resource, NULL, &now) == 0
          && l->limit.rlim_max > now.rlim_max)
        return fail (err, EPERM, "rlimits: %s: raising the hard limit from %llu to %llu takes CAP_SYS_RESOURCE",
                     l->name, (unsigned long long) now.rlim_max, (unsigned long long) l->limit.rlim_max);
      return fail_sys (err, code, "rlimits: %s: soft %llu, hard %llu", l->name, (unsigned long long) l->limit.rlim_cur,
                       (unsigned long long) l->limit.rlim_max);
    }
  return 0;
}

int
set_oom_score_adj (pid_t pid, const struct plan_process *p, struct error **err)
{
  char path[64], text[16];
  if (! p->oom_score_adj_set)
    return 0;
  snprintf (path, sizeof path, "/proc/%d/oom_score_adj", (int) pid);
  snprintf (text, sizeof text, "%d", p->oom_score_adj);
  int r = fs_write_kernel (AT_FDCWD, path, text, NULL);
  if (r == -EACCES)
    return fail (err, EACCES, "process.oomScoreAdj: %d is lower than the runtime's own: that takes CAP_SYS_RESOURCE",
                 p->oom_score_adj);
  return r < 0 ? fail_sys (err, -r, "process.oomScoreAdj: %d", p->oom_score_adj) : 0;
}

int
set_personality (const struct plan_process *p, struct error **err)
{
  if (p->personality_set && personality (p->personality) < 0)
    return fail_sys (err, errno, "linux.personality: %#lx", p->personality);
  return 0;
}

int
set_memory_policy (const struct plan_process *p, struct error **err)
{
  if (! p->memory_policy_set)
    return 0;
  struct number_mask nodes;
  TRY (number_mask_parse (p->memory_policy_nodes ? p->memory_policy_nodes : "", &nodes));
  /* An empty set is said by a NULL mask; the kernel looks at one bit less than maxnode says. */
  long r = syscall (SYS_set_mempolicy, p->memory_policy, nodes.n_set ? nodes.words : NULL,
                    nodes.n_set ? nodes.n_words * 8 * sizeof *nodes.words + 1 : 0);
  int code = errno;
  free (nodes.words);
  if (r < 0)
    return fail_sys (err, code, "linux.memoryPolicy: mode %#x, nodes \"%s\"", (unsigned) p->memory_policy,
                     p->memory_policy_nodes ? p->memory_policy_nodes : "");
  return 0;
}
