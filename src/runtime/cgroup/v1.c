/* v1.c - cgroup_ops for a legacy system (each controller a hierarchy of its own) and a hybrid one, where the container
 * also has a place in cgroup2, with the controllers that v1 has not taken. */
#include <fcntl.h>

#include "devices.h"
#include "dir.h"
#include "fs.h"
#include "stats.h"
#include "v2.h"

/* A new cpuset is empty and takes no process (ENOSPC): copy what the parent has, level by level (H13). */
static int
copy_down (int parent, int child, const char *file, struct error **err)
{
  autofree char *have = NULL, *given = NULL;
  TRY (fs_read_kernel (child, file, 65536, &have, err));
  if (*have && *have != '\n')
    return 0;
  TRY (fs_read_kernel (parent, file, 65536, &given, err));
  given[strcspn (given, "\n")] = '\0';
  return fs_write_kernel (child, file, given, err);
}

static int
cpuset_level (const struct cgroup_dir *d, int parent, int child, struct error **err)
{
  if (child < 0)
    return 0;
  TRY_DOING (err, copy_down (parent, child, "cpuset.cpus", err), "cgroup %s%s", d->mount, d->path);
  TRY_DOING (err, copy_down (parent, child, "cpuset.mems", err), "cgroup %s%s", d->mount, d->path);
  return 0;
}

static dir_level *
level_of (const struct cgroup_dir *d)
{
  return d->v2 ? v2_level : dir_controls (d, "cpuset") ? cpuset_level : NULL;
}

static int
v1_create (struct cgroup *cg, struct error **err)
{
  return shared_create (cg, level_of, err);
}

/* Where processes are frozen and listed: the freezer, otherwise cgroup2 (which freezes without a controller), otherwise
 * any hierarchy. */
static const struct cgroup_dir *
freezer (const struct cgroup *cg)
{
  for (size_t i = 0; i < cg->n_dirs; i++)
    if (! cg->dirs[i].v2 && dir_controls (&cg->dirs[i], "freezer"))
      return &cg->dirs[i];
  const struct cgroup_dir *d = cgroup_dir_v2 (cg);
  return d ? d : &cg->dirs[0];
}

static int
v1_set (const struct cgroup *cg, const struct oci_resources *r, bool devices, struct error **err)
{
  TRY (shared_set_limits (cg, r, err));
  if (! devices)
    return 0;
  const struct cgroup_dir *d = cgroup_dir_of (cg, "devices");
  if (d)
    return devices_set_v1 (cg, d, r, err);
  d = cgroup_dir_v2 (cg);
  return devices_set_v2 (cg, d, r, err);
}

static int
v1_freeze (const struct cgroup *cg, bool frozen, struct error **err)
{
  return dir_freeze (freezer (cg), frozen, err);
}

static int
v1_frozen (const struct cgroup *cg)
{
  return dir_frozen (freezer (cg));
}

static int
v1_pids (const struct cgroup *cg, struct cgroup_pids *ret, struct error **err)
{
  return dir_pids (freezer (cg), ret, err);
}

static int
v1_kill_all (const struct cgroup *cg, int sig, struct error **err)
{
  return dir_kill_all (freezer (cg), sig, err);
}

static uint64_t
v1_oom_kills (const struct cgroup *cg)
{
  const struct cgroup_dir *d = cgroup_dir_of (cg, "memory");
  uint64_t n = 0;
  if (d)
    dir_read_key (d, d->v2 ? "memory.events" : "memory.oom_control", "oom_kill", &n);
  return n;
}

void
cgroup_thaw_all (const struct cgroup *cg)
{
  if (cg->ops == &cgroup_v1_ops)
    dir_thaw_tree (freezer (cg));
}

const struct cgroup_ops cgroup_v1_ops = {
  .name = "v1",
  .create = v1_create,
  .set = v1_set,
  .freeze = v1_freeze,
  .frozen = v1_frozen,
  .pids = v1_pids,
  .kill_all = v1_kill_all,
  .stats = stats_read,
  .oom_kills = v1_oom_kills,
  .remove = shared_remove,
};
