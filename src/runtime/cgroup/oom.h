/* oom.h - tells when the kernel kills for want of memory, and when a cgroup ends. */
#ifndef CGROUP_OOM_H
#define CGROUP_OOM_H

#include "cgroup.h"

struct oom_watch
{
  const struct cgroup_dir *dir; /* the caller's cgroup's */
  int fd;                       /* to poll for input; -1: nothing can be watched */
  uint64_t kills;               /* v2: as far as counted */
};
#define OOM_WATCH_INIT { .fd = -1 }

/* Watch CG, which has to outlive the watch: an eventfd on v1, inotify on v2. Without a memory controller *RET has no
 * descriptor. */
int oom_watch_open (const struct cgroup *cg, struct oom_watch *ret, struct error **err);
void oom_watch_close (struct oom_watch *w);
#define autowatch __attribute__ ((cleanup (oom_watch_close)))

/* The descriptor is readable: 1 there was an OOM, 0 something else, -ENOENT the cgroup is gone or (v2) empty. */
int oom_watch_read (struct oom_watch *w);

#endif
