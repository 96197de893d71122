/* spec_resources.c - what a service may use -> linux.resources and the cgroup's path. Looks at devices' numbers only.
 * */
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "bundle_parts.h"
#include "errors.h"
#include "units.h"

enum
{
  MILLION = 1000000,
  CPU_PERIOD = 100000, /* microseconds */
};

int
cpus_parse (const char *text, int64_t *ret)
{
  char *end;
  errno = 0;
  double value = strtod (text, &end);
  if (errno || end == text || *end || ! (value >= 0 && value < MILLION))
    return -EINVAL;
  *ret = (int64_t) (value * MILLION + 0.5);
  return 0;
}

static const struct compose_Limits *
limits_of (const struct compose_Service *s, bool reservations)
{
  const struct compose_DeployResources *r = s->deploy ? s->deploy->resources : NULL;
  return ! r ? NULL : reservations ? r->reservations : r->limits;
}

/* The CPUs asked for, in millionths; 0: not limited. */
static int
wanted_cpus (const struct compose_Service *s, int64_t *ret, struct error **err)
{
  const struct compose_Limits *limits = limits_of (s, false);
  const struct { const char *name, *text; int64_t unit; } sources[] = {
    { "cpus", s->cpus, 1 },
    { "deploy.resources.limits.cpus", limits ? limits->cpus : NULL, 1 },
    { "cpu_percent", s->cpu_percent, 100 },
  };
  for (size_t i = 0; i < ARRAY_LEN (sources); i++)
    {
      int64_t value;
      if (! sources[i].text)
        continue;
      if (cpus_parse (sources[i].text, &value) < 0)
        return fail (err, E_COMPOSE_FILE, "%s '%s': a number of CPUs is expected", sources[i].name, sources[i].text);
      *ret = value / sources[i].unit;
      return 0;
    }
  *ret = 0;
  return 0;
}

static struct opt_u64
positive (struct opt_i64 v)
{
  return v.set && v.value > 0 ? uint_is ((uint64_t) v.value) : (struct opt_u64) { 0 };
}

static struct opt_i64
unless_zero (struct opt_i64 v)
{
  return v.set && v.value ? v : (struct opt_i64) { 0 };
}

/* What is reserved is a share of the processors when they are scarce: 1024 for a whole one. */
static int
set_soft_cpus (const struct compose_Service *s, struct oci_cpu *c, struct error **err)
{
  enum { ONE_CPU = 1024, LEAST = 2 };
  const struct compose_Limits *soft = limits_of (s, true);
  int64_t cpus;
  if (c->shares.set || ! soft || ! soft->cpus)
    return 0;
  if (cpus_parse (soft->cpus, &cpus) < 0)
    return fail (err, E_COMPOSE_FILE, "deploy.resources.reservations.cpus '%s': a number of CPUs is expected",
                 soft->cpus);
  if (cpus > 0)
    c->shares = uint_is (cpus * ONE_CPU / MILLION > LEAST ? (uint64_t) (cpus * ONE_CPU / MILLION) : LEAST);
  return 0;
}

static int
set_cpu (struct making *m, struct oci_resources *r, struct error **err)
{
  const struct compose_Service *s = m->service;
  struct oci_cpu *c = MAKE (m->arena, struct oci_cpu);
  int64_t cpus = 0;
  TRY (wanted_cpus (s, &cpus, err));
  c->shares = positive (s->cpu_shares);
  TRY (set_soft_cpus (s, c, err));
  c->quota = unless_zero (s->cpu_quota);
  c->period = positive (s->cpu_period);
  c->realtime_period = positive (s->cpu_rt_period);
  c->realtime_runtime = unless_zero (s->cpu_rt_runtime);
  c->cpus = s->cpuset && *s->cpuset ? make_string (m->arena, s->cpuset) : NULL;
  if (cpus)
    {
      if (c->quota.set)
        return fail (err, E_COMPOSE_FILE, "cpu_quota and cpus say the same: one of them only");
      if (! c->period.set)
        c->period = uint_is (CPU_PERIOD);
      c->quota = int_is (cpus * (int64_t) c->period.value / MILLION);
    }
  static const struct oci_cpu nothing;
  if (memcmp (c, &nothing, sizeof nothing) != 0)
    r->cpu = c;
  return 0;
}

static int
set_memory (struct making *m, struct oci_resources *r, struct error **err)
{
  const struct compose_Service *s = m->service;
  const struct compose_Limits *limits = limits_of (s, false), *soft = limits_of (s, true);
  struct oci_memory *o = MAKE (m->arena, struct oci_memory);
  o->limit = unless_zero (s->mem_limit.set || ! limits ? s->mem_limit : limits->memory);
  o->reservation = unless_zero (s->mem_reservation.set || ! soft ? s->mem_reservation : soft->memory);
  o->swap = unless_zero (s->memswap_limit);
  /* Control groups version 2 have neither: that was told of when the file was loaded. */
  bool v1 = access ("/sys/fs/cgroup/memory/memory.swappiness", F_OK) == 0;
  if (v1 && s->mem_swappiness.set && s->mem_swappiness.value >= 0)
    o->swappiness = uint_is ((uint64_t) s->mem_swappiness.value);
  o->disable_oom_killer = v1 && flag_on (s->oom_kill_disable) ? flag_is (true) : (struct opt_bool) { 0 };
  if (o->swap.set && ! o->limit.set)
    return fail (err, E_COMPOSE_FILE, "memswap_limit: it is for memory and swap together and needs mem_limit");
  if (o->swap.set && o->swap.value >= 0 && o->swap.value < o->limit.value)
    return fail (err, E_COMPOSE_FILE, "memswap_limit: it is for memory and swap together, and below mem_limit");
  if (o->limit.set && o->reservation.set && o->limit.value >= 0 && o->reservation.value > o->limit.value)
    return fail (err, E_COMPOSE_FILE, "mem_reservation: it is above mem_limit");
  static const struct oci_memory nothing;
  if (memcmp (o, &nothing, sizeof nothing) != 0)
    r->memory = o;
  return 0;
}

static void
set_pids (struct making *m, struct oci_resources *r)
{
  const struct compose_Limits *limits = limits_of (m->service, false);
  struct opt_i64 wanted = m->service->pids_limit.set || ! limits ? m->service->pids_limit : limits->pids;
  if (! wanted.set)
    return;
  r->pids = MAKE (m->arena, struct oci_pids);
  r->pids->limit = int_is (wanted.value > 0 ? wanted.value : -1);
}

static int
block_device (const char *path, struct opt_i64 *major_, struct opt_i64 *minor_, struct error **err)
{
  struct stat st;
  if (! path || stat (path, &st) < 0)
    return fail_sys (err, path ? errno : EINVAL, "%s", path ? path : "path");
  if (! S_ISBLK (st.st_mode))
    return fail (err, E_COMPOSE_FILE, "%s: not a block device", path);
  *major_ = int_is (major (st.st_rdev));
  *minor_ = int_is (minor (st.st_rdev));
  return 0;
}

static int
add_throttles (struct making *m, const struct compose_BlkioLimit *from, size_t n, struct oci_throttle_device **ret,
               size_t *ret_n, struct error **err)
{
  *ret = mem_arena (m->arena, (n + 1) * sizeof **ret);
  for (size_t i = 0; i < n; i++)
    {
      TRY_DOING (err, block_device (from[i].path, &(*ret)[i].major, &(*ret)[i].minor, err), "[%zu]", i);
      if (! from[i].rate.set || from[i].rate.value < 0)
        return fail (err, E_COMPOSE_FILE, "[%zu]: a rate is expected", i);
      (*ret)[i].rate = uint_is ((uint64_t) from[i].rate.value);
    }
  *ret_n = n;
  return 0;
}

static int
set_blkio (struct making *m, struct oci_resources *r, struct error **err)
{
  const struct compose_Blkio *s = m->service->blkio;
  if (! s)
    return 0;
  struct oci_block_io *b = r->block_io = MAKE (m->arena, struct oci_block_io);
  b->weight = s->weight;
  for (size_t i = 0; i < s->weight_device.n; i++)
    {
      struct oci_weight_device *w = LIST_ADD (m->arena, &b->weight_device);
      TRY_DOING (err, block_device (s->weight_device.v[i].path, &w->major, &w->minor, err), "weight_device[%zu]", i);
      w->weight = s->weight_device.v[i].weight;
    }
#define THROTTLE(from, to)                                                                                   \
  TRY_DOING (err, add_throttles (m, s->from.v, s->from.n, &b->to.v, &b->to.n, err), "device_" #from)
  THROTTLE (read_bps, throttle_read_bps_device);
  THROTTLE (write_bps, throttle_write_bps_device);
  THROTTLE (read_iops, throttle_read_iops_device);
  THROTTLE (write_iops, throttle_write_iops_device);
#undef THROTTLE
  return 0;
}

int
spec_resources (struct making *m, struct error **err)
{
  struct oci_resources *r = m->config->linux_->resources = MAKE (m->arena, struct oci_resources);
  TRY (set_cpu (m, r, err));
  TRY (set_memory (m, r, err));
  set_pids (m, r);
  TRY_DOING (err, set_blkio (m, r, err), "blkio_config");
  const char *parent = m->service->cgroup_parent;
  if (parent && strstr (parent, ".."))
    return fail (err, E_COMPOSE_FILE, "cgroup_parent '%s': it leads upwards", parent);
  /* An ordinary user has no cgroup where he could name one: the runtime takes what it may have. */
  if (m->settings->rootless && ! (parent && *parent))
    return 0;
  m->config->linux_->cgroups_path
    = clean_path (m->arena, make_printf (m->arena, "%s/%s", parent && *parent ? parent : "perry", m->id));
  return 0;
}
