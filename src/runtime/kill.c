/* kill.c - the verb kill. Takes no lock: it has to work while another command waits for the container.
 * Runs in the runtime's namespaces; only ever signals through a pidfd or the container's own cgroup. */
#include <signal.h>
#include <sys/syscall.h>

#include "cgroup/cgroup.h"
#include "container.h"
#include "container_pids.h"
#include "signals.h"
#include "state.h"

/* containerd, CRI-O and Podman look for exactly these words. */
static int
not_running (const struct container *c, struct error **err)
{
  return fail (err, ESRCH, "container not running: %s", c->id);
}

static int
signal_process (const struct container *c, int pidfd, int sig, struct error **err)
{
  if (pidfd < 0)
    return not_running (c, err);
  if (syscall (SYS_pidfd_send_signal, pidfd, sig, NULL, 0) < 0)
    return errno == ESRCH ? not_running (c, err) : fail_sys (err, errno, "container %s: signal %d", c->id, sig);
  return 0;
}

int
container_kill (const struct context *ctx, const char *id, const char *signal, bool all, struct error **err)
{
  int sig = signal_number (signal, err);
  TRY (sig);
  autocontainer struct container c = CONTAINER_INIT;
  TRY (state_open (ctx->root, id, false, &c, err));
  autoclose int pidfd = -1;
  state_status (&c, &pidfd);
  autocgroup struct cgroup cg = { .join_fd = -1 };
  if (c.state->cgroup)
    TRY_DOING (err, cgroup_load (c.state->cgroup, &cg, err), "container %s", id);

  /* The death of a first process takes a pid namespace with it; in a shared one the others have to be found, which
   * takes a cgroup (create warned when there was none). */
  bool everybody = all || (sig == SIGKILL && ! c.state->own_pid_namespace.value && cg.ops), some = false;
  if (everybody)
    TRY_DOING (err, container_signal_all (&c, &cg, sig, &some, err), "container %s", id);
  if (! some)
    {
      int r = signal_process (&c, pidfd, sig, err);
      if (r < 0)
        return all && r == -ESRCH ? 0 : r;
    }
  if (sig == SIGKILL)
    cgroup_thaw_all (&cg);
  return 0;
}
