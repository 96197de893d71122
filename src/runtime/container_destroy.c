/* container_destroy.c - see container_destroy.h. Runs in the runtime's namespaces; calls cgroup, hooks and state. */
#include "container_destroy.h"

#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>

#include "cgroup/cgroup.h"
#include "fs.h"
#include "hooks.h"
#include "host_mounts.h"
#include "log.h"
#include "intel_rdt.h"
#include "mem.h"

#define END_MS 10000
#define EXEC_MS 1000
#define EXEC_STEP_MS 5
#define CGROUP_FILE_MAX (1024 * 1024)

static int
load_cgroup (const struct container *c, struct cgroup *ret, struct error **err)
{
  if (! c->state)
    {
      autofree char *saved = NULL;
      int r = fs_read_regular (c->dir_fd, CGROUP_FILE, CGROUP_FILE_MAX, &saved, NULL, err);
      return r == -ENOENT ? 0 : r < 0 ? r : cgroup_load (saved, ret, err);
    }
  if (! c->state->cgroup)
    return 0;
  return cgroup_load (c->state->cgroup, ret, err);
}

int
container_kill_process (const struct container *c, int pidfd, struct error **err)
{
  if (pidfd < 0)
    return 0;
  autocgroup struct cgroup cg = { .join_fd = -1 };
  TRY (load_cgroup (c, &cg, err));
  if (syscall (SYS_pidfd_send_signal, pidfd, SIGKILL, NULL, 0) < 0 && errno != ESRCH)
    return fail_sys (err, errno, "container %s: kill its process", c->id);
  cgroup_thaw_all (&cg);
  struct pollfd p = { .fd = pidfd, .events = POLLIN };
  int r = RETRY_EINTR (poll (&p, 1, END_MS));
  if (r < 0)
    return fail_sys (err, errno, "container %s: wait for its process", c->id);
  if (r == 0)
    return fail (err, ETIMEDOUT, "container %s: its process %d has not ended %d seconds after SIGKILL; it may hang in "
                 "the kernel (state D in ps)", c->id, (int) c->state->pid.value, END_MS / 1000);
  return 0;
}

int
container_run_hooks (const struct container *c, const char *kind, const struct oci_hook *v, size_t n,
                     enum status status, pid_t pid, struct error **err)
{
  if (n == 0)
    return 0;
  autofree char *state = state_document (c, status, pid, false);
  struct hook_run run = {
    .kind = kind,
    .v = v,
    .n = n,
    .state = state,
    .cwd = c->state->bundle,
    .cwd_fd = -1,
    .keep_going = streq (kind, "poststop"),
  };
  return hooks_run (&run, err);
}

/* The first process of a pid namespace ends after all others in it. What is in the cgroup when it was gone before is
 * another container's, which found the cgroup empty and took it; or it is an exec's that has come as far as the
 * cgroup and finds the namespace dead: that one ends by itself at once. */
static bool
is_taken_over (const struct container *c, const struct cgroup *cg, bool was_alive)
{
  const struct oci_state_file *s = c->state;
  if (! s || was_alive || ! s->pid.set || ! s->own_pid_namespace.value)
    return false;
  for (int waited = 0;; waited += EXEC_STEP_MS)
    {
      autopids struct cgroup_pids pids = { 0 };
      if (cgroup_all_pids (cg, &pids, NULL) < 0 || pids.n == 0)
        return false;
      if (waited >= EXEC_MS)
        return true;
      poll (NULL, 0, EXEC_STEP_MS);
    }
}

/* The rest of the processes (a shared pid namespace, a process of exec) and the cgroup they are in. */
static int
remove_cgroup (const struct container *c, bool was_alive, struct error **err)
{
  autocgroup struct cgroup cg = { .join_fd = -1 };
  TRY (load_cgroup (c, &cg, err));
  if (is_taken_over (c, &cg, was_alive))
    {
      log_warning ("container %s: its cgroup is another container's by now and stays", c->id);
      return 0;
    }
  TRY (cgroup_kill_all (&cg, SIGKILL, err));
  return cgroup_remove (&cg, err);
}

int
container_destroy (struct container *c, struct error **err)
{
  autoclose int pidfd = -1;
  state_status (c, &pidfd);
  TRY (container_kill_process (c, pidfd, err));
  TRY_DOING (err, remove_cgroup (c, pidfd >= 0, err), "container %s", c->id);
  if (c->state)
    TRY_DOING (err, host_mounts_remove (c->state, err), "container %s", c->id);
  if (c->state && c->state->intel_rdt_path)
    TRY_DOING (err, intel_rdt_remove (c->state->intel_rdt_path, err), "container %s", c->id);
  TRY (state_remove (c, err));
  const struct oci_hooks *hooks = c->state ? c->state->hooks : NULL;
  if (hooks)
    TRY (container_run_hooks (c, "poststop", hooks->poststop.v, hooks->poststop.n, STATUS_STOPPED, 0, err));
  return 0;
}
