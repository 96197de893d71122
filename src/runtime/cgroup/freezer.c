/* freezer.c - freezes and thaws one cgroup directory, v1 freezer or cgroup2. Bounded in time: a process in a system
 * call that cannot be interrupted (a dead NFS server) must not hold the runtime up for ever. */
#include <signal.h>

#include "clock.h"
#include "dir.h"

#define FREEZE_MS 10000
#define FREEZE_STEP_MS 1
#define REFREEZE_MS 100

int
dir_frozen (const struct cgroup_dir *d)
{
  if (d->v2)
    {
      uint64_t frozen;
      int r = dir_read_key (d, "cgroup.events", "frozen", &frozen);
      /* The root cgroup has no such file and is never frozen; nor is any before kernel 5.2. */
      return r < 0 ? (r == -ENOENT && dir_has (d, "cgroup.procs") ? 0 : r) : frozen != 0;
    }
  autofree char *state = NULL;
  int r = dir_read (d, "freezer.state", &state, NULL);
  return r < 0 ? (r == -ENOENT && dir_has (d, "cgroup.procs") ? 0 : r) : after_prefix (state, "FROZEN") != NULL;
}

static int
set_frozen (const struct cgroup_dir *d, bool frozen, struct error **err)
{
  return d->v2 ? dir_write (d, "cgroup.freeze", frozen ? "1" : "0", err)
               : dir_write (d, "freezer.state", frozen ? "FROZEN" : "THAWED", err);
}

/* v1 stays FREEZING when a process forked or moved at the wrong moment: only thawing and freezing again helps then. */
static int
wait_frozen (const struct cgroup_dir *d, struct error **err)
{
  int64_t start = clock_ms (), again = start + REFREEZE_MS;
  for (int r; (r = dir_frozen (d)) <= 0; sleep_ms (FREEZE_STEP_MS))
    {
      int64_t now = clock_ms ();
      if (r < 0)
        return fail_sys (err, -r, "freeze %s%s", d->mount, d->path);
      if (now - start > FREEZE_MS)
        return fail (err, ETIMEDOUT, "freeze %s%s: a process could not be frozen in %d seconds", d->mount, d->path,
                     FREEZE_MS / 1000);
      if (! d->v2 && now >= again)
        {
          TRY (set_frozen (d, false, err));
          TRY (set_frozen (d, true, err));
          again = now + REFREEZE_MS;
        }
    }
  return 0;
}

int
dir_freeze (const struct cgroup_dir *d, bool frozen, struct error **err)
{
  TRY (set_frozen (d, frozen, err));
  if (! frozen)
    return 0;
  int r = wait_frozen (d, err);
  if (r < 0)
    set_frozen (d, false, NULL);
  return r;
}
