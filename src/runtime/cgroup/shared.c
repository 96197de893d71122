/* shared.c - the operations that do the same to each directory, whichever version: make, enter, remove. */
#include <sys/types.h>

#include "dir.h"
#include "cgroup_path.h"
#include "clock.h"
#include "limits.h"
#include "log.h"

#define REMOVE_MS 10000

static bool
is_refusal (int r)
{
  return r == -EACCES || r == -EPERM || r == -EROFS;
}

/* For a rootless user who asked for nothing of cgroups, a hierarchy that is not theirs is one to do without (H41); one
 * without controllers ("name=systemd") is in any case. */
static bool
can_do_without (const struct cgroup *cg, const struct cgroup_dir *d, int r)
{
  return cg->rootless && (! cg->wanted || after_prefix (d->name, "name=")) && is_refusal (r);
}

static void
drop_dir (struct cgroup *cg, size_t i)
{
  struct cgroup_dir *last = &cg->dirs[cg->n_dirs - 1], gone = cg->dirs[i];
  cg->dirs[i] = *last;
  *last = gone;
  cg->n_dirs--;
  free (gone.name);
  free (gone.mount);
  free (gone.path);
  close_fd (&gone.fd);
  close_fd (&gone.self_fd);
}

static void
drop_all (struct cgroup *cg)
{
  while (cg->n_dirs)
    drop_dir (cg, cg->n_dirs - 1);
  cg->ops = NULL;
  close_fd (&cg->join_fd);
}

static int
make_all (struct cgroup *cg, dir_level *(*level_of) (const struct cgroup_dir *), size_t *done, struct error **err)
{
  for (*done = 0; *done < cg->n_dirs;)
    {
      struct cgroup_dir *d = &cg->dirs[*done];
      autoerror struct error *e = NULL;
      int r = dir_make (d, level_of (d), &e);
      if (can_do_without (cg, d, r))
        {
          log_debug ("%s: going on without", error_text (e));
          drop_dir (cg, *done);
          continue;
        }
      if (r < 0)
        return fail (err, -r, "%s%s%s%s", cg->wanted && r != -EEXIST ? cg->wanted : "",
                     cg->wanted && r != -EEXIST ? ": " : "", error_text (e),
                     cg->rootless && is_refusal (r) ? ": " CGROUP_DELEGATION : "");
      ++*done;
    }
  return 0;
}

int
shared_create (struct cgroup *cg, dir_level *(*level_of) (const struct cgroup_dir *), struct error **err)
{
  size_t done;
  int r = make_all (cg, level_of, &done, err);
  if (r == 0)
    r = cgroup_check_unused (cg, err);
  if (r == 0 && cg->mode == CGROUP_UNIFIED && cg->n_dirs)
    cg->join_fd = dir_open_join (&cg->dirs[0]);
  if (r < 0)
    {
      for (size_t i = 0; i < cg->n_dirs && i <= done; i++)
        if (cg->dirs[i].made)
          dir_remove (&cg->dirs[i], 0, NULL);
      drop_all (cg);
    }
  else if (cg->n_dirs == 0)
    cg->ops = NULL;
  return r;
}

int
cgroup_prepare (struct cgroup *cg, struct error **err)
{
  for (size_t i = 0; i < cg->n_dirs; i++)
    {
      TRY (dir_prepare (&cg->dirs[i], err));
      if (cg->dirs[i].v2 && cg->join_fd < 0)
        cg->join_fd = dir_open_join (&cg->dirs[i]);
    }
  return 0;
}

int
cgroup_enter_self (const struct cgroup *cg, bool joined, struct error **err)
{
  for (size_t i = 0; i < cg->n_dirs; i++)
    {
      const struct cgroup_dir *d = &cg->dirs[i];
      if (! (joined && d->v2) && RETRY_EINTR (write (d->self_fd, "0", 1)) < 0)
        return fail_sys (err, errno, "enter cgroup %s%s", d->mount, d->path);
    }
  return 0;
}

int
shared_set_limits (const struct cgroup *cg, const struct oci_resources *r, struct error **err)
{
  bool is_new = cg->dirs[0].fd >= 0;
  return limits_apply (cg, r, ! is_new, err);
}

int
shared_remove (const struct cgroup *cg, struct error **err)
{
  int64_t deadline = clock_ms () + REMOVE_MS;
  int result = 0;
  for (size_t i = 0; i < cg->n_dirs; i++)
    {
      int r = cg->dirs[i].made ? dir_remove (&cg->dirs[i], deadline, result ? NULL : err) : 0;
      if (result == 0)
        result = r;
    }
  return result;
}
