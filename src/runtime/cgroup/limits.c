/* limits.c - the table of limits and what walks through it: finds each one's directory, writes it, takes it back when a
 * later one fails. Runs in the runtime's namespaces, from create and update. */
#include "limits.h"

#include <inttypes.h>

#include "convert.h"
#include "dir.h"
#include "log.h"

#define NO_OBJECT SIZE_MAX
#define IN(obj, memb) .member = #obj "." #memb, .object = offsetof (struct oci_resources, obj), \
                      .offset = offsetof (struct oci_##obj, memb)
#define AT(obj, type, memb, name) .member = name, .object = offsetof (struct oci_resources, obj), \
                                  .offset = offsetof (struct type, memb)
#define TOP(memb, name) .member = name, .object = NO_OBJECT, .offset = offsetof (struct oci_resources, memb.n), \
                        .kind = LIMIT_OTHER
#define LIST_IN(obj, memb, name) AT (obj, oci_##obj, memb.n, name), .kind = LIMIT_OTHER

/* In the order of writing. Adding a limit that is one number in one file is adding a row. */
static const struct limit limits[] = {
  { IN (cpu, idle), .kind = LIMIT_I64, .controller = "cpu", .v1 = "cpu.idle", .v2 = "cpu.idle",
    .apply = apply_idle_off },
  { IN (cpu, shares), .kind = LIMIT_U64, .controller = "cpu", .v1 = "cpu.shares", .v2 = "cpu.weight",
    .zero_is_unset = true, .apply = apply_shares },
  { IN (cpu, idle), .kind = LIMIT_I64, .controller = "cpu", .v1 = "cpu.idle", .v2 = "cpu.idle",
    .apply = apply_idle_on },
  { IN (cpu, quota), .kind = LIMIT_I64, .controller = "cpu", .v1 = "cpu.cfs_quota_us", .v2 = "cpu.max",
    .zero_is_unset = true, .apply = apply_bandwidth },
  { IN (cpu, period), .kind = LIMIT_U64, .controller = "cpu", .v1 = "cpu.cfs_period_us", .v2 = "cpu.max",
    .zero_is_unset = true, .apply = apply_period },
  { IN (cpu, burst), .kind = LIMIT_U64, .controller = "cpu", .v1 = "cpu.cfs_burst_us", .v2 = "cpu.max.burst" },
  { AT (cpu, oci_cpu, realtime_period, "cpu.realtimePeriod"), .kind = LIMIT_U64, .controller = "cpu",
    .v1 = "cpu.rt_period_us", .on_v2 = LIMIT_REFUSE, .zero_is_unset = true },
  { AT (cpu, oci_cpu, realtime_runtime, "cpu.realtimeRuntime"), .kind = LIMIT_I64, .controller = "cpu",
    .v1 = "cpu.rt_runtime_us", .on_v2 = LIMIT_REFUSE, .zero_is_unset = true },
  { IN (cpu, cpus), .kind = LIMIT_STR, .controller = "cpuset", .v1 = "cpuset.cpus", .v2 = "cpuset.cpus" },
  { IN (cpu, mems), .kind = LIMIT_STR, .controller = "cpuset", .v1 = "cpuset.mems", .v2 = "cpuset.mems" },
  { AT (memory, oci_memory, use_hierarchy, "memory.useHierarchy"), .kind = LIMIT_FLAG, .controller = "memory",
    .v1 = "memory.use_hierarchy", .always_on_v2 = 1, .may_fail = true },
  { IN (memory, limit), .kind = LIMIT_I64, .controller = "memory", .v1 = "memory.limit_in_bytes", .v2 = "memory.max",
    .zero_is_unset = true, .apply = apply_memory },
  { IN (memory, swap), .kind = LIMIT_I64, .controller = "memory", .v1 = "memory.memsw.limit_in_bytes",
    .v2 = "memory.swap.max", .zero_is_unset = true, .apply = apply_swap },
  { IN (memory, reservation), .kind = LIMIT_I64, .controller = "memory", .v1 = "memory.soft_limit_in_bytes",
    .v2 = "memory.low", .zero_is_unset = true },
  { IN (memory, kernel), .kind = LIMIT_I64, .controller = "memory", .v1 = "memory.kmem.limit_in_bytes",
    .zero_is_unset = true, .may_fail = true },
  { AT (memory, oci_memory, kernel_tcp, "memory.kernelTCP"), .kind = LIMIT_I64, .controller = "memory",
    .v1 = "memory.kmem.tcp.limit_in_bytes", .zero_is_unset = true, .may_fail = true },
  { IN (memory, swappiness), .kind = LIMIT_U64, .controller = "memory", .v1 = "memory.swappiness",
    .always_on_v2 = -1 },
  { AT (memory, oci_memory, disable_oom_killer, "memory.disableOOMKiller"), .kind = LIMIT_FLAG, .controller = "memory",
    .v1 = "memory.oom_control", .old_key = "oom_kill_disable" },
  { IN (pids, limit), .kind = LIMIT_I64, .controller = "pids", .v1 = "pids.max", .v2 = "pids.max",
    .apply = apply_pids },
  { AT (block_io, oci_block_io, weight, "blockIO.weight"), .kind = LIMIT_I64, .controller = "blkio",
    .v1 = "blkio.weight", .v2 = "io.weight", .zero_is_unset = true, .apply = apply_io_weight },
  { AT (block_io, oci_block_io, leaf_weight, "blockIO.leafWeight"), .kind = LIMIT_I64, .controller = "blkio",
    .v1 = "blkio.leaf_weight", .zero_is_unset = true, .may_fail = true },
  { LIST_IN (block_io, weight_device, "blockIO.weightDevice"), .controller = "blkio", .v1 = "blkio.weight_device",
    .v2 = "io.bfq.weight", .apply = apply_io_device_weights },
  { LIST_IN (block_io, throttle_read_bps_device, "blockIO.throttleReadBpsDevice"), .controller = "blkio",
    .v1 = "blkio.throttle.read_bps_device", .v2 = "rbps", .apply = apply_throttle },
  { LIST_IN (block_io, throttle_write_bps_device, "blockIO.throttleWriteBpsDevice"), .controller = "blkio",
    .v1 = "blkio.throttle.write_bps_device", .v2 = "wbps", .apply = apply_throttle },
  { LIST_IN (block_io, throttle_read_iops_device, "blockIO.throttleReadIOPSDevice"), .controller = "blkio",
    .v1 = "blkio.throttle.read_iops_device", .v2 = "riops", .apply = apply_throttle },
  { LIST_IN (block_io, throttle_write_iops_device, "blockIO.throttleWriteIOPSDevice"), .controller = "blkio",
    .v1 = "blkio.throttle.write_iops_device", .v2 = "wiops", .apply = apply_throttle },
  { TOP (hugepage_limits, "hugepageLimits"), .controller = "hugetlb", .v1 = "limit_in_bytes", .v2 = "max",
    .apply = apply_hugepages },
  { AT (network, oci_network, class_id, "network.classID"), .kind = LIMIT_I64, .controller = "net_cls",
    .v1 = "net_cls.classid", .on_v2 = LIMIT_REFUSE, .zero_is_unset = true },
  { LIST_IN (network, priorities, "network.priorities"), .controller = "net_prio", .v1 = "net_prio.ifpriomap",
    .on_v2 = LIMIT_REFUSE, .apply = apply_priorities },
  { TOP (rdma, "rdma"), .controller = "rdma", .v1 = "rdma.max", .v2 = "rdma.max", .apply = apply_rdma },
  /* Last: it overrides what was converted. */
  { TOP (unified, "unified"), .v2 = "", .apply = apply_unified },
};

/* ---- reading the table ------------------------------------------------------------------------------------------- */

static struct limit_value
value_of (const struct limit *l, const struct oci_resources *r)
{
  const char *object = (const char *) r;
  if (r && l->object != NO_OBJECT)
    memcpy (&object, (const char *) r + l->object, sizeof object);
  if (! object)
    return (struct limit_value) { 0 };
  const void *at = object + l->offset;
  switch (l->kind)
    {
    case LIMIT_I64:
      return (struct limit_value) { ((const struct opt_i64 *) at)->set, ((const struct opt_i64 *) at)->value, NULL };
    case LIMIT_U64:
      {
        const struct opt_u64 *u = at;
        return (struct limit_value) { u->set, u->value > INT64_MAX ? INT64_MAX : (int64_t) u->value, NULL };
      }
    case LIMIT_FLAG:
      return (struct limit_value) { ((const struct opt_bool *) at)->set, ((const struct opt_bool *) at)->value, NULL };
    case LIMIT_STR:
      {
        const char *s;
        memcpy (&s, at, sizeof s);
        return (struct limit_value) { s && *s, 0, s };
      }
    default:
      return (struct limit_value) { *(const size_t *) at > 0, 0, NULL };
    }
}

/* The value, as not set if it says "unset" in v1's way. */
static struct limit_value
given_value (const struct limit *l, const struct oci_resources *r)
{
  struct limit_value v = value_of (l, r);
  if (l->zero_is_unset && v.n == 0)
    v.set = false;
  return v;
}

const char *
limits_wanted (const struct oci_resources *r)
{
  for (size_t i = 0; i < ARRAY_LEN (limits); i++)
    {
      struct limit_value v = given_value (&limits[i], r);
      if (v.set && v.n != -1 && (limits[i].kind != LIMIT_FLAG || v.n))
        return limits[i].member;
    }
  return NULL;
}

char *
limits_controllers (const struct oci_resources *r)
{
  struct text t = { 0 };
  text_add (&t, " ");
  for (size_t i = 0; r && i < ARRAY_LEN (limits); i++)
    if (limits[i].controller && given_value (&limits[i], r).set)
      text_printf (&t, "%s ", streq (limits[i].controller, "blkio") ? "io" : limits[i].controller);
  /* "CONTROLLER.PARAMETER" */
  for (size_t i = 0; r && i < r->unified.n; i++)
    text_printf (&t, "%.*s ", (int) strcspn (r->unified.keys[i], "."), r->unified.keys[i]);
  return t.s;
}

/* ---- writing and taking back ------------------------------------------------------------------------------------- */

struct limit_undo
{
  struct limit_undo *next;
  const struct cgroup_dir *dir;
  char *file, *text;
};

/* What to write to have FILE as it is now: the line with TEXT's key if it is a file of such lines, otherwise the first.
 * */
static char *
old_text (const struct limit_job *job, const char *file, const char *text, const char *reset)
{
  autofree char *now = NULL;
  if (dir_read (job->dir, file, &now, NULL) < 0)
    return reset ? mem_strdup (reset) : NULL;
  if (job->limit->old_key)
    {
      const char *after = after_prefix (now, job->limit->old_key);
      return after ? mem_strndup (after + 1, strcspn (after + 1, "\n")) : NULL;
    }
  size_t key = strcspn (text, " ") + 1;
  for (const char *line = now; reset && *line; line += strcspn (line, "\n"), line += *line == '\n')
    if (strncmp (line, text, key) == 0)
      return mem_strndup (line, strcspn (line, "\n"));
  if (reset)
    return mem_strdup (reset);
  return *now == '\n' || ! *now ? mem_strdup ("\n") : mem_strndup (now, strcspn (now, "\n"));
}

int
limit_write (struct limit_job *job, const char *file, const char *text, const char *reset, struct error **err)
{
  char *old = job->keep_undo ? old_text (job, file, text, reset) : NULL;
  if (old)
    {
      struct limit_undo *u = mem_alloc (sizeof *u);
      *u = (struct limit_undo) { job->undo, job->dir, mem_strdup (file), old };
      job->undo = u;
    }
  return dir_write (job->dir, file, text, err);
}

static void
end_undo (struct limit_undo *u, bool write)
{
  for (struct limit_undo *next; u; u = next)
    {
      next = u->next;
      autoerror struct error *e = NULL;
      if (write && dir_write (u->dir, u->file, u->text, &e) < 0)
        log_warning ("taking a failed update back: %s", error_text (e));
      free (u->file);
      free (u->text);
      free (u);
    }
}

/* ---- applying ---------------------------------------------------------------------------------------------------- */

static int
no_controller (const struct limit_job *job, struct error **err)
{
  const struct cgroup_dir *d = cgroup_dir_v2 (job->cg);
  if (! d)
    return fail (err, ENOENT, "controller '%s' is not available: it is not mounted below /sys/fs/cgroup",
                 job->limit->controller);
  const char *name = streq (job->limit->controller, "blkio") ? "io" : job->limit->controller;
  return fail (err, ENOENT, "controller '%s' is not available under %s%s: it is not in cgroup.controllers there; %s",
               name, d->mount, d->path, "delegate it, or enable it in cgroup.subtree_control of the parents");
}

/* The limit has no file where the container is. */
static int
not_on_v2 (const struct limit_job *job, struct error **err)
{
  const struct limit *l = job->limit;
  if (l->on_v2 == LIMIT_REFUSE)
    return fail (err, ENOTSUP, "not supported on cgroupv2");
  if (job->value.n != l->always_on_v2)
    log_warning ("linux.resources.%s: ignored, cgroup v2 has no such limit", l->member);
  return 0;
}

static int
write_number (struct limit_job *job, const char *file, struct error **err)
{
  char text[LIMIT_TEXT];
  if (job->value.n < -1)
    return fail (err, EINVAL, "%" PRIi64 " is out of range", job->value.n);
  limit_text (job->value.n, job->dir->v2, text);
  return limit_write (job, file, text, NULL, err);
}

static int
apply_one (struct limit_job *job, struct error **err)
{
  const struct limit *l = job->limit;
  if (! l->controller)
    return l->apply (job, err);
  bool v1_only = ! l->v2;
  job->dir = v1_only && job->cg->mode == CGROUP_UNIFIED ? &job->cg->dirs[0] : cgroup_dir_of (job->cg, l->controller);
  /* The controller's name in cgroup2. */
  if (! job->dir && streq (l->controller, "blkio"))
    job->dir = cgroup_dir_of (job->cg, "io");
  if (! job->dir)
    return no_controller (job, err);
  if (job->dir->v2 && v1_only)
    return not_on_v2 (job, err);
  if (l->apply)
    return l->apply (job, err);
  const char *file = job->dir->v2 ? l->v2 : l->v1;
  return l->kind == LIMIT_STR ? limit_write (job, file, job->value.s, NULL, err) : write_number (job, file, err);
}

static int
apply_all (struct limit_job *job, struct error **err)
{
  for (size_t i = 0; i < ARRAY_LEN (limits); i++)
    {
      job->limit = &limits[i];
      job->value = given_value (job->limit, job->r);
      if (! job->value.set)
        continue;
      autoerror struct error *e = NULL;
      int r = apply_one (job, &e);
      if (r < 0 && job->limit->may_fail)
        log_warning ("linux.resources.%s: ignored: %s", job->limit->member, error_text (e));
      else if (r < 0)
        return fail (err, -r, "linux.resources.%s%s%s", job->limit->member, strchr ("[.", *error_text (e)) ? "" : ": ",
                     error_text (e));
    }
  return 0;
}

int
limits_apply (const struct cgroup *cg, const struct oci_resources *r, bool undo, struct error **err)
{
  struct limit_job job = { .cg = cg, .r = r, .keep_undo = undo };
  int result = apply_all (&job, err);
  end_undo (job.undo, result < 0);
  return result;
}
