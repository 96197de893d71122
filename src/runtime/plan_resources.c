/* plan_resources.c - owns the checks of linux.resources, for create and update: each value in the range that the
 * kernel has for it, each name one that cannot lead anywhere else in the cgroup file system. No system calls; runs in
 * the runtime. */
#include <ctype.h>
#include <limits.h>
#include <net/if.h>

#include "plan_parts.h"

#define PAGE 4096
#define MAX_CPUS 8192
#define MAX_NODES 1024
#define BANDWIDTH_MAX ((INT64_C (1) << 44) - 1) /* microseconds: MAX_BW in kernel/sched/sched.h */

/* Members that only have to be in a range; 0 means "leave" where ZERO says so. */
struct signed_range
{
  size_t offset;
  const char *name;
  int64_t min, max;
  bool zero;
};
struct unsigned_range
{
  size_t offset;
  const char *name;
  uint64_t min, max;
  bool zero;
};

#define M(member) offsetof (struct oci_memory, member)
#define C(member) offsetof (struct oci_cpu, member)
#define B(member) offsetof (struct oci_block_io, member)
static const struct signed_range memory_ranges[] = {
  { M (limit), "limit", -1, INT64_MAX, false },   { M (reservation), "reservation", -1, INT64_MAX, false },
  { M (swap), "swap", -1, INT64_MAX, false },     { M (kernel), "kernel", -1, INT64_MAX, false },
  { M (kernel_tcp), "kernelTCP", -1, INT64_MAX, false },
};
static const struct unsigned_range memory_unsigned_ranges[] = { { M (swappiness), "swappiness", 0, 100, false } };
static const struct signed_range cpu_ranges[] = {
  { C (realtime_runtime), "realtimeRuntime", -1, INT64_MAX, false }, { C (idle), "idle", 0, 1, false },
};
static const struct unsigned_range cpu_unsigned_ranges[] = {
  { C (shares), "shares", 2, 262144, true },
  { C (period), "period", 1000, 1000000, true },
  { C (burst), "burst", 0, BANDWIDTH_MAX, false },
  { C (realtime_period), "realtimePeriod", 0, INT64_MAX / 1000, false },
};
static const struct signed_range block_ranges[] = {
  { B (weight), "weight", 10, 1000, true }, { B (leaf_weight), "leafWeight", 10, 1000, true },
};
#undef M
#undef C
#undef B

static int
check_signed (const void *object, const struct signed_range *v, size_t n, const char *at, struct error **err)
{
  for (size_t i = 0; i < n; i++)
    {
      const struct opt_i64 *value = (const void *) ((const char *) object + v[i].offset);
      char place[AT_MAX];
      if (! (v[i].zero && value->value == 0))
        TRY (plan_check_range (value, v[i].min, v[i].max, plan_at (place, "%s.%s", at, v[i].name), err));
    }
  return 0;
}

static int
check_unsigned (const void *object, const struct unsigned_range *v, size_t n, const char *at, struct error **err)
{
  for (size_t i = 0; i < n; i++)
    {
      const struct opt_u64 *value = (const void *) ((const char *) object + v[i].offset);
      char place[AT_MAX];
      if (! (v[i].zero && value->value == 0))
        TRY (plan_check_range_u64 (value, v[i].min, v[i].max, plan_at (place, "%s.%s", at, v[i].name), err));
    }
  return 0;
}

static int
check_memory (const struct oci_memory *m, const char *at, struct error **err)
{
  TRY (check_signed (m, memory_ranges, ARRAY_LEN (memory_ranges), at, err));
  TRY (check_unsigned (m, memory_unsigned_ranges, ARRAY_LEN (memory_unsigned_ranges), at, err));
  if (m->limit.value > 0 && m->limit.value < PAGE)
    return fail (err, ERANGE, "%s.limit: limit too low: %jd bytes, less than a page", at, (intmax_t) m->limit.value);
  if (m->swap.value > 0 && m->limit.value > m->swap.value)
    return fail (err, EINVAL, "%s.swap: %jd is below limit, %jd, but counts memory and swap together", at,
                 (intmax_t) m->swap.value, (intmax_t) m->limit.value);
  if (m->swap.value > 0 && m->limit.set && m->limit.value == -1)
    return fail (err, EINVAL, "%s.swap: cannot be limited while limit is -1, unlimited", at);
  return 0;
}

static int
check_list (const char *list, unsigned limit, const char *at, const char *name, struct error **err)
{
  if (! list || ! *list || plan_list_valid (list, limit))
    return 0;
  return fail (err, EINVAL, "%s.%s: \"%.200s\" is not a list such as 0-3,7 of numbers below %u", at, name, list, limit);
}

static int
check_cpu (const struct oci_cpu *c, const char *at, struct error **err)
{
  TRY (check_signed (c, cpu_ranges, ARRAY_LEN (cpu_ranges), at, err));
  TRY (check_unsigned (c, cpu_unsigned_ranges, ARRAY_LEN (cpu_unsigned_ranges), at, err));
  /* A quota below zero is none. */
  if (c->quota.value > 0 && (c->quota.value < 1000 || c->quota.value > BANDWIDTH_MAX))
    return fail (err, ERANGE, "%s.quota: %jd is out of range [1000, %jd]", at, (intmax_t) c->quota.value,
                 (intmax_t) BANDWIDTH_MAX);
  if (c->quota.value > 0 && c->burst.value > (uint64_t) c->quota.value)
    return fail (err, EINVAL, "%s.burst: %ju is above quota, %jd", at, (uintmax_t) c->burst.value,
                 (intmax_t) c->quota.value);
  TRY (check_list (c->cpus, MAX_CPUS, at, "cpus", err));
  return check_list (c->mems, MAX_NODES, at, "mems", err);
}

static int
check_device_number (const struct opt_i64 *n, int64_t min, int64_t max, const char *at, const char *name,
                     struct error **err)
{
  char place[AT_MAX];
  return plan_check_range (n, min, max, plan_at (place, "%s.%s", at, name), err);
}

static int
check_throttles (const struct oci_throttle_device *v, size_t n, const char *at, const char *name, struct error **err)
{
  for (size_t i = 0; i < n; i++)
    {
      char place[AT_MAX];
      plan_at (place, "%s.%s[%zu]", at, name, i);
      TRY (check_device_number (&v[i].major, 0, UINT32_MAX, place, "major", err));
      TRY (check_device_number (&v[i].minor, 0, UINT32_MAX, place, "minor", err));
    }
  return 0;
}

static int
check_block_io (const struct oci_block_io *b, const char *at, struct error **err)
{
  TRY (check_signed (b, block_ranges, ARRAY_LEN (block_ranges), at, err));
  for (size_t i = 0; i < b->weight_device.n; i++)
    {
      const struct oci_weight_device *d = &b->weight_device.v[i];
      char place[AT_MAX];
      plan_at (place, "%s.weightDevice[%zu]", at, i);
      TRY (check_device_number (&d->major, 0, UINT32_MAX, place, "major", err));
      TRY (check_device_number (&d->minor, 0, UINT32_MAX, place, "minor", err));
      TRY (check_device_number (&d->weight, d->weight.value ? 10 : 0, 1000, place, "weight", err));
      TRY (check_device_number (&d->leaf_weight, d->leaf_weight.value ? 10 : 0, 1000, place, "leafWeight", err));
    }
#define THROTTLE(member, name) TRY (check_throttles (b->member.v, b->member.n, at, name, err));
  THROTTLE (throttle_read_bps_device, "throttleReadBpsDevice")
  THROTTLE (throttle_write_bps_device, "throttleWriteBpsDevice")
  THROTTLE (throttle_read_iops_device, "throttleReadIOPSDevice")
  THROTTLE (throttle_write_iops_device, "throttleWriteIOPSDevice")
#undef THROTTLE
  return 0;
}

static int
check_device_rule (const struct oci_device_rule *d, const char *at, struct error **err)
{
  if (d->type && *d->type && ! (strchr ("abc", d->type[0]) && ! d->type[1]))
    return fail (err, EINVAL, "%s.type: unknown value \"%.200s\", expected a, b or c", at, d->type);
  TRY (check_device_number (&d->major, -1, UINT32_MAX, at, "major", err));
  TRY (check_device_number (&d->minor, -1, UINT32_MAX, at, "minor", err));
  if (d->access && d->access[strspn (d->access, "rwm")])
    return fail (err, EINVAL, "%s.access: \"%.200s\" is not made of r, w and m", at, d->access);
  return 0;
}

/* "2MB", as in "hugetlb.2MB.limit_in_bytes". */
static bool
page_size_valid (const char *s)
{
  size_t digits = strspn (s, "0123456789");
  return digits > 0 && digits < 8 && (streq (s + digits, "KB") || streq (s + digits, "MB") || streq (s + digits, "GB"));
}

static int
check_names (const struct oci_resources *r, const char *at, struct error **err)
{
  for (size_t i = 0; i < r->hugepage_limits.n; i++)
    if (! page_size_valid (r->hugepage_limits.v[i].page_size))
      return fail (err, EINVAL, "%s.hugepageLimits[%zu].pageSize: \"%.200s\" is not a size such as 2MB", at, i,
                   r->hugepage_limits.v[i].page_size);
  for (size_t i = 0; r->network && i < r->network->priorities.n; i++)
    {
      const char *name = r->network->priorities.v[i].name;
      if (! *name || strlen (name) >= IFNAMSIZ || name[strcspn (name, "/: \t\n")])
        return fail (err, EINVAL, "%s.network.priorities[%zu].name: \"%.200s\" is not a name of a network device", at,
                     i, name);
    }
  for (size_t i = 0; i < r->rdma.n; i++)
    if (! r->rdma.keys[i][0] || r->rdma.keys[i][strcspn (r->rdma.keys[i], "/ \t\n")])
      return fail (err, EINVAL, "%s.rdma: \"%.200s\" is not a name of a device", at, r->rdma.keys[i]);
  return 0;
}

/* Files that move processes or decide over what the runtime needs for itself. */
static const char *const reserved_files[] = {
  "cgroup.procs", "cgroup.threads", "cgroup.type", "cgroup.kill", "cgroup.freeze", "cgroup.subtree_control",
};

static int
check_unified (const struct oci_strings *unified, const char *at, struct error **err)
{
  for (size_t i = 0; i < unified->n; i++)
    {
      const char *key = unified->keys[i];
      if (strchr (key, '/'))
        return fail (err, EINVAL, "%s.unified: \"%.200s\" must be a file name (no slashes)", at, key);
      for (const char *c = key; *c; c++)
        if (! isalnum ((unsigned char) *c) && ! strchr ("._-", *c))
          return fail (err, EINVAL, "%s.unified: a key has a character that no file of a cgroup has", at);
      const char *dot = strchr (key, '.');
      if (! dot || dot == key || ! dot[1] || strlen (key) > NAME_MAX)
        return fail (err, EINVAL, "%s.unified: \"%.200s\" must be in the form CONTROLLER.PARAMETER", at, key);
      for (size_t j = 0; j < ARRAY_LEN (reserved_files); j++)
        if (streq (key, reserved_files[j]))
          return fail (err, EINVAL, "%s.unified: %s is for the runtime alone", at, key);
    }
  return 0;
}

int
plan_check_resources (const struct oci_resources *r, const char *at, struct error **err)
{
  char place[AT_MAX];
  if (r->memory)
    TRY (check_memory (r->memory, plan_at (place, "%s.memory", at), err));
  if (r->cpu)
    TRY (check_cpu (r->cpu, plan_at (place, "%s.cpu", at), err));
  if (r->block_io)
    TRY (check_block_io (r->block_io, plan_at (place, "%s.blockIO", at), err));
  for (size_t i = 0; i < r->devices.n; i++)
    TRY (check_device_rule (&r->devices.v[i], plan_at (place, "%s.devices[%zu]", at, i), err));
  TRY (check_names (r, at, err));
  return check_unified (&r->unified, at, err);
}
