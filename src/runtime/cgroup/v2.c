/* v2.c - cgroup_ops for cgroup2 alone; its way of making a directory also serves the cgroup2 part of a hybrid system.
 * */
#include "v2.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "devices.h"
#include "fs.h"
#include "stats.h"

#define SMALL_FILE 65536

/* Write "+c" for each controller (of ONLY, if given) that PARENT has and does not hand on: all at once, and one by
 * one if the kernel refuses. A refusal matters only to a limit that needs the controller, which says so then (H4,
 * H47). */
static void
enable_controllers (int parent, const char *only)
{
  autofree char *have = NULL, *enabled = NULL;
  autotext struct text all = { 0 };
  if (fs_read_kernel (parent, "cgroup.controllers", SMALL_FILE, &have, NULL) < 0
      || fs_read_kernel (parent, "cgroup.subtree_control", SMALL_FILE, &enabled, NULL) < 0)
    return;
  autofree char *padded = mem_printf (" %s ", enabled);
  for (char *p = padded; *p; p++)
    if (*p == '\n')
      *p = ' ';
  autostrv struct strv missing = { 0 };
  char *save;
  for (char *c = strtok_r (have, " \n", &save); c; c = strtok_r (NULL, " \n", &save))
    {
      autofree char *word = mem_printf (" %s ", c);
      if (strstr (padded, word) || (only && ! strstr (only, word)))
        continue;
      strv_printf (&missing, "+%s", c);
      text_printf (&all, "%s+%s", all.len ? " " : "", c);
    }
  if (missing.n == 0 || fs_write_kernel (parent, "cgroup.subtree_control", all.s, NULL) == 0)
    return;
  for (size_t i = 0; i < missing.n; i++)
    fs_write_kernel (parent, "cgroup.subtree_control", missing.v[i], NULL);
}

/* A group made below a threaded one is "domain invalid" and takes no process until it is threaded too; one that is
 * threaded already belongs to somebody's tree of threads. */
static int
check_type (const struct cgroup_dir *d, int child, struct error **err)
{
  autofree char *type = NULL;
  if (fs_read_kernel (child, "cgroup.type", SMALL_FILE, &type, NULL) < 0)
    return 0;
  type[strcspn (type, "\n")] = '\0';
  if (streq (type, "domain invalid") && fs_write_kernel (child, "cgroup.type", "threaded", NULL) == 0)
    return 0;
  if (streq (type, "domain invalid") || (streq (type, "threaded") && ! d->made))
    return fail (err, EBUSY, "cgroup %s%s is %s: choose another linux.cgroupsPath", d->mount, d->path, type);
  return 0;
}

int
v2_level (const struct cgroup_dir *d, int parent, int child, struct error **err)
{
  if (child >= 0)
    return check_type (d, child, err);
  enable_controllers (parent, d->only);
  return 0;
}

static dir_level *
level_of (const struct cgroup_dir *d UNUSED)
{
  return v2_level;
}

static int
v2_create (struct cgroup *cg, struct error **err)
{
  return shared_create (cg, level_of, err);
}

int
dir_open_join (const struct cgroup_dir *d)
{
  autoclose int own = -1;
  int at = dir_at (d, &own, NULL);
  return at < 0 ? -1 : openat (at, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static int
v2_set (const struct cgroup *cg, const struct oci_resources *r, bool devices, struct error **err)
{
  TRY (shared_set_limits (cg, r, err));
  return devices ? devices_set_v2 (cg, &cg->dirs[0], r, err) : 0;
}

static int
v2_freeze (const struct cgroup *cg, bool frozen, struct error **err)
{
  return dir_freeze (&cg->dirs[0], frozen, err);
}

static int
v2_frozen (const struct cgroup *cg)
{
  return dir_frozen (&cg->dirs[0]);
}

static int
v2_pids (const struct cgroup *cg, struct cgroup_pids *ret, struct error **err)
{
  return dir_pids (&cg->dirs[0], ret, err);
}

static int
v2_kill_all (const struct cgroup *cg, int sig, struct error **err)
{
  return dir_kill_all (&cg->dirs[0], sig, err);
}

static uint64_t
v2_oom_kills (const struct cgroup *cg)
{
  uint64_t n = 0;
  dir_read_key (&cg->dirs[0], "memory.events", "oom_kill", &n);
  return n;
}

const struct cgroup_ops cgroup_v2_ops = {
  .name = "v2",
  .create = v2_create,
  .set = v2_set,
  .freeze = v2_freeze,
  .frozen = v2_frozen,
  .pids = v2_pids,
  .kill_all = v2_kill_all,
  .stats = stats_read,
  .oom_kills = v2_oom_kills,
  .remove = shared_remove,
};

bool
cgroup_refuses_processes (const struct cgroup *cg)
{
  const struct cgroup_dir *d = cgroup_dir_v2 (cg);
  autofree char *enabled = NULL;
  return d && dir_read (d, "cgroup.subtree_control", &enabled, NULL) == 0 && *enabled && *enabled != '\n';
}

int
cgroup_delegate (const struct cgroup *cg, uid_t uid, struct error **err)
{
  if (cg->mode != CGROUP_UNIFIED || cg->n_dirs == 0)
    return 0;
  const struct cgroup_dir *d = &cg->dirs[0];
  autoclose int own = -1;
  int at = dir_at (d, &own, err);
  if (at < 0)
    return at;
  if (fchownat (at, "", uid, -1, AT_EMPTY_PATH) < 0)
    return fail_sys (err, errno, "give cgroup %s%s to user %u", d->mount, d->path, uid);
  autofree char *list = NULL;
  /* The list: kernel 4.15. */
  if (fs_read_kernel (AT_FDCWD, "/sys/kernel/cgroup/delegate", SMALL_FILE, &list, NULL) < 0)
    list = mem_strdup ("cgroup.procs\ncgroup.subtree_control\ncgroup.threads\n");
  char *save;
  for (char *file = strtok_r (list, "\n", &save); file; file = strtok_r (NULL, "\n", &save))
    if (fchownat (at, file, uid, -1, AT_SYMLINK_NOFOLLOW) < 0 && errno != ENOENT)
      return fail_sys (err, errno, "give %s%s/%s to user %u", d->mount, d->path, file, uid);
  return 0;
}
