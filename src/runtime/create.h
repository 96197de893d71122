/* create.h - a container in the making, for create and run. */
#ifndef RUNTIME_CREATE_H
#define RUNTIME_CREATE_H

#include "bundle.h"
#include "container.h"
#include "launch.h"

struct creation
{
  const struct context *context;
  const char *id;
  const struct create_options *options;
  bool detached;                /* nobody stays: create, and run --detach */

  char *bundle, *boot_id, *created, *cgroup_text;
  struct document config;
  struct host host;
  struct plan plan;
  struct container container;
  struct oci_state_file state;
  struct cgroup cgroup;
  struct launch launch;
};
#define CREATION_INIT(ctx, name, o, alone)                                          \
  {                                                                                 \
    .context = (ctx), .id = (name), .options = (o), .detached = (alone),            \
    .container = CONTAINER_INIT, .cgroup = { .join_fd = -1 }, .launch = LAUNCH_INIT \
  }

/* All of create; on failure nothing is left. On success the process waits for start and the state is locked by us. */
int creation_run (struct creation *c, struct error **err);
/* Take apart what there is. Errors are logged. */
void creation_undo (struct creation *c);
void creation_close (struct creation *c);
#define autocreation __attribute__ ((cleanup (creation_close)))

#endif
