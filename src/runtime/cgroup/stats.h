/* stats.h - what a container uses, read from its cgroups' files. */
#ifndef CGROUP_STATS_H
#define CGROUP_STATS_H

#include "arena.h"
#include "dir.h"
#include "events_json.h"

struct cgroup_stats
{
  struct arena arena;       /* owns what `stats` points to outside of this struct */
  struct oci_stats stats;   /* points into this struct: do not copy it */
  struct oci_stats_cpu cpu;
  struct oci_stats_cpu_usage usage;
  struct oci_stats_throttling throttling;
  struct oci_stats_cpuset cpuset;
  struct oci_stats_memory memory;
  struct oci_stats_memory_entry mem, swap, kernel, kernel_tcp;
  struct oci_stats_pids pids;
  struct oci_stats_blkio blkio;
};
void cgroup_stats_free (struct cgroup_stats *s);
#define autostats __attribute__ ((cleanup (cgroup_stats_free)))

/* Fill in *RET (zeroed by the caller, freed by it in any case). A file that is not there is left out. */
int stats_read (const struct cgroup *cg, struct cgroup_stats *ret, struct error **err);

/* ---- for the files that it is made of ---- */

/* N zeroed bytes, or a copy of S, in the arena. */
void *stats_alloc (struct cgroup_stats *s, size_t n);
char *stats_text (struct cgroup_stats *s, const char *text);

/* The directory that has v1's CONTROLLER, otherwise the cgroup2 one; NULL if there is neither. */
const struct cgroup_dir *stats_dir (const struct cgroup *cg, const char *controller);

/* stats_io.c: block I/O and huge pages. */
void stats_blkio (const struct cgroup *cg, struct cgroup_stats *s);
void stats_hugetlb (const struct cgroup *cg, struct cgroup_stats *s);

#endif
