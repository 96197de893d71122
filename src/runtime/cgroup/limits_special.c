/* limits_special.c - limits that are more than one number in one file: values that depend on each other, that the
 * versions count differently, or that come by device. Called by limits.c. */
#include <inttypes.h>

#include "convert.h"
#include "dir.h"
#include "limits.h"

static int
write_u64 (struct limit_job *job, const char *file, uint64_t n, struct error **err)
{
  char text[LIMIT_TEXT];
  snprintf (text, sizeof text, "%" PRIu64, n);
  return limit_write (job, file, text, NULL, err);
}

static int
write_limit (struct limit_job *job, const char *file, int64_t n, struct error **err)
{
  char text[LIMIT_TEXT];
  limit_text (n, job->dir->v2, text);
  return limit_write (job, file, text, NULL, err);
}

/* ---- memory ------------------------------------------------------------------------------------------------------ */

#define PAGE 4096

/* What the group uses, for the message: the kernel only says EBUSY (H12). */
static int
explain_memory (struct limit_job *job, int64_t limit, const char *usage_file, int r, struct error **err)
{
  uint64_t usage;
  if (r == -EBUSY && dir_read_u64 (job->dir, usage_file, &usage) == 0)
    return fail (err, EBUSY, "limit too low: %" PRIi64 ", the cgroup uses %" PRIu64, limit, usage);
  return r;
}

static int
memory_v2 (struct limit_job *job, int64_t limit, struct error **err)
{
  uint64_t usage;
  const struct oci_memory *m = job->r->memory;
  /* The kernel would kill processes until usage is below the limit (H11). */
  if (m->check_before_update.value && limit > 0 && dir_read_u64 (job->dir, "memory.current", &usage) == 0
      && usage > (uint64_t) limit)
    return fail (err, EBUSY, "limit too low: %" PRIi64 ", the cgroup uses %" PRIu64, limit, usage);
  return write_limit (job, "memory.max", limit, err);
}

static int
set_memsw (struct limit_job *job, int64_t swap, struct error **err)
{
  int r = write_limit (job, "memory.memsw.limit_in_bytes", swap, err);
  /* Without swap accounting "unlimited" is what there is. */
  if (r == -ENOENT && swap == -1)
    {
      if (err)
        error_free (err);
      return 0;
    }
  return explain_memory (job, swap, "memory.memsw.usage_in_bytes", r, err);
}

/* memory+swap must not be below memory at any instant: raise it first, lower it last (H12). */
static int
memory_v1 (struct limit_job *job, int64_t limit, struct error **err)
{
  const struct opt_i64 *swap = &job->r->memory->swap;
  /* Unlimited memory means unlimited swap unless said otherwise. */
  int64_t memsw = swap->set && swap->value ? swap->value : limit == -1 ? -1 : 0;
  if (memsw > 0 && (limit == -1 || memsw < limit))
    return fail (err, EINVAL, "memory+swap limit should be >= memory limit (%" PRIi64 " < %" PRIi64 ")", memsw, limit);
  uint64_t now = UINT64_MAX;
  dir_read_u64 (job->dir, "memory.limit_in_bytes", &now);
  bool raise = limit == -1 || (uint64_t) limit > now;
  if (memsw && raise)
    TRY (set_memsw (job, memsw, err));
  int r = write_limit (job, "memory.limit_in_bytes", limit, err);
  uint64_t memsw_now;
  if (r == -EINVAL && ! memsw && dir_read_u64 (job->dir, "memory.memsw.limit_in_bytes", &memsw_now) == 0
      && memsw_now < (uint64_t) limit)
    return fail (err, EINVAL, "%" PRIi64 " is above the memory+swap limit in force, %" PRIu64 ": set memory.swap too",
                 limit, memsw_now);
  TRY (explain_memory (job, limit, "memory.usage_in_bytes", r, err));
  return memsw && ! raise ? set_memsw (job, memsw, err) : 0;
}

int
apply_memory (struct limit_job *job, struct error **err)
{
  int64_t limit = job->value.n;
  if (limit < -1)
    return fail (err, EINVAL, "%" PRIi64 " is out of range", limit);
  if (limit > 0 && limit < PAGE)
    return fail (err, EINVAL, "limit too low: %" PRIi64 ", less than a page", limit);
  return job->dir->v2 ? memory_v2 (job, limit, err) : memory_v1 (job, limit, err);
}

/* The memory limit that goes with a swap limit: that of the same document, otherwise the one in force. 0: none. */
static int64_t
memory_limit (const struct limit_job *job)
{
  const struct opt_i64 *limit = &job->r->memory->limit;
  uint64_t now;
  if (limit->set && limit->value)
    return limit->value;
  const char *file = job->dir->v2 ? "memory.max" : "memory.limit_in_bytes";
  /* v1 says "unlimited" by the largest multiple of the page size. */
  return dir_read_u64 (job->dir, file, &now) < 0 || now > INT64_MAX - UINT16_MAX ? 0 : (int64_t) now;
}

int
apply_swap (struct limit_job *job, struct error **err)
{
  const struct opt_i64 *limit = &job->r->memory->limit;
  int64_t alone;
  if (job->value.n < -1)
    return fail (err, EINVAL, "%" PRIi64 " is out of range", job->value.n);
  if (! job->dir->v2 && limit->set && limit->value)
    return 0; /* memory_v1 did it */
  TRY (swap_alone (memory_limit (job), job->value.n, &alone, err));
  if (! job->dir->v2)
    return set_memsw (job, job->value.n, err);
  int r = write_limit (job, "memory.swap.max", alone, err);
  /* A kernel without swap has no such file and keeps to both of these. */
  if (r == -ENOENT && (alone == -1 || alone == 0))
    {
      if (err)
        error_free (err);
      return 0;
    }
  return r;
}

/* ---- cpu --------------------------------------------------------------------------------------------------------- */

int
apply_shares (struct limit_job *job, struct error **err)
{
  return job->dir->v2 ? write_u64 (job, "cpu.weight", shares_to_weight ((uint64_t) job->value.n), err)
                      : write_u64 (job, "cpu.shares", (uint64_t) job->value.n, err);
}

/* An idle group has no shares to change: idle ends before they are set, and begins after that. */
int
apply_idle_off (struct limit_job *job, struct error **err)
{
  return job->value.n == 0 ? write_u64 (job, "cpu.idle", 0, err) : 0;
}

int
apply_idle_on (struct limit_job *job, struct error **err)
{
  if (job->value.n == 0)
    return 0;
  if (job->value.n != 1)
    return fail (err, EINVAL, "%" PRIi64 " is neither 0 nor 1", job->value.n);
  return write_u64 (job, "cpu.idle", 1, err);
}

/* One file for both, and the kernel keeps the period when only a quota is written. */
static int
bandwidth_v2 (struct limit_job *job, const struct oci_cpu *cpu, struct error **err)
{
  char quota[LIMIT_TEXT], text[2 * LIMIT_TEXT + 8];
  autofree char *now = NULL;
  if (cpu->quota.set && cpu->quota.value)
    limit_text (cpu->quota.value, true, quota);
  else
    {
      TRY (dir_read (job->dir, "cpu.max", &now, err));
      snprintf (quota, sizeof quota, "%.*s", (int) strcspn (now, " \n"), now);
    }
  if (cpu->period.set && cpu->period.value)
    snprintf (text, sizeof text, "%s %" PRIu64, quota, cpu->period.value);
  else
    snprintf (text, sizeof text, "%s", quota);
  return limit_write (job, "cpu.max", text, NULL, err);
}

static int
write_period_v1 (struct limit_job *job, const struct oci_cpu *cpu, struct error **err)
{
  return cpu->period.set && cpu->period.value ? write_u64 (job, "cpu.cfs_period_us", cpu->period.value, err) : 0;
}

/* Quota and period are checked against the parent's ratio at each write: if the period is refused first, it may go
 * after the quota (G28). */
static int
bandwidth_v1 (struct limit_job *job, const struct oci_cpu *cpu, struct error **err)
{
  bool quota = cpu->quota.set && cpu->quota.value;
  autoerror struct error *first = NULL;
  int r = write_period_v1 (job, cpu, &first);
  if (r < 0 && (r != -EINVAL || ! quota))
    return fail (err, -r, "%s", error_text (first));
  if (quota)
    TRY (write_limit (job, "cpu.cfs_quota_us", cpu->quota.value < 0 ? -1 : cpu->quota.value, err));
  return r < 0 ? write_period_v1 (job, cpu, err) : 0;
}

int
apply_bandwidth (struct limit_job *job, struct error **err)
{
  const struct oci_cpu *cpu = job->r->cpu;
  const char *burst_file = job->dir->v2 ? "cpu.max.burst" : "cpu.cfs_burst_us";
  autoerror struct error *e = NULL;
  int r = job->dir->v2 ? bandwidth_v2 (job, cpu, &e) : bandwidth_v1 (job, cpu, &e);
  /* A quota below the burst in force is refused: then the new burst goes first. */
  if (r == -EINVAL && cpu->burst.set && write_u64 (job, burst_file, cpu->burst.value, NULL) == 0)
    return job->dir->v2 ? bandwidth_v2 (job, cpu, err) : bandwidth_v1 (job, cpu, err);
  return r < 0 ? fail (err, -r, "%s", error_text (e)) : 0;
}

int
apply_period (struct limit_job *job, struct error **err)
{
  const struct oci_cpu *cpu = job->r->cpu;
  return cpu->quota.set && cpu->quota.value ? 0 : apply_bandwidth (job, err);
}

/* ---- pids -------------------------------------------------------------------------------------------------------- */

/* An explicit 0 is 1, as with runc and systemd: the one process that is there, which may not fork (H15). */
int
apply_pids (struct limit_job *job, struct error **err)
{
  char text[LIMIT_TEXT];
  limit_text (job->value.n == 0 ? 1 : job->value.n, true, text);
  return limit_write (job, "pids.max", text, NULL, err);
}

/* ---- block devices ----------------------------------------------------------------------------------------------- */

/* The scheduler BFQ has its own files, which take blockIO's numbers as they are (H8). */
int
apply_io_weight (struct limit_job *job, struct error **err)
{
  uint64_t weight = (uint64_t) job->value.n;
  if (weight < 10 || weight > 1000)
    return fail (err, EINVAL, "%" PRIu64 " is out of range [10, 1000]", weight);
  const char *bfq = job->dir->v2 ? "io.bfq.weight" : "blkio.bfq.weight";
  if (dir_has (job->dir, bfq))
    return write_u64 (job, bfq, weight, err);
  return job->dir->v2 ? write_u64 (job, "io.weight", blkio_to_io_weight (weight), err)
                      : write_u64 (job, "blkio.weight", weight, err);
}

static int
device_weight (struct limit_job *job, const char *file, const struct oci_weight_device *w, int64_t weight,
               struct error **err)
{
  char text[LIMIT_TEXT * 2], reset[LIMIT_TEXT * 2];
  snprintf (text, sizeof text, "%" PRIi64 ":%" PRIi64 " %" PRIi64, w->major.value, w->minor.value, weight);
  snprintf (reset, sizeof reset, "%" PRIi64 ":%" PRIi64 " %s", w->major.value, w->minor.value,
            job->dir->v2 ? "default" : "0");
  return limit_write (job, file, text, reset, err);
}

int
apply_io_device_weights (struct limit_job *job, struct error **err)
{
  const struct oci_block_io *io = job->r->block_io;
  const char *bfq = job->dir->v2 ? "io.bfq.weight" : "blkio.bfq.weight_device";
  const char *file = job->dir->v2 || dir_has (job->dir, bfq) ? bfq : "blkio.weight_device";
  for (size_t i = 0; i < io->weight_device.n; i++)
    {
      const struct oci_weight_device *w = &io->weight_device.v[i];
      if (w->weight.set && w->weight.value)
        TRY_DOING (err, device_weight (job, file, w, w->weight.value, err), "[%zu].weight", i);
      if (! w->leaf_weight.set || ! w->leaf_weight.value)
        continue;
      if (job->dir->v2)
        return fail (err, ENOTSUP, "[%zu].leafWeight: not supported on cgroupv2", i);
      TRY_DOING (err, device_weight (job, "blkio.leaf_weight_device", w, w->leaf_weight.value, err),
                 "[%zu].leafWeight", i);
    }
  return 0;
}

/* v2 has one file for all four kinds and takes one "MAJ:MIN KEY=RATE" at a time. 0 means no limit. */
int
apply_throttle (struct limit_job *job, struct error **err)
{
  const __typeof__ (job->r->block_io->throttle_read_bps_device) *list
    = (const void *) ((const char *) job->r->block_io + job->limit->offset
                      - offsetof (__typeof__ (job->r->block_io->throttle_read_bps_device), n));
  for (size_t i = 0; i < list->n; i++)
    {
      const struct oci_throttle_device *t = &list->v[i];
      char device[LIMIT_TEXT], rate[LIMIT_TEXT], text[3 * LIMIT_TEXT], reset[3 * LIMIT_TEXT];
      const char *key = job->dir->v2 ? job->limit->v2 : "", *equals = job->dir->v2 ? "=" : "";
      snprintf (device, sizeof device, "%" PRIi64 ":%" PRIi64, t->major.value, t->minor.value);
      snprintf (rate, sizeof rate, "%" PRIu64, t->rate.value);
      if (job->dir->v2 && t->rate.value == 0)
        snprintf (rate, sizeof rate, "max");
      snprintf (text, sizeof text, "%s %s%s%s", device, key, equals, rate);
      snprintf (reset, sizeof reset, "%s %s%s%s", device, key, equals, job->dir->v2 ? "max" : "0");
      TRY_DOING (err, limit_write (job, job->dir->v2 ? "io.max" : job->limit->v1, text, reset, err), "[%zu]", i);
    }
  return 0;
}

/* ---- hugetlb, network, rdma -------------------------------------------------------------------------------------- */

/* Both kinds of accounting are limited: by reservation (kernel 5.7), which the specification prefers, since it fails an
 * mmap and not a page fault; and by use. */
int
apply_hugepages (struct limit_job *job, struct error **err)
{
  const char *leaf = job->dir->v2 ? job->limit->v2 : job->limit->v1;
  for (size_t i = 0; i < job->r->hugepage_limits.n; i++)
    {
      const struct oci_hugepage_limit *h = &job->r->hugepage_limits.v[i];
      if (! page_size_valid (h->page_size))
        return fail (err, EINVAL, "[%zu].pageSize: \"%s\" is not like \"2MB\"", i, h->page_size);
      autofree char *reserved = mem_printf ("hugetlb.%s.rsvd.%s", h->page_size, leaf);
      autofree char *used = mem_printf ("hugetlb.%s.%s", h->page_size, leaf);
      if (! dir_has (job->dir, used))
        return fail (err, EINVAL, "[%zu].pageSize: the system has no huge pages of %s", i, h->page_size);
      if (dir_has (job->dir, reserved))
        TRY_DOING (err, write_u64 (job, reserved, h->limit.value, err), "[%zu]", i);
      TRY_DOING (err, write_u64 (job, used, h->limit.value, err), "[%zu]", i);
    }
  return 0;
}

int
apply_priorities (struct limit_job *job, struct error **err)
{
  for (size_t i = 0; i < job->r->network->priorities.n; i++)
    {
      const struct oci_interface_priority *p = &job->r->network->priorities.v[i];
      autofree char *text = mem_printf ("%s %" PRIi64, p->name, p->priority.value);
      autofree char *reset = mem_printf ("%s 0", p->name);
      TRY_DOING (err, limit_write (job, job->limit->v1, text, reset, err), "[%zu]", i);
    }
  return 0;
}

int
apply_rdma (struct limit_job *job, struct error **err)
{
  for (size_t i = 0; i < job->r->rdma.n; i++)
    {
      const struct oci_rdma *rdma = &job->r->rdma.v[i];
      const char *device = job->r->rdma.keys[i];
      autotext struct text t = { 0 };
      text_add (&t, device);
      if (rdma->hca_handles.set)
        text_printf (&t, " hca_handle=%" PRIi64, rdma->hca_handles.value);
      if (rdma->hca_objects.set)
        text_printf (&t, " hca_object=%" PRIi64, rdma->hca_objects.value);
      autofree char *reset = mem_printf ("%s hca_handle=max hca_object=max", device);
      TRY_DOING (err, limit_write (job, "rdma.max", t.s, reset, err), ".%s", device);
    }
  return 0;
}

/* ---- unified ----------------------------------------------------------------------------------------------------- */

/* The files of the cgroup itself are the runtime's, but for its limits; a controller's are its parameters. */
static bool
unified_key_valid (const char *key)
{
  const char *dot = strchr (key, '.'), *core = after_prefix (key, "cgroup.");
  if (! dot || dot == key || ! dot[1] || key[strspn (key, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                                         "0123456789._-")])
    return false;
  return ! core || after_prefix (core, "max.") || streq (core, "pressure");
}

static int
unified_one (struct limit_job *job, const char *key, const char *value, struct error **err)
{
  if (! unified_key_valid (key))
    return fail (err, EINVAL, "[\"%s\"]: not the name of a controller's parameter, such as \"memory.high\"", key);
  autofree char *controller = mem_strndup (key, strcspn (key, "."));
  if (! streq (controller, "cgroup") && ! dir_has (job->dir, key) && ! dir_controls (job->dir, controller))
    return fail (err, ENOENT, "unified resource \"%s\" can't be set: controller \"%s\" not available", key, controller);
  autofree char *copy = mem_strdup (value);
  char *save;
  for (char *line = strtok_r (copy, "\n", &save); line; line = strtok_r (NULL, "\n", &save))
    TRY_DOING (err, limit_write (job, key, line, NULL, err), "[\"%s\"]", key);
  return 0;
}

int
apply_unified (struct limit_job *job, struct error **err)
{
  job->dir = cgroup_dir_v2 (job->cg);
  if (job->cg->mode != CGROUP_UNIFIED || ! job->dir)
    return fail (err, ENOTSUP, "only cgroup v2 has unified limits, and this system uses v1");
  for (size_t i = 0; i < job->r->unified.n; i++)
    TRY (unified_one (job, job->r->unified.keys[i], job->r->unified.v[i], err));
  return 0;
}
