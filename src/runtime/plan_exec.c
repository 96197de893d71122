/* plan_exec.c - owns the plan of a further process for a container (exec). No system calls; runs in the runtime. */
#include "plan_parts.h"

/* What PROCESS leaves out and the container's own process has, is taken from there, so that a process document of a
 * few lines gets no more privileges than the container. Program, user, environment and terminal are the document's
 * alone. */
static void
inherit (struct oci_process *process, const struct oci_process *own)
{
#define INHERIT(member, is_set)        \
  if (! process->member is_set)        \
    process->member = own->member;
  INHERIT (capabilities, )
  INHERIT (rlimits, .set)
  INHERIT (no_new_privileges, .set)
  INHERIT (apparmor_profile, )
  INHERIT (selinux_label, )
  INHERIT (oom_score_adj, .set)
  INHERIT (scheduler, )
  INHERIT (io_priority, )
  INHERIT (exec_cpu_affinity, )
#undef INHERIT
}

/* Whatever is not the host's is the container's now, made or joined by its own process: joined by that process's
 * pidfd. */
static void
join_all (struct plan *p)
{
  for (size_t i = 0; i < N_PLAN_NS; i++)
    if (p->ns[i].mode != NS_HOST)
      p->ns[i] = (struct plan_ns) { .mode = NS_JOIN };
  p->ns_new = 0;
}

static int
build (struct plan *p, const struct oci_process *process, const struct plan_options *options, struct error **err)
{
  struct oci_process *merged = plan_alloc (p, sizeof *merged);
  *merged = *process;
  if (p->config->process)
    inherit (merged, p->config->process);
  p->has_process = true;
  TRY (plan_root (p, err));
  TRY (plan_namespaces (p, err));
  TRY (plan_ids (p, err));
  TRY (plan_process (p, merged, true, err));
  TRY (plan_seccomp (p, err));
  TRY (plan_cgroup (p, options, err));
  join_all (p);
  return 0;
}

int
plan_build_exec (const struct oci_config *config, const struct oci_process *process, const struct host *host,
                 const struct plan_options *options, struct plan *ret, struct error **err)
{
  struct plan p;
  plan_start (&p, config, host, options);
  int r = build (&p, process, options, err);
  if (r < 0)
    plan_free (&p);
  else
    *ret = p;
  return r;
}
