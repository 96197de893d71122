/* delete.c - the verb delete: whether a container may go now; container_destroy.c takes it apart.
 * Runs in the runtime's namespaces. */
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>

#include "container.h"
#include "container_destroy.h"
#include "state.h"

#define CREATOR_MS 1000

/* The creator itself, should it hang in a hook: all that it made is on record. */
static void
kill_creator (const struct container *c)
{
  autoclose int pidfd = (int) syscall (SYS_pidfd_open, (pid_t) c->state->creator_pid.value, 0);
  if (pidfd >= 0 && state_creator_alive (c))
    syscall (SYS_pidfd_send_signal, pidfd, SIGKILL, NULL, 0);
}

/* A container that a living process is making: it cannot be locked. --force kills the container's process, whereupon
 * its creator fails, cleans up and lets go of the lock; if it does not, it is killed as well. */
static int
interrupt_creator (const struct container *c, bool force, struct error **err)
{
  if (! force)
    return fail (err, EBUSY, "container %s is being created by process %d", c->id, (int) c->state->creator_pid.value);
  autoclose int pidfd = -1;
  state_status (c, &pidfd);
  if (pidfd >= 0)
    syscall (SYS_pidfd_send_signal, pidfd, SIGKILL, NULL, 0);
  for (int waited = 0; waited < CREATOR_MS && state_locked (c); waited += 10)
    poll (NULL, 0, 10);
  if (state_locked (c))
    kill_creator (c);
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
