/* plan_process.c - owns config.json's process, or exec's, in a plan: arguments, environment, ids, limits, labels. No
 * system calls; runs in the runtime. */
#include <limits.h>

#include "plan_parts.h"

#define MAX_GROUPS 65536 /* NGROUPS_MAX */
#define UMASK_BITS 0777
#define MAX_CPUS 65536
#define KEEP_GROUPS_ANNOTATION "run.oci.keep_original_groups"

static int
plan_args (struct plan *p, const struct oci_process *in, struct error **err)
{
  if (in->args.n == 0)
    return fail (err, EINVAL, "process.args: required, and not empty");
  if (! in->args.v[0][0])
    return fail (err, EINVAL, "process.args[0]: argv[0] is empty, give the program to execute");
  const char **args = plan_alloc (p, (in->args.n + 1) * sizeof *args);
  memcpy (args, in->args.v, in->args.n * sizeof *args);
  p->process.args = args;
  return 0;
}

/* Order by name, later ones last. */
struct env_item
{
  const char *text;
  size_t length, index;
};

static int
compare_env (const void *left, const void *right)
{
  const struct env_item *a = left, *b = right;
  int c = memcmp (a->text, b->text, a->length < b->length ? a->length : b->length);
  if (c != 0)
    return c;
  if (a->length != b->length)
    return a->length < b->length ? -1 : 1;
  return a->index < b->index ? -1 : 1;
}

static bool
same_name (const struct env_item *a, const struct env_item *b)
{
  return a->length == b->length && memcmp (a->text, b->text, a->length) == 0;
}

/* Of a name given several times the last one counts, in its place. */
static int
plan_env (struct plan *p, const struct oci_process *in, struct error **err)
{
  size_t n = in->env.n, used = 0;
  TRY (plan_check_env (&in->env, "process.env", err));
  const char **env = plan_alloc (p, (n + 1) * sizeof *env);
  struct env_item *sorted = plan_alloc (p, (n + 1) * sizeof *sorted);
  for (size_t i = 0; i < n; i++)
    sorted[i] = (struct env_item) { in->env.v[i], strcspn (in->env.v[i], "="), i };
  qsort (sorted, n, sizeof *sorted, compare_env);
  for (size_t i = 0; i < n; i++)
    if (i + 1 == n || ! same_name (&sorted[i], &sorted[i + 1]))
      env[sorted[i].index] = sorted[i].text;
  for (size_t i = 0; i < n; i++)
    if (env[i])
      env[used++] = env[i];
  env[used] = NULL;
  p->process.env = env;
  return 0;
}

static int
plan_groups (struct plan *p, const struct oci_user *u, struct error **err)
{
  struct plan_process *out = &p->process;
  size_t n = u->additional_gids.n;
  char at[AT_MAX];
  if (n > MAX_GROUPS)
    return fail (err, E2BIG, "process.user.additionalGids: %zu groups, the kernel takes %d", n, MAX_GROUPS);
  /* One id of one's own can be mapped without help from newgidmap only after giving up setgroups
   * (user_namespaces(7)). */
  if (n > 0 && p->host->rootless && p->ids.n_gids == 1 && p->ids.gids[0].size == 1)
    return fail (err, EPERM, "process.user.additionalGids: cannot set any additional groups in a rootless container");
  out->groups = plan_alloc (p, (n + 1) * sizeof *out->groups);
  for (size_t i = 0; i < n; i++)
    {
      plan_at (at, "process.user.additionalGids[%zu]: cannot setgroups to", i);
      TRY (plan_check_gid (p, u->additional_gids.v[i], at, err));
      out->groups[i] = u->additional_gids.v[i];
    }
  out->n_groups = n;
  return 0;
}

static bool
keep_groups (const struct plan *p)
{
  const struct oci_strings *a = &p->config->annotations;
  for (size_t i = 0; i < a->n; i++)
    if (streq (a->keys[i], KEEP_GROUPS_ANNOTATION))
      return streq (a->v[i], "1");
  return false;
}

static int
plan_user (struct plan *p, const struct oci_user *in, struct error **err)
{
  static const struct oci_user root = { 0 };
  const struct oci_user *u = in ? in : &root;
  struct plan_process *out = &p->process;
  TRY (plan_check_uid (p, u->uid.value, "process.user.uid: cannot setuid to", err));
  TRY (plan_check_gid (p, u->gid.value, "process.user.gid: cannot setgid to", err));
  TRY (plan_check_range (&u->umask, 0, UMASK_BITS, "process.user.umask", err));
  out->uid = u->uid.value;
  out->gid = u->gid.value;
  out->umask_set = u->umask.set;
  out->umask = u->umask.value;
  out->keep_groups = keep_groups (p);
  return plan_groups (p, u, err);
}

static int
plan_rlimits (struct plan *p, const struct oci_process *in, struct error **err)
{
  struct plan_process *out = &p->process;
  out->rlimits = plan_alloc (p, (in->rlimits.n + 1) * sizeof *out->rlimits);
  for (size_t i = 0; i < in->rlimits.n; i++)
    {
      const struct oci_rlimit *l = &in->rlimits.v[i];
      uint64_t resource;
      if (! name_value_find (rlimit_names, l->type, &resource))
        return fail (err, EINVAL, "process.rlimits[%zu].type: wrong rlimit value: %.200s", i, l->type);
      for (size_t j = 0; j < i; j++)
        if (out->rlimits[j].resource == (int) resource)
          return fail (err, EINVAL, "process.rlimits[%zu].type: %s is given twice", i, l->type);
      if (l->soft.value > l->hard.value)
        return fail (err, EINVAL, "process.rlimits[%zu].soft: %ju is above hard, %ju", i, (uintmax_t) l->soft.value,
                     (uintmax_t) l->hard.value);
      out->rlimits[i] = (struct plan_rlimit) { resource, l->type, { l->soft.value, l->hard.value } };
    }
  out->n_rlimits = in->rlimits.n;
  return 0;
}

static int
plan_console (struct plan *p, const struct oci_process *in, struct error **err)
{
  const struct oci_console_size *size = in->console_size;
  p->process.terminal = in->terminal.value;
  if (! size)
    return 0;
  TRY (plan_check_range (&size->height, 0, USHRT_MAX, "process.consoleSize.height", err));
  TRY (plan_check_range (&size->width, 0, USHRT_MAX, "process.consoleSize.width", err));
  p->process.rows = size->height.value;
  p->process.columns = size->width.value;
  return 0;
}

static int
plan_labels (struct plan *p, const struct oci_process *in, struct error **err)
{
  struct plan_process *out = &p->process;
  if (in->apparmor_profile && *in->apparmor_profile)
    out->apparmor = in->apparmor_profile;
  if (in->selinux_label && *in->selinux_label)
    out->selinux = in->selinux_label;
  if (out->apparmor && ! p->host->apparmor)
    return fail (err, EINVAL, "process.apparmorProfile: AppArmor profile is specified in config, but apparmor is "
                 "disabled or not supported");
  if (out->selinux && ! p->host->selinux)
    return fail (err, EINVAL, "process.selinuxLabel: selinux label is specified in config, but selinux is disabled or "
                 "not supported");
  return 0;
}

static int
check_cpu_list (const char *list, const char *at, const char **ret, struct error **err)
{
  if (! list || ! *list)
    return 0;
  if (! plan_list_valid (list, MAX_CPUS))
    return fail (err, EINVAL, "%s: \"%.200s\" is not a list such as 0-3,7 of numbers below %d", at, list, MAX_CPUS);
  *ret = list;
  return 0;
}

static int
plan_affinity (struct plan *p, const struct oci_exec_cpu_affinity *a, bool exec, struct error **err)
{
  const char *initial = NULL, *final = NULL;
  if (! a)
    return 0;
  TRY (check_cpu_list (a->initial, "process.execCPUAffinity.initial", &initial, err));
  TRY (check_cpu_list (a->final, "process.execCPUAffinity.final", &final, err));
  p->process.cpus_initial = exec ? initial : NULL;
  p->process.cpus_final = exec ? final : NULL;
  return 0;
}

int
plan_process (struct plan *p, const struct oci_process *in, bool exec, struct error **err)
{
  const struct oci_linux_container *l = p->config->linux_;
  struct plan_process *out = &p->process;
  TRY (plan_args (p, in, err));
  TRY (plan_env (p, in, err));
  if (in->cwd[0] != '/')
    return fail (err, EINVAL, "process.cwd: Cwd must be an absolute path");
  TRY (plan_check_path (in->cwd, "process.cwd", err));
  out->cwd = in->cwd;
  TRY (plan_console (p, in, err));
  TRY (plan_user (p, in->user, err));
  plan_capabilities (p, in->capabilities);
  TRY (plan_rlimits (p, in, err));
  out->no_new_privileges = in->no_new_privileges.value;
  TRY (plan_check_range (&in->oom_score_adj, -1000, 1000, "process.oomScoreAdj", err));
  out->oom_score_adj_set = in->oom_score_adj.set;
  out->oom_score_adj = in->oom_score_adj.value;
  TRY (plan_labels (p, in, err));
  TRY (plan_scheduler (p, in->scheduler, err));
  TRY (plan_io_priority (p, in->io_priority, err));
  TRY (plan_affinity (p, in->exec_cpu_affinity, exec, err));
  TRY (plan_memory_policy (p, l ? l->memory_policy : NULL, err));
  return plan_personality (p, l ? l->personality : NULL, err);
}
