/* kill.c - a signal to all processes of a cgroup directory and below, without missing one that forks meanwhile and
 * without hitting one that has nothing to do with it. Runs in the runtime's pid namespace. */
#include <signal.h>

#include "clock.h"
#include "dir.h"

#define KILL_MS 2000

/* Signal all that are in D while it is frozen: nobody can fork, and no pid be used again. Thaws even after an error. A
 * group that cannot be frozen is walked through as it is. */
static int
signal_frozen (const struct cgroup_dir *d, int sig, size_t *left, struct error **err)
{
  autopids struct cgroup_pids pids = { 0 };
  bool was_frozen = dir_frozen (d) > 0;
  bool frozen = was_frozen || dir_freeze (d, true, NULL) == 0;
  int r = dir_pids (d, &pids, err);
  for (size_t i = 0; r == 0 && i < pids.n; i++)
    if (kill (pids.v[i], sig) < 0 && errno != ESRCH)
      r = fail_sys (err, errno, "send signal %d to process %d", sig, pids.v[i]);
  /* Signals other than SIGKILL stay pending in a paused container. */
  if (frozen && (sig == SIGKILL || ! was_frozen))
    dir_freeze (d, false, NULL);
  if (sig == SIGKILL)
    dir_thaw_tree (d);
  *left = pids.n;
  return r;
}

static int
kill_once (const struct cgroup_dir *d, size_t *left, struct error **err)
{
  /* cgroup.kill: kernel 5.14. It takes processes that fork along, and frozen ones. */
  if (! d->v2 || dir_write (d, "cgroup.kill", "1", NULL) < 0)
    return signal_frozen (d, SIGKILL, left, err);
  autopids struct cgroup_pids pids = { 0 };
  int r = dir_pids (d, &pids, err);
  *left = pids.n;
  return r;
}

int
dir_kill_all (const struct cgroup_dir *d, int sig, struct error **err)
{
  size_t left = 0;
  if (sig != SIGKILL)
    return signal_frozen (d, sig, &left, err);
  int64_t deadline = clock_ms () + KILL_MS;
  TRY (kill_once (d, &left, err));
  for (unsigned pause = 1; left; pause = pause < 32 ? pause * 2 : 32)
    {
      autopids struct cgroup_pids pids = { 0 };
      TRY (dir_pids (d, &pids, err));
      if (pids.n == 0)
        return 0;
      if (clock_ms () >= deadline)
        return fail (err, EBUSY, "%zu process(es) of cgroup %s%s do not die", pids.n, d->mount, d->path);
      sleep_ms (pause);
      if (pause >= 8)
        TRY (kill_once (d, &left, err));
    }
  return 0;
}
