/* stats.c - reads what a container uses: one table of numbers, and a few lists. Runs in the runtime's namespaces; only
 * reads. */
#include "stats.h"

#include <fcntl.h>

#include "fs.h"

#define USEC 1000 /* nanoseconds */

/* A number: its place in struct cgroup_stats, v1's controller (where that is not mounted, cgroup2 is meant), and the
 * file in each version, with the key of its line or NULL. */
struct number
{
  size_t offset;
  const char *controller;
  const char *v1, *v1_key;
  const char *v2, *v2_key;
  unsigned v2_scale;
};

#define N(memb, ctrl, ...) { offsetof (struct cgroup_stats, memb), ctrl, __VA_ARGS__ },
static const struct number numbers[] = {
  N (usage.total, "cpuacct", "cpuacct.usage", NULL, "cpu.stat", "usage_usec", USEC)
  N (usage.kernel, "cpuacct", "cpuacct.usage_sys", NULL, "cpu.stat", "system_usec", USEC)
  N (usage.user, "cpuacct", "cpuacct.usage_user", NULL, "cpu.stat", "user_usec", USEC)
  N (throttling.periods, "cpu", "cpu.stat", "nr_periods", "cpu.stat", "nr_periods", 1)
  N (throttling.throttled_periods, "cpu", "cpu.stat", "nr_throttled", "cpu.stat", "nr_throttled", 1)
  N (throttling.throttled_time, "cpu", "cpu.stat", "throttled_time", "cpu.stat", "throttled_usec", USEC)
  N (cpuset.cpu_exclusive, "cpuset", "cpuset.cpu_exclusive", NULL, NULL, NULL, 1)
  N (cpuset.mem_hardwall, "cpuset", "cpuset.mem_hardwall", NULL, NULL, NULL, 1)
  N (cpuset.mem_exclusive, "cpuset", "cpuset.mem_exclusive", NULL, NULL, NULL, 1)
  N (cpuset.memory_migrate, "cpuset", "cpuset.memory_migrate", NULL, NULL, NULL, 1)
  N (cpuset.memory_spread_page, "cpuset", "cpuset.memory_spread_page", NULL, NULL, NULL, 1)
  N (cpuset.memory_spread_slab, "cpuset", "cpuset.memory_spread_slab", NULL, NULL, NULL, 1)
  N (cpuset.memory_pressure, "cpuset", "cpuset.memory_pressure", NULL, NULL, NULL, 1)
  N (cpuset.sched_load_balance, "cpuset", "cpuset.sched_load_balance", NULL, NULL, NULL, 1)
  /* -1 means "as the system has it"; strtoull takes the sign, and the member is a signed one. */
  N (cpuset.sched_relax_domain_level, "cpuset", "cpuset.sched_relax_domain_level", NULL, NULL, NULL, 1)
  N (memory.cache, "memory", "memory.stat", "cache", "memory.stat", "file", 1)
  N (mem.limit, "memory", "memory.limit_in_bytes", NULL, "memory.max", NULL, 1)
  N (mem.usage, "memory", "memory.usage_in_bytes", NULL, "memory.current", NULL, 1)
  N (mem.max, "memory", "memory.max_usage_in_bytes", NULL, "memory.peak", NULL, 1)
  N (mem.failcnt, "memory", "memory.failcnt", NULL, "memory.events", "max", 1)
  N (swap.limit, "memory", "memory.memsw.limit_in_bytes", NULL, "memory.swap.max", NULL, 1)
  N (swap.usage, "memory", "memory.memsw.usage_in_bytes", NULL, "memory.swap.current", NULL, 1)
  N (swap.max, "memory", "memory.memsw.max_usage_in_bytes", NULL, "memory.swap.peak", NULL, 1)
  N (swap.failcnt, "memory", "memory.memsw.failcnt", NULL, "memory.swap.events", "max", 1)
  N (kernel.limit, "memory", "memory.kmem.limit_in_bytes", NULL, NULL, NULL, 1)
  N (kernel.usage, "memory", "memory.kmem.usage_in_bytes", NULL, "memory.stat", "kernel", 1)
  N (kernel.max, "memory", "memory.kmem.max_usage_in_bytes", NULL, NULL, NULL, 1)
  N (kernel.failcnt, "memory", "memory.kmem.failcnt", NULL, NULL, NULL, 1)
  N (kernel_tcp.limit, "memory", "memory.kmem.tcp.limit_in_bytes", NULL, NULL, NULL, 1)
  N (kernel_tcp.usage, "memory", "memory.kmem.tcp.usage_in_bytes", NULL, "memory.stat", "sock", 1)
  N (kernel_tcp.max, "memory", "memory.kmem.tcp.max_usage_in_bytes", NULL, NULL, NULL, 1)
  N (kernel_tcp.failcnt, "memory", "memory.kmem.tcp.failcnt", NULL, NULL, NULL, 1)
  N (pids.current, "pids", "pids.current", NULL, "pids.current", NULL, 1)
  N (pids.limit, "pids", "pids.max", NULL, "pids.max", NULL, 1)
};

void
cgroup_stats_free (struct cgroup_stats *s)
{
  arena_free (&s->arena);
}

void *
stats_alloc (struct cgroup_stats *s, size_t n)
{
  void *p = arena_alloc (&s->arena, n);
  if (! p)
    out_of_memory ();
  return p;
}

char *
stats_text (struct cgroup_stats *s, const char *text)
{
  char *p = arena_strndup (&s->arena, text, strlen (text));
  if (! p)
    out_of_memory ();
  return p;
}

const struct cgroup_dir *
stats_dir (const struct cgroup *cg, const char *controller)
{
  for (size_t i = 0; i < cg->n_dirs; i++)
    if (! cg->dirs[i].v2 && dir_controls (&cg->dirs[i], controller))
      return &cg->dirs[i];
  return cgroup_dir_v2 (cg);
}

static void
read_number (const struct cgroup *cg, const struct number *n, struct cgroup_stats *s)
{
  const struct cgroup_dir *d = stats_dir (cg, n->controller);
  const char *file = ! d ? NULL : d->v2 ? n->v2 : n->v1, *key = d && d->v2 ? n->v2_key : n->v1_key;
  uint64_t value;
  if (! file || (key ? dir_read_key (d, file, key, &value) : dir_read_u64 (d, file, &value)) < 0)
    return;
  struct opt_u64 *to = (void *) ((char *) s + n->offset);
  *to = (struct opt_u64) { d->v2 && value != UINT64_MAX ? value * n->v2_scale : value, true };
}

/* runc's documents count memory and swap together and say 0 for no limit of processes. */
static void
as_runc_counts (const struct cgroup *cg, struct cgroup_stats *s)
{
  const struct cgroup_dir *memory = stats_dir (cg, "memory");
  if (memory && memory->v2 && s->swap.usage.set)
    {
      s->swap.usage.value += s->mem.usage.value;
      s->swap.limit.value = s->swap.limit.value == UINT64_MAX || s->mem.limit.value == UINT64_MAX
                              ? UINT64_MAX : s->swap.limit.value + s->mem.limit.value;
      /* The peaks need not have been at the same time. */
      s->swap.max.set = false;
    }
  if (s->pids.limit.value == UINT64_MAX)
    s->pids.limit.value = 0;
}

/* ---- lists ------------------------------------------------------------------------------------------------------- */

typedef __typeof__ (((struct oci_stats_cpu_usage *) NULL)->percpu) ints;

static void
add_int (struct cgroup_stats *s, ints *to, int64_t value)
{
  /* Grown by doubling: at lengths that are powers of two there is no room left. */
  if ((to->n & (to->n - 1)) == 0)
    {
      int64_t *v = stats_alloc (s, (to->n ? to->n * 2 : 1) * sizeof *v);
      if (to->n)
        memcpy (v, to->v, to->n * sizeof *v);
      to->v = v;
    }
  to->v[to->n++] = value;
  to->set = true;
}

/* "0-3,7" as 0, 1, 2, 3, 7. */
static void
read_list (const struct cgroup *cg, const char *v1, const char *v2, struct cgroup_stats *s, ints *to)
{
  autofree char *text = NULL;
  const struct cgroup_dir *d = stats_dir (cg, "cpuset");
  if (! d || dir_read (d, d->v2 ? v2 : v1, &text, NULL) < 0)
    return;
  for (char *p = text; *p >= '0' && *p <= '9'; p += *p == ',')
    {
      unsigned long first = strtoul (p, &p, 10), last = first;
      if (*p == '-')
        last = strtoul (p + 1, &p, 10);
      for (; first <= last && last < UINT16_MAX; first++)
        add_int (s, to, (int64_t) first);
    }
}

/* "cpu user system", one line for each processor. */
static void
read_percpu (const struct cgroup *cg, struct cgroup_stats *s)
{
  autofree char *text = NULL;
  const struct cgroup_dir *d = stats_dir (cg, "cpuacct");
  if (! d || d->v2 || dir_read (d, "cpuacct.usage_all", &text, NULL) < 0)
    return;
  for (const char *line = strchr (text, '\n'); line; line = strchr (line + 1, '\n'))
    {
      long long user, kernel;
      if (sscanf (line, " %*d %lld %lld", &user, &kernel) != 2)
        continue;
      add_int (s, (ints *) &s->usage.percpu, user + kernel);
      add_int (s, (ints *) &s->usage.percpu_user, user);
      add_int (s, (ints *) &s->usage.percpu_kernel, kernel);
    }
}

/* ---- parts that are JSON already --------------------------------------------------------------------------------- */

static const char *
read_raw_memory (const struct cgroup *cg, struct cgroup_stats *s)
{
  autofree char *text = NULL;
  autotext struct text json = { 0 };
  const struct cgroup_dir *d = stats_dir (cg, "memory");
  if (! d || dir_read (d, "memory.stat", &text, NULL) < 0)
    return NULL;
  text_add (&json, "{");
  char *save;
  for (char *line = strtok_r (text, "\n", &save); line; line = strtok_r (NULL, "\n", &save))
    {
      char key[64];
      unsigned long long value;
      if (sscanf (line, "%63[a-z0-9_] %llu", key, &value) == 2)
        text_printf (&json, "%s\"%s\":%llu", json.len > 1 ? "," : "", key, value);
    }
  text_add (&json, "}");
  return stats_text (s, json.s);
}

/* "some avg10=0.00 avg60=0.00 avg300=0.00 total=0". NULL where the kernel keeps no such account (ENOENT, EOPNOTSUPP).
 * */
static const char *
read_pressure (const struct cgroup *cg, const char *file, struct cgroup_stats *s)
{
  autofree char *text = NULL;
  autotext struct text json = { 0 };
  const struct cgroup_dir *d = cgroup_dir_v2 (cg);
  if (! d || dir_read (d, file, &text, NULL) < 0)
    return NULL;
  text_add (&json, "{");
  char *save;
  for (char *line = strtok_r (text, "\n", &save); line; line = strtok_r (NULL, "\n", &save))
    {
      char kind[8], avg[3][16];
      unsigned long long total;
      if (sscanf (line, "%7[a-z] avg10=%15[0-9.] avg60=%15[0-9.] avg300=%15[0-9.] total=%llu", kind, avg[0], avg[1],
                  avg[2],
                  &total) == 5)
        text_printf (&json, "%s\"%s\":{\"avg10\":%s,\"avg60\":%s,\"avg300\":%s,\"total\":%llu}",
                     json.len > 1 ? "," : "",
                     kind, avg[0], avg[1], avg[2], total);
    }
  text_add (&json, "}");
  return stats_text (s, json.s);
}

int
stats_read (const struct cgroup *cg, struct cgroup_stats *s, struct error **err)
{
  for (size_t i = 0; i < cg->n_dirs; i++)
    {
      autoclose int own = -1;
      TRY (dir_at (&cg->dirs[i], &own, err));
    }
  s->cpu.usage = &s->usage;
  s->cpu.throttling = &s->throttling;
  s->memory.usage = &s->mem;
  s->memory.swap = &s->swap;
  s->memory.kernel = &s->kernel;
  s->memory.kernel_tcp = &s->kernel_tcp;
  s->stats = (struct oci_stats) { .cpu = &s->cpu, .cpuset = &s->cpuset, .memory = &s->memory, .pids = &s->pids,
                                  .blkio = &s->blkio, .intel_rdt = "{}" };
  for (size_t i = 0; i < ARRAY_LEN (numbers); i++)
    read_number (cg, &numbers[i], s);
  as_runc_counts (cg, s);
  read_list (cg, "cpuset.cpus", "cpuset.cpus.effective", s, (ints *) &s->cpuset.cpus);
  read_list (cg, "cpuset.mems", "cpuset.mems.effective", s, (ints *) &s->cpuset.mems);
  read_percpu (cg, s);
  s->memory.raw = read_raw_memory (cg, s);
  s->cpu.psi = read_pressure (cg, "cpu.pressure", s);
  s->memory.psi = read_pressure (cg, "memory.pressure", s);
  s->blkio.psi = read_pressure (cg, "io.pressure", s);
  stats_blkio (cg, s);
  stats_hugetlb (cg, s);
  return 0;
}
