/* scheduling.c - when, where and with which priority a process runs. Runs in the process that it is about, or (affinity
 * before clone) in its parent: everything here is inherited. */
#include <linux/ioprio.h>
#include <sched.h>
#include <sys/syscall.h>

#include "mem.h"
#include "security/cpu_list.h"
#include "security/security.h"

/* sched_setattr(2); glibc has no declaration before 2.41. SCHED_ATTR_SIZE_VER1 (5.3). */
struct sched_attributes
{
  uint32_t size, policy;
  uint64_t flags;
  int32_t nice;
  uint32_t priority;
  uint64_t runtime, deadline, period;
  uint32_t util_min, util_max;
};

int
set_scheduler (const struct plan_process *p, struct error **err)
{
  if (! p->scheduler_set)
    return 0;
  const struct plan_scheduler *s = &p->scheduler;
  struct sched_attributes a = { .size = sizeof a, .policy = s->policy, .flags = s->flags, .nice = s->nice,
                                .priority = s->priority, .runtime = s->runtime, .deadline = s->deadline,
                                .period = s->period, .util_max = 1024 };
  if (syscall (SYS_sched_setattr, 0, &a, 0) == 0)
    return 0;
  if (errno == EPERM && s->policy == SCHED_DEADLINE)
    return fail_sys (err, EPERM, "process.scheduler: SCHED_DEADLINE needs all processors: it can't be used together "
                     "with linux.resources.cpu.cpus (AllowedCPUs)");
  if (errno == EPERM)
    return fail_sys (err, EPERM, "process.scheduler: this policy takes CAP_SYS_NICE, and realtime ones a cgroup with "
                     "realtimeRuntime");
  if (errno == EBUSY)
    return fail_sys (err, EBUSY, "process.scheduler: the processors have not that much time left for SCHED_DEADLINE");
  return fail_sys (err, errno, "process.scheduler");
}

int
set_io_priority (const struct plan_process *p, struct error **err)
{
  if (p->io_priority < 0)
    return 0;
  /* Of this process only: before setsid() its group is the caller's. */
  if (syscall (SYS_ioprio_set, IOPRIO_WHO_PROCESS, 0, p->io_priority) == 0)
    return 0;
  if (errno == EPERM)
    return fail_sys (err, EPERM, "process.ioPriority: IOPRIO_CLASS_RT takes CAP_SYS_NICE or CAP_SYS_ADMIN");
  return fail_sys (err, errno, "process.ioPriority");
}

/* All processors that the kernel can have (CONFIG_NR_CPUS is at most 8192); it takes what there is of them, and of
 * those what the cpuset allows. */
static void
allow_all_cpus (void)
{
  unsigned long all[8192 / (8 * sizeof (unsigned long))];
  memset (all, 0xff, sizeof all);
  syscall (SYS_sched_setaffinity, 0, sizeof all, all);
}

int
set_cpu_affinity (const char *list, struct error **err)
{
  struct number_mask cpus;
  if (! list)
    {
      allow_all_cpus ();
      return 0;
    }
  if (number_mask_parse (list, &cpus) < 0 || cpus.n_set == 0)
    return fail (err, EINVAL, "execCPUAffinity: \"%s\" is not a list of processors", list);
  long r = syscall (SYS_sched_setaffinity, 0, cpus.n_words * sizeof *cpus.words, cpus.words);
  int code = errno;
  free (cpus.words);
  if (r < 0 && code == EINVAL)
    return fail (err, EINVAL, "execCPUAffinity: none of the processors \"%s\" is there and allowed by the cgroup",
                 list);
  return r < 0 ? fail_sys (err, code, "execCPUAffinity: \"%s\"", list) : 0;
}
