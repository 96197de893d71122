/* delete.c - the verb delete: whether a container may go now; container_destroy.c takes it apart.
 * Runs in the runtime's namespaces. */
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>

#include "container.h"
#include "container_destroy.h"
#include "state.h"

/* A container that a living process is making: it cannot be locked. --force kills the container's process, whereupon
 * its creator fails, cleans up and lets go of the lock. */
static int
interrupt_creator (const struct container *c, bool force, struct error **err)
{
  if (! force)
    return fail (err, EBUSY, "container %s is being created by process %d", c->id, (int) c->state->creator_pid.value);
  autoclose int pidfd = -1;
  state_status (c, &pidfd);
  if (pidfd >= 0)
    syscall (SYS_pidfd_send_signal, pidfd, SIGKILL, NULL, 0);
  return 0;
}

/* Only a look: no lock is taken, and whatever cannot be read is left for what follows to report. */
static int
check_creator (const struct context *ctx, const char *id, bool force, struct error **err)
{
  autocontainer struct container c = CONTAINER_INIT;
  if (state_open (ctx->root, id, false, &c, NULL) < 0 || ! c.state->creating.value || ! state_creator_alive (&c))
    return 0;
  return interrupt_creator (&c, force, err);
}

int
container_delete (const struct context *ctx, const char *id, bool force, struct error **err)
{
  autocontainer struct container c = CONTAINER_INIT;
  TRY (state_check_id (id, err));
  TRY (check_creator (ctx, id, force, err));
  int r = state_open_dir (ctx->root, id, true, &c, err);
  if (r == -ENOENT && force)
    return 0;
  TRY (r);
  r = state_load (&c, err);
  /* With force, what cannot be read is removed as well: there is no other way to get rid of it. */
  if (r < 0 && ! force)
    return r;
  enum status status = state_status (&c, NULL);
  if (! force && status != STATUS_STOPPED && status != STATUS_CREATED)
    return fail (err, EBUSY, "cannot delete container %s that is not stopped: %s", id, status_names[status]);
  return container_destroy (&c, err);
}
