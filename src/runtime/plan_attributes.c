/* plan_attributes.c - owns scheduler, ioPriority, memoryPolicy and personality of a plan, with the rules that the
 * kernel has for them (sched_setattr(2), ioprio_set(2), set_mempolicy(2), personality(2)). No system calls; runs in
 * the runtime. */
#include <linux/ioprio.h>
#include <linux/mempolicy.h>
#include <sched.h>

#include "plan_parts.h"

#ifndef SCHED_DEADLINE
# define SCHED_DEADLINE 6 /* <linux/sched.h> */
#endif
#define MAX_NODES 1024
#define DEADLINE_RUNTIME_MIN 1024 /* nanoseconds: below DL_SCALE the kernel refuses */

static int
check_deadline (const struct plan_scheduler *s, struct error **err)
{
  if (s->policy != SCHED_DEADLINE)
    return s->runtime || s->deadline || s->period
             ? fail (err, EINVAL, "process.scheduler: runtime, deadline and period are for SCHED_DEADLINE only") : 0;
  if (s->runtime < DEADLINE_RUNTIME_MIN)
    return fail (err, EINVAL, "process.scheduler.runtime: at least %d nanoseconds", DEADLINE_RUNTIME_MIN);
  if (s->runtime > s->deadline || (s->period && s->deadline > s->period))
    return fail (err, EINVAL, "process.scheduler: runtime <= deadline <= period must hold");
  if (s->deadline > INT64_MAX || s->period > INT64_MAX)
    return fail (err, ERANGE, "process.scheduler: deadline and period are below 2^63 nanoseconds");
  return 0;
}

int
plan_scheduler (struct plan *p, const struct oci_scheduler *s, struct error **err)
{
  struct plan_scheduler *out = &p->process.scheduler;
  uint64_t policy;
  if (! s)
    return 0;
  TRY (plan_lookup (scheduler_policies, s->policy, &policy, err, "process.scheduler.policy"));
  TRY (plan_lookup_flags (scheduler_flags, &s->flags, &out->flags, "process.scheduler.flags", err));
  TRY (plan_check_range (&s->nice, -20, 19, "process.scheduler.nice", err));
  if (s->nice.value != 0 && policy != SCHED_OTHER && policy != SCHED_BATCH)
    return fail (err, EINVAL, "process.scheduler.nice: is for SCHED_OTHER and SCHED_BATCH only");
  bool realtime = policy == SCHED_FIFO || policy == SCHED_RR;
  if (realtime && (s->priority.value < 1 || s->priority.value > 99))
    return fail (err, ERANGE, "process.scheduler.priority: %jd is out of range [1, 99]", (intmax_t) s->priority.value);
  if (! realtime && s->priority.value != 0)
    return fail (err, EINVAL, "process.scheduler.priority: is for SCHED_FIFO and SCHED_RR only");
  out->policy = policy;
  out->nice = s->nice.value;
  out->priority = s->priority.value;
  out->runtime = s->runtime.value;
  out->deadline = s->deadline.value;
  out->period = s->period.value;
  p->process.scheduler_set = true;
  return check_deadline (out, err);
}

int
plan_io_priority (struct plan *p, const struct oci_io_priority *s, struct error **err)
{
  uint64_t class;
  p->process.io_priority = -1;
  if (! s)
    return 0;
  TRY (plan_lookup (io_priority_classes, s->class_, &class, err, "process.ioPriority.class"));
  TRY (plan_check_range (&s->priority, 0, 7, "process.ioPriority.priority", err));
  p->process.io_priority = class << IOPRIO_CLASS_SHIFT | s->priority.value;
  return 0;
}

int
plan_memory_policy (struct plan *p, const struct oci_memory_policy *m, struct error **err)
{
  uint64_t mode, flags;
  if (! m)
    return 0;
  TRY (plan_lookup (memory_policy_modes, m->mode, &mode, err, "linux.memoryPolicy.mode"));
  TRY (plan_lookup_flags (memory_policy_flags, &m->flags, &flags, "linux.memoryPolicy.flags", err));
  bool nodes = m->nodes && *m->nodes, none = mode == MPOL_DEFAULT || mode == MPOL_LOCAL;
  if (nodes && none)
    return fail (err, EINVAL, "linux.memoryPolicy.nodes: %s takes none", m->mode);
  if (! nodes && ! none && mode != MPOL_PREFERRED)
    return fail (err, EINVAL, "linux.memoryPolicy.nodes: required by %s", m->mode);
  if (nodes && ! plan_list_valid (m->nodes, MAX_NODES))
    return fail (err, EINVAL, "linux.memoryPolicy.nodes: \"%.200s\" is not a list such as 0-3,7 of numbers below %d",
                 m->nodes, MAX_NODES);
  if (flags && ! nodes)
    return fail (err, EINVAL, "linux.memoryPolicy.flags: mean nothing without nodes");
  if ((flags & MPOL_F_STATIC_NODES) && (flags & MPOL_F_RELATIVE_NODES))
    return fail (err, EINVAL, "linux.memoryPolicy.flags: MPOL_F_STATIC_NODES excludes MPOL_F_RELATIVE_NODES");
  if ((flags & MPOL_F_NUMA_BALANCING) && mode != MPOL_BIND && mode != MPOL_PREFERRED_MANY)
    return fail (err, EINVAL, "linux.memoryPolicy.flags: MPOL_F_NUMA_BALANCING needs MPOL_BIND or MPOL_PREFERRED_MANY");
  p->process.memory_policy_set = true;
  p->process.memory_policy = mode | flags;
  p->process.memory_policy_nodes = m->nodes;
  return 0;
}

int
plan_personality (struct plan *p, const struct oci_personality *s, struct error **err)
{
  uint64_t domain;
  if (! s)
    return 0;
  TRY (plan_lookup (personality_domains, s->domain, &domain, err, "linux.personality.domain"));
  if (s->flags.n > 0)
    return fail (err, EINVAL, "linux.personality.flags[0]: unknown value \"%.200s\": the specification defines none",
                 s->flags.v[0]);
  p->process.personality_set = true;
  p->process.personality = domain;
  return 0;
}
