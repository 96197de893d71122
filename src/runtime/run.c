/* run.c - the verb run: create and start; in the foreground also wait for the end and delete. Host namespaces. */
#include <sys/prctl.h>
#include <sys/wait.h>

#include "container_destroy.h"
#include "create.h"
#include "log.h"

/* The container's processes are ours to reap, also those that lose their parent (B24). */
static int
become_subreaper (const struct create_options *o, struct error **err)
{
  if (! o->no_subreaper && prctl (PR_SET_CHILD_SUBREAPER, 1) < 0)
    return fail_sys (err, errno, "become a subreaper");
  return 0;
}

/* The lock is given up while the container runs: kill, exec and the rest are for others. */
static int
destroy (const struct context *ctx, const char *id, struct error **err)
{
  autocontainer struct container c = CONTAINER_INIT;
  int r = state_open (ctx->root, id, true, &c, err);
  if (r == -ENOENT)
    return 0; /* somebody deleted it already */
  return r < 0 ? r : container_destroy (&c, err);
}

static int
start_made (struct creation *c, struct error **err)
{
  /* start takes the lock itself. */
  c->container.state = NULL;
  container_close (&c->container);
  return container_start (c->context, c->id, err);
}

static int
run_detached (const struct context *ctx, const char *id, const struct create_options *o, struct error **err)
{
  autocreation struct creation c = CREATION_INIT (ctx, id, o, true);
  TRY (creation_run (&c, err));
  int r = start_made (&c, err);
  if (r < 0)
    destroy (ctx, id, NULL);
  return r;
}

static int
run_foreground (const struct context *ctx, const char *id, const struct create_options *o, int *ret_status,
                struct error **err)
{
  autocreation struct creation c = CREATION_INIT (ctx, id, o, false);
  TRY (become_subreaper (o, err));
  foreground_block ();
  TRY (creation_run (&c, err));
  int r = start_made (&c, err);
  if (r == 0)
    r = foreground_wait (c.launch.pid, c.launch.pidfd, c.launch.master, ret_status, err);
  if (r < 0 || ! o->keep)
    {
      int d = destroy (ctx, id, r < 0 ? NULL : err);
      r = r < 0 ? r : d;
    }
  return r;
}

int
container_run (const struct context *ctx, const char *id, const struct create_options *o, int *ret_status,
               struct error **err)
{
  *ret_status = 0;
  return o->detach ? run_detached (ctx, id, o, err) : run_foreground (ctx, id, o, ret_status, err);
}
