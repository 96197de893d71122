/* start.c - the verb start: lets the process that `create` left waiting run its program, then runs the poststart hooks.
 * Runs in the runtime's namespaces; see start_socket.h for what is said between the two processes. */
#include <fcntl.h>
#include <poll.h>

#include "container.h"
#include "container_destroy.h"
#include "notify.h"
#include "start_socket.h"
#include "state.h"

static int
check_startable (const struct container *c, enum status status, struct error **err)
{
  static const char *const refusals[] = {
    [STATUS_CREATING] = "cannot start a container that is still being created",
    [STATUS_RUNNING] = "cannot start an already running container",
    [STATUS_PAUSED] = "cannot start a paused container",
    [STATUS_STOPPED] = "cannot start a container that has stopped",
  };
  if (status != STATUS_CREATED)
    return fail (err, EINVAL, "%s: %s", refusals[status], c->id);
  if (c->state->no_process.value)
    return fail (err, EINVAL, "container %s: there is nothing to start: its config.json has no `process`", c->id);
  return 0;
}

/* From created to running: 0 when the program runs. */
static int
release_process (const struct container *c, int pidfd, struct error **err)
{
  autoclose int sock = -1;
  TRY (start_socket_connect (c, &sock, err));
  /* From here on the container counts as running: nobody can start it a second time. */
  if (unlinkat (c->dir_fd, START_SOCKET, 0) < 0)
    return fail_sys (err, errno, "container %s: remove " START_SOCKET, c->id);
  TRY_DOING (err, start_wait (c, sock, pidfd, err), "container %s", c->id);
  return 0;
}

/* What we know is that execve has closed our socket, from inside the kernel: a hook that looks at what the program does
 * would mostly come before its first instruction. */
#define SETTLE_MS 10

static int
run_poststart (const struct container *c, int pidfd, struct error **err)
{
  const struct oci_state_file *s = c->state;
  if (! s->hooks || s->hooks->poststart.n == 0)
    return 0;
  struct pollfd ended = { .fd = pidfd, .events = POLLIN };
  RETRY_EINTR (poll (&ended, 1, SETTLE_MS));
  int r = container_run_hooks (c, "poststart", s->hooks->poststart.v, s->hooks->poststart.n, STATUS_RUNNING,
                               (pid_t) s->pid.value, err);
  /* config.md#poststart: an error is reported, and the container stopped. */
  if (r < 0)
    container_kill_process (c, pidfd, NULL);
  return r;
}

int
container_start (const struct context *ctx, const char *id, struct error **err)
{
  autocontainer struct container c = CONTAINER_INIT;
  TRY (state_open (ctx->root, id, true, &c, err));
  autoclose int pidfd = -1;
  enum status status = state_status (&c, &pidfd);
  TRY (check_startable (&c, status, err));
  autoclose int notify = -1;
  if (c.state->notify_socket)
    TRY (notify_bind (&c, &notify, err));
  TRY (release_process (&c, pidfd, err));
  if (notify >= 0)
    TRY (notify_spawn (notify, c.state->notify_socket, c.state->pid.value, pidfd, err));
  return run_poststart (&c, pidfd, err);
}
