/* container_pids.c - finds a container's processes, by its cgroup or, without one, by its pid namespace. Runs in the
 * runtime's namespaces; reads /proc, signals through pidfds. */
#include "container_pids.h"

#include <dirent.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/syscall.h>

/* Which pid namespace process PID is in. A namespace's inode number is its name (namespaces(7)). */
static bool
pid_namespace (pid_t pid, struct stat *ret)
{
  char path[64];
  snprintf (path, sizeof path, "/proc/%d/ns/pid", pid);
  return stat (path, ret) == 0;
}

static bool
is_in (pid_t pid, const struct stat *ns)
{
  struct stat st;
  return pid_namespace (pid, &st) && st.st_dev == ns->st_dev && st.st_ino == ns->st_ino;
}

static int
pids_of_namespace (const struct container *c, struct cgroup_pids *ret, struct error **err)
{
  struct stat ns;
  if (state_status (c, NULL) == STATUS_STOPPED || ! pid_namespace ((pid_t) c->state->pid.value, &ns))
    return 0;
  DIR *dir = opendir ("/proc");
  if (! dir)
    return fail_sys (err, errno, "list /proc");
  autopids struct cgroup_pids pids = { 0 };
  for (const struct dirent *e; (e = readdir (dir));)
    {
      pid_t pid = atoi (e->d_name);
      if (pid <= 0 || ! is_in (pid, &ns))
        continue;
      pids.v = mem_grow (pids.v, pids.n + 1, sizeof *pids.v);
      pids.v[pids.n++] = pid;
    }
  closedir (dir);
  *ret = pids;
  pids = (struct cgroup_pids) { 0 };
  return 0;
}

int
container_pids (const struct container *c, const struct cgroup *cg, struct cgroup_pids *ret, struct error **err)
{
  if (! cg->ops && c->state->own_pid_namespace.value)
    return pids_of_namespace (c, ret, err);
  return cgroup_all_pids (cg, ret, err);
}

/* A number may have got another process by now: the namespace is looked at again once the pidfd holds the process. */
static int
signal_member (pid_t pid, const struct stat *ns, int sig, struct error **err)
{
  autoclose int pidfd = (int) syscall (SYS_pidfd_open, pid, 0);
  if (pidfd < 0 || ! is_in (pid, ns))
    return 0;
  if (syscall (SYS_pidfd_send_signal, pidfd, sig, NULL, 0) < 0 && errno != ESRCH)
    return fail_sys (err, errno, "signal process %d", pid);
  return 0;
}

int
container_signal_all (const struct container *c, const struct cgroup *cg, int sig, bool *ret_some, struct error **err)
{
  autopids struct cgroup_pids pids = { 0 };
  struct stat ns;
  TRY (container_pids (c, cg, &pids, err));
  *ret_some = pids.n > 0;
  if (! pids.n || ! sig)
    return 0;
  if (cg->ops)
    return cgroup_kill_all (cg, sig, err);
  if (! pid_namespace ((pid_t) c->state->pid.value, &ns))
    return 0;
  for (size_t i = 0; i < pids.n; i++)
    TRY (signal_member (pids.v[i], &ns, sig, err));
  return 0;
}
