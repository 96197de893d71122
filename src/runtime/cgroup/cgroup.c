/* cgroup.c - makes a struct cgroup (from a plan, from a saved text, for a sub-cgroup, for where a process is) and
 * passes operations on to cgroup_v1 or cgroup_v2. Runs in the runtime's namespaces; touches no cgroup itself but to
 * look. */
#include "cgroup.h"

#include <fcntl.h>
#include <libgen.h>

#include "cgroup_path.h"
#include "dir.h"
#include "limits.h"
#include "log.h"
#include "place.h"

static const char *const mode_names[] = { "none", "legacy", "hybrid", "unified" };
static const char *const manager_names[] = { "cgroupfs", "systemd", "disabled" };

static const struct cgroup_ops *
ops_of (enum cgroup_mode mode)
{
  return mode == CGROUP_NONE ? NULL : mode == CGROUP_UNIFIED ? &cgroup_v2_ops : &cgroup_v1_ops;
}

void
cgroup_free (struct cgroup *cg)
{
  cgroup_dirs_free (cg->dirs, cg->n_dirs);
  free (cg->wanted);
  close_fd (&cg->join_fd);
  *cg = (struct cgroup) { .join_fd = -1 };
}

void
cgroup_pids_free (struct cgroup_pids *p)
{
  free (p->v);
  *p = (struct cgroup_pids) { 0 };
}

/* ---- from a plan ------------------------------------------------------------------------------------------------- */

/* The path below D's mount; D->path is the runtime's own place so far. With cgroup2, a group that holds processes (the
 * runtime's own) cannot hand controllers on to groups below it: so the container goes beside it, as runc does it. */
static int
plan_path (struct cgroup_dir *d, const struct plan *plan, struct error **err)
{
  const char *path = plan->cgroup.path ? plan->cgroup.path : plan->id;
  const char *base = *path == '/' ? "" : d->v2 ? dirname (d->path) : d->path;
  char *joined;
  TRY (place_join (base, path, &joined, err));
  free (d->path);
  d->path = joined;
  return 0;
}

int
cgroup_plan (const struct plan *plan, struct cgroup *ret, struct error **err)
{
  autocgroup struct cgroup cg = { .manager = plan->cgroup.manager, .join_fd = -1 };
  const char *limit = limits_wanted (plan->cgroup.resources);
  if (plan->cgroup.path || limit)
    cg.wanted = plan->cgroup.path ? mem_strdup ("linux.cgroupsPath") : mem_printf ("linux.resources.%s", limit);
  cg.rootless = plan->host->rootless || plan->host->in_userns;
  if (cg.manager == CGROUP_SYSTEMD)
    return fail (err, ENOTSUP, "the systemd cgroup manager is not supported: use the cgroupfs manager");
  if (cg.manager == CGROUP_FS)
    TRY (places_read (0, &cg.mode, &cg.dirs, &cg.n_dirs, err));
  if (cg.manager == CGROUP_FS && cg.n_dirs == 0 && cg.wanted)
    return fail (err, ENOENT, "%s: no cgroup file system is mounted at /sys/fs/cgroup", cg.wanted);
  for (size_t i = 0; i < cg.n_dirs; i++)
    {
      struct cgroup_dir *d = &cg.dirs[i];
      TRY_DOING (err, plan_path (d, plan, err), "linux.cgroupsPath");
      /* A controller that cgroup2 hands on can no longer be mounted as v1: not for nothing. */
      if (d->v2 && cg.mode == CGROUP_HYBRID)
        d->only = limits_controllers (plan->cgroup.resources);
      autofree char *full = mem_printf ("%s%s", d->mount, d->path);
      d->made = access (full, F_OK) < 0;
    }
  cg.ops = ops_of (cg.mode);
  TRY (cgroup_check_unused (&cg, err));
  *ret = cg;
  cg = (struct cgroup) { .join_fd = -1 };
  return 0;
}

int
cgroup_check_unused (const struct cgroup *cg, struct error **err)
{
  for (size_t i = 0; i < cg->n_dirs; i++)
    {
      const struct cgroup_dir *d = &cg->dirs[i];
      if (d->made)
        continue;
      autopids struct cgroup_pids pids = { 0 };
      TRY (dir_pids (d, &pids, err));
      if (pids.n)
        return fail (err, EBUSY, "container's cgroup is not empty: %zu process(es) found in %s%s", pids.n, d->mount,
                     d->path);
      if (dir_frozen (d) > 0)
        return fail (err, EBUSY, "container's cgroup unexpectedly frozen: %s%s", d->mount, d->path);
    }
  return 0;
}

/* ---- to and from state.json -------------------------------------------------------------------------------------- */
/* A line "MODE MANAGER ROOTLESS", then one "NAME MOUNT PATH V2 MADE" for each directory; words are parted by tabs,
 * which no path holds (place_join). */

char *
cgroup_save (const struct cgroup *cg)
{
  struct text t = { 0 };
  text_printf (&t, "%s\t%s\t%d\n", mode_names[cg->mode], manager_names[cg->manager], cg->rootless);
  for (size_t i = 0; i < cg->n_dirs; i++)
    {
      const struct cgroup_dir *d = &cg->dirs[i];
      text_printf (&t, "%s\t%s\t%s\t%d\t%d\n", d->name, d->mount, d->path, d->v2, d->made);
    }
  return t.s;
}

static int
find_name (const char *const *names, size_t n, const char *name)
{
  for (size_t i = 0; name && i < n; i++)
    if (streq (names[i], name))
      return (int) i;
  return -EINVAL;
}

static int
load_head (struct cgroup *cg, char *line)
{
  int mode = find_name (mode_names, ARRAY_LEN (mode_names), strsep (&line, "\t"));
  int manager = find_name (manager_names, ARRAY_LEN (manager_names), strsep (&line, "\t"));
  if (mode < 0 || manager < 0 || ! line)
    return -EINVAL;
  cg->mode = mode;
  cg->manager = manager;
  cg->rootless = streq (line, "1");
  return 0;
}

static int
load_dir (struct cgroup *cg, char *line)
{
  const char *name = strsep (&line, "\t"), *mount = strsep (&line, "\t"), *path = strsep (&line, "\t");
  const char *v2 = strsep (&line, "\t");
  if (! name || ! mount || ! path || ! v2 || ! line || *mount != '/')
    return -EINVAL;
  char *clean;
  TRY (place_join ("", path, &clean, NULL));
  autofree char *full = mem_printf ("%s%s", mount, clean);
  /* Those that a rootless user did without (H41): the text was saved before that was known. */
  if (cg->rootless && access (full, F_OK) < 0)
    {
      free (clean);
      return 0;
    }
  cg->dirs = mem_grow (cg->dirs, cg->n_dirs + 1, sizeof *cg->dirs);
  cg->dirs[cg->n_dirs++] = (struct cgroup_dir) {
    .name = mem_strdup (name), .mount = mem_strdup (mount), .path = clean, .v2 = streq (v2, "1"),
    .made = streq (line, "1"), .fd = -1, .self_fd = -1,
  };
  return 0;
}

int
cgroup_load (const char *saved, struct cgroup *ret, struct error **err)
{
  autocgroup struct cgroup cg = { .join_fd = -1 };
  autofree char *copy = mem_strdup (saved);
  char *save, *line = strtok_r (copy, "\n", &save);
  bool good = line && load_head (&cg, line) == 0;
  while (good && (line = strtok_r (NULL, "\n", &save)))
    good = load_dir (&cg, line) == 0;
  if (! good)
    return fail (err, EINVAL, "%s: \"cgroup\" is damaged", "state.json");
  cg.ops = cg.n_dirs ? ops_of (cg.mode) : NULL;
  if (cg.mode == CGROUP_UNIFIED && cg.n_dirs)
    cg.join_fd = dir_open_join (&cg.dirs[0]);
  *ret = cg;
  cg = (struct cgroup) { .join_fd = -1 };
  return 0;
}

/* ---- relatives of a container's cgroup --------------------------------------------------------------------------- */

/* A cgroup of the same kind that is nobody's to remove. */
static struct cgroup
relative_of (const struct cgroup *cg)
{
  struct cgroup to = { .ops = cg->ops, .mode = cg->mode, .manager = cg->manager, .rootless = cg->rootless,
                       .join_fd = -1 };
  to.dirs = mem_alloc (cg->n_dirs * sizeof *to.dirs);
  to.n_dirs = cg->n_dirs;
  for (size_t i = 0; i < cg->n_dirs; i++)
    to.dirs[i] = (struct cgroup_dir) {
      .name = mem_strdup (cg->dirs[i].name), .mount = mem_strdup (cg->dirs[i].mount),
      .path = mem_strdup (cg->dirs[i].path), .v2 = cg->dirs[i].v2, .fd = -1, .self_fd = -1,
    };
  return to;
}

static void
set_path (struct cgroup_dir *d, char *path)
{
  free (d->path);
  d->path = path;
}

/* Whether comma-separated CONTROLLERS (NULL: all) name D. */
static bool
is_meant (const struct cgroup_dir *d, const char *controllers)
{
  if (! controllers)
    return true;
  autofree char *copy = mem_strdup (controllers);
  char *save;
  for (char *c = strtok_r (copy, ",", &save); c; c = strtok_r (NULL, ",", &save))
    if (dir_controls (d, c) || streq (d->name, c))
      return true;
  return false;
}

int
cgroup_sub (const struct cgroup *cg, const char *spec, struct cgroup *ret, struct error **err)
{
  const char *colon = strchr (spec, ':'), *path = colon ? colon + 1 : spec;
  autofree char *controllers = colon ? mem_strndup (spec, colon - spec) : NULL;
  autocgroup struct cgroup sub = relative_of (cg);
  bool any = false;
  for (size_t i = 0; i < sub.n_dirs; i++)
    {
      struct cgroup_dir *d = &sub.dirs[i];
      if (! is_meant (d, controllers))
        continue;
      autoclose int own = -1;
      char *joined;
      any = true;
      TRY_DOING (err, place_join (d->path, path, &joined, err), "--cgroup %s", spec);
      set_path (d, joined);
      TRY_DOING (err, dir_at (d, &own, err), "--cgroup %s", spec);
    }
  if (! any)
    return fail (err, EINVAL, "--cgroup %s: the container is in no such hierarchy", spec);
  if (sub.mode == CGROUP_UNIFIED)
    sub.join_fd = dir_open_join (&sub.dirs[0]);
  *ret = sub;
  sub = (struct cgroup) { .join_fd = -1 };
  return 0;
}

/* Where the process is may be the container's choice: a place that is not below its own cgroup, or has a name that
 * cannot be told here (which reads as "/"), must not become a way out of its limits. */
static bool
is_below (const char *place, const char *own)
{
  const char *rest = after_prefix (place, own);
  return rest && *rest == '/';
}

int
cgroup_of_pid (const struct cgroup *cg, pid_t pid, struct cgroup *ret, struct error **err)
{
  struct cgroup_dir *places = NULL;
  size_t n = 0;
  enum cgroup_mode mode;
  TRY (places_read (pid, &mode, &places, &n, err));
  struct cgroup to = relative_of (cg);
  for (size_t i = 0; i < to.n_dirs; i++)
    for (size_t j = 0; j < n; j++)
      if (streq (to.dirs[i].name, places[j].name) && is_below (places[j].path, to.dirs[i].path))
        set_path (&to.dirs[i], mem_strdup (places[j].path));
  cgroup_dirs_free (places, n);
  if (to.mode == CGROUP_UNIFIED && to.n_dirs)
    to.join_fd = dir_open_join (&to.dirs[0]);
  *ret = to;
  return 0;
}

/* ---- operations -------------------------------------------------------------------------------------------------- */

static int
no_cgroup (const struct cgroup *cg, struct error **err)
{
  return fail (err, ENOTSUP, "the container has no cgroup%s",
               cg->manager == CGROUP_DISABLED ? " (it was created with the cgroup manager \"disabled\")"
               : cg->rootless ? ": " CGROUP_DELEGATION : "");
}

int
cgroup_create (struct cgroup *cg, struct error **err)
{
  return cg->ops ? cg->ops->create (cg, err) : 0;
}

int
cgroup_set (const struct cgroup *cg, const struct oci_resources *r, bool devices, struct error **err)
{
  if (cg->ops)
    return cg->ops->set (cg, r, devices, err);
  const char *wanted = limits_wanted (r);
  if (! wanted)
    return 0;
  no_cgroup (cg, err);
  return err ? wrap (err, "linux.resources.%s", wanted) : -ENOTSUP;
}

int
cgroup_freeze (const struct cgroup *cg, bool frozen, struct error **err)
{
  return cg->ops ? cg->ops->freeze (cg, frozen, err) : no_cgroup (cg, err);
}

int
cgroup_frozen (const struct cgroup *cg)
{
  return cg->ops ? cg->ops->frozen (cg) : 0;
}

int
cgroup_all_pids (const struct cgroup *cg, struct cgroup_pids *ret, struct error **err)
{
  return cg->ops ? cg->ops->pids (cg, ret, err) : no_cgroup (cg, err);
}

int
cgroup_kill_all (const struct cgroup *cg, int sig, struct error **err)
{
  return cg->ops ? cg->ops->kill_all (cg, sig, err) : 0;
}

int
cgroup_stats (const struct cgroup *cg, struct cgroup_stats *ret, struct error **err)
{
  return cg->ops ? cg->ops->stats (cg, ret, err) : no_cgroup (cg, err);
}

uint64_t
cgroup_oom_kills (const struct cgroup *cg)
{
  return cg->ops ? cg->ops->oom_kills (cg) : 0;
}

int
cgroup_remove (const struct cgroup *cg, struct error **err)
{
  return cg->ops ? cg->ops->remove (cg, err) : 0;
}
