/* plan_namespaces.c - owns linux.namespaces, timeOffsets and netDevices of a plan. No system calls; runs in the
 * runtime. */
#include <ctype.h>
#include <net/if.h>
#include <sched.h>

#include "plan_parts.h"

#ifndef CLONE_NEWTIME
# define CLONE_NEWTIME 0x00000080 /* Linux 5.6 */
#endif
#define NSEC_PER_SEC 1000000000

const struct ns_type ns_types[N_PLAN_NS] = {
  [PLAN_USER] = { "user", "user", CLONE_NEWUSER },   [PLAN_CGROUP] = { "cgroup", "cgroup", CLONE_NEWCGROUP },
  [PLAN_IPC] = { "ipc", "ipc", CLONE_NEWIPC },       [PLAN_UTS] = { "uts", "uts", CLONE_NEWUTS },
  [PLAN_NET] = { "network", "net", CLONE_NEWNET },   [PLAN_PID] = { "pid", "pid", CLONE_NEWPID },
  [PLAN_TIME] = { "time", "time", CLONE_NEWTIME },   [PLAN_MOUNT] = { "mount", "mnt", CLONE_NEWNS },
};

bool
plan_ns_private (const struct plan *p, enum plan_ns_index ns)
{
  return p->ns[ns].mode != NS_HOST;
}

static int
plan_namespace (struct plan *p, const struct oci_namespace *ns, size_t i, struct error **err)
{
  char at[AT_MAX];
  size_t t = 0;
  while (t < N_PLAN_NS && ! streq (ns_types[t].name, ns->type))
    t++;
  if (t == N_PLAN_NS)
    return fail (err, EINVAL, "linux.namespaces[%zu].type: unknown value \"%.200s\"", i, ns->type);
  if (p->ns[t].mode != NS_HOST)
    return fail (err, EINVAL, "linux.namespaces[%zu].type: \"%s\" is given twice", i, ns->type);
  if (! ns->path || ! *ns->path)
    {
      p->ns[t].mode = NS_NEW;
      p->ns_new |= ns_types[t].flag;
      return 0;
    }
  TRY (plan_check_path (ns->path, plan_at (at, "linux.namespaces[%zu].path", i), err));
  if (ns->path[0] != '/')
    return fail (err, EINVAL, "%s: \"%s\" is not an absolute path", at, ns->path);
  p->ns[t] = (struct plan_ns) { .mode = NS_JOIN, .path = ns->path };
  return 0;
}

static int
plan_time_offset (const struct oci_time_offset *o, const char *at, struct plan_time_offset *ret, struct error **err)
{
  if (! o)
    return 0;
  if (o->nanosecs.value >= NSEC_PER_SEC)
    return fail (err, ERANGE, "%s.nanosecs: %jd is out of range [0, 999999999]", at, (intmax_t) o->nanosecs.value);
  *ret = (struct plan_time_offset) { true, o->secs.value, o->nanosecs.value };
  return 0;
}

static int
plan_time_offsets (struct plan *p, const struct oci_time_offsets *o, struct error **err)
{
  if (! o || (! o->monotonic && ! o->boottime))
    return 0;
  if (p->ns[PLAN_TIME].mode != NS_NEW)
    return fail (err, EINVAL, "linux.timeOffsets: need a new time namespace, one without a path, in linux.namespaces");
  TRY (plan_time_offset (o->monotonic, "linux.timeOffsets.monotonic", &p->monotonic, err));
  return plan_time_offset (o->boottime, "linux.timeOffsets.boottime", &p->boottime, err);
}

/* As dev_valid_name () in the kernel. */
static bool
device_name_valid (const char *name)
{
  size_t n = strlen (name);
  if (n == 0 || n >= IFNAMSIZ || streq (name, ".") || streq (name, ".."))
    return false;
  for (; *name; name++)
    if (*name == '/' || *name == ':' || isspace ((unsigned char) *name))
      return false;
  return true;
}

static const char *
net_device_name (const struct oci_linux_container *l, size_t i)
{
  const char *name = l->net_devices.v[i].name;
  return name && *name ? name : l->net_devices.keys[i];
}

static int
check_net_devices (const struct plan *p, const struct oci_linux_container *l, struct error **err)
{
  if (l->net_devices.n == 0)
    return 0;
  if (! plan_ns_private (p, PLAN_NET))
    return fail (err, EINVAL, "linux.netDevices: unable to move network devices without a private network namespace");
  if (p->host->rootless)
    return fail (err, EPERM, "linux.netDevices: network devices can be moved by root only");
  for (size_t i = 0; i < l->net_devices.n; i++)
    {
      const char *key = l->net_devices.keys[i], *name = net_device_name (l, i);
      if (! device_name_valid (key))
        return fail (err, EINVAL, "linux.netDevices: \"%.200s\" is not a name of a network device", key);
      if (! device_name_valid (name))
        return fail (err, EINVAL, "linux.netDevices.%s.name: \"%.200s\" is not a name of a network device", key, name);
      for (size_t j = 0; j < i && ! strchr (name, '%'); j++)
        if (streq (name, net_device_name (l, j)))
          return fail (err, EINVAL, "linux.netDevices.%s.name: \"%s\" is given twice", key, name);
    }
  return 0;
}

int
plan_namespaces (struct plan *p, struct error **err)
{
  const struct oci_linux_container *l = p->config->linux_;
  for (size_t i = 0; l && i < l->namespaces.n; i++)
    TRY (plan_namespace (p, &l->namespaces.v[i], i, err));
  if (p->host->rootless && ! plan_ns_private (p, PLAN_USER))
    return fail (err, EINVAL, "linux.namespaces: rootless container requires user namespaces");
  if (! l)
    return 0;
  TRY (plan_time_offsets (p, l->time_offsets, err));
  return check_net_devices (p, l, err);
}
