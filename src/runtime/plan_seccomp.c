/* plan_seccomp.c - owns the checks of linux.seccomp; the filter is compiled by security/seccomp.c. No libseccomp, no
 * system calls; runs in the runtime. */
#include <linux/seccomp.h>

#include "log.h"
#include "plan_parts.h"

#define MAX_ERRNO 4095      /* the kernel takes a greater one for this */
#define MAX_TRACE 65535
#define N_SYSCALL_ARGS 6

static int
plan_action (const char *name, const struct opt_i64 *errno_ret, const char *at, const char *errno_at, uint64_t *ret,
             struct error **err)
{
  TRY (plan_lookup (seccomp_actions, name, ret, err, "%s", at));
  if (errno_ret->set && *ret != SECCOMP_RET_ERRNO && *ret != SECCOMP_RET_TRACE)
    return fail (err, EINVAL, "%s: %s does not take one", errno_at, name);
  return plan_check_range (errno_ret, 0, *ret == SECCOMP_RET_ERRNO ? MAX_ERRNO : MAX_TRACE, errno_at, err);
}

/* valueTwo is optional, 0 by default: Go's encoder leaves a 0 out, as of Docker's rule for clone. */
static int
check_arg (const struct oci_syscall_arg *arg, const char *at, struct error **err)
{
  uint64_t op;
  if (arg->index.value >= N_SYSCALL_ARGS)
    return fail (err, ERANGE, "%s.index: %jd is out of range [0, 5]", at, (intmax_t) arg->index.value);
  return plan_lookup (seccomp_operators, arg->op, &op, err, "%s.op", at);
}

static int
check_rule (const struct oci_syscall *rule, const char *at, bool *ret_notify, struct error **err)
{
  char place[AT_MAX], errno_place[AT_MAX];
  uint64_t action;
  plan_at (place, "%s.action", at);
  plan_at (errno_place, "%s.errnoRet", at);
  TRY (plan_action (rule->action, &rule->errno_ret, place, errno_place, &action, err));
  if (rule->names.n == 0)
    return fail (err, EINVAL, "%s.names: empty", at);
  for (size_t i = 0; i < rule->names.n; i++)
    {
      if (! rule->names.v[i][0])
        return fail (err, EINVAL, "%s.names[%zu]: empty", at, i);
      /* The agent's descriptor is sent with the filter loaded: write may be what the waiting needs. */
      if (action == SECCOMP_RET_USER_NOTIF && streq (rule->names.v[i], "write"))
        return fail (err, EINVAL, "%s.names[%zu]: SCMP_ACT_NOTIFY cannot be used for the write syscall", at, i);
    }
  for (size_t i = 0; i < rule->args.n; i++)
    TRY (check_arg (&rule->args.v[i], plan_at (place, "%s.args[%zu]", at, i), err));
  *ret_notify |= action == SECCOMP_RET_USER_NOTIF;
  return 0;
}

static int
plan_listener (struct plan *p, const struct oci_seccomp *s, struct error **err)
{
  const char *path = s->listener_path && *s->listener_path ? s->listener_path : NULL;
  if (path && path[0] != '/')
    return fail (err, EINVAL, "linux.seccomp.listenerPath: \"%.200s\" is not an absolute path", path);
  if (s->listener_metadata && *s->listener_metadata && ! path)
    return fail (err, EINVAL, "linux.seccomp.listenerMetadata: needs listenerPath");
  if (p->seccomp.notify && ! path)
    return fail (err, EINVAL, "linux.seccomp.listenerPath: required by SCMP_ACT_NOTIFY");
  if (path)
    TRY (plan_check_path (path, "linux.seccomp.listenerPath", err));
  if (! p->seccomp.notify)
    return 0;
  p->seccomp.listener_path = path;
  p->seccomp.listener_metadata = s->listener_metadata;
  return 0;
}

/* TSYNC and a listener go together only with TSYNC_ESRCH (Linux 5.7). */
static int
plan_flags (struct plan *p, const struct oci_seccomp *s, struct error **err)
{
  uint64_t flags = SECCOMP_FILTER_FLAG_SPEC_ALLOW;
  if (s->flags.set)
    TRY (plan_lookup_flags (seccomp_flags, &s->flags, &flags, "linux.seccomp.flags", err));
  if (p->seccomp.notify)
    flags |= SECCOMP_FILTER_FLAG_NEW_LISTENER
             | (flags & SECCOMP_FILTER_FLAG_TSYNC ? SECCOMP_FILTER_FLAG_TSYNC_ESRCH : 0);
  else if (flags & SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV)
    {
      log_warning ("linux.seccomp.flags: SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV means nothing without SCMP_ACT_NOTIFY");
      flags &= ~SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV;
    }
  p->seccomp.flags = flags;
  return 0;
}

static int
check_arches (const struct oci_seccomp *s, struct error **err)
{
  uint64_t arch;
  for (size_t i = 0; i < s->architectures.n; i++)
    TRY (plan_lookup (seccomp_arches, s->architectures.v[i], &arch, err, "linux.seccomp.architectures[%zu]", i));
  return 0;
}

int
plan_seccomp (struct plan *p, struct error **err)
{
  const struct oci_seccomp *s = p->config->linux_ ? p->config->linux_->seccomp : NULL;
  bool has_action = s && s->default_action && *s->default_action;
  uint64_t action;
  if (! s || (! has_action && s->syscalls.n == 0))
    return 0;
  if (! has_action)
    return fail (err, EINVAL, "linux.seccomp.defaultAction: required");
  TRY (plan_action (s->default_action, &s->default_errno_ret, "linux.seccomp.defaultAction",
                    "linux.seccomp.defaultErrnoRet", &action, err));
  if (action == SECCOMP_RET_USER_NOTIF)
    return fail (err, EINVAL, "linux.seccomp.defaultAction: SCMP_ACT_NOTIFY cannot be the default action");
  TRY (check_arches (s, err));
  for (size_t i = 0; i < s->syscalls.n; i++)
    {
      char at[AT_MAX];
      TRY (check_rule (&s->syscalls.v[i], plan_at (at, "linux.seccomp.syscalls[%zu]", i), &p->seccomp.notify, err));
    }
  TRY (plan_listener (p, s, err));
  TRY (plan_flags (p, s, err));
  p->seccomp.spec = s;
  return 0;
}
