/* host_mounts.h - a container without a mount namespace of its own (config-linux.md#namespaces: it inherits the
 * runtime's): its mounts are on the host, all of them on one that is put over its root file system and taken away by
 * delete. */
#ifndef RUNTIME_HOST_MOUNTS_H
#define RUNTIME_HOST_MOUNTS_H

#include "plan.h"
#include "state.h"

/* create: put on record which mount the root file system lies on, before one is put over it. */
int host_mounts_record (const struct plan *plan, struct oci_state_file *state, struct error **err);

/* Take away what was mounted since, if anything. */
int host_mounts_remove (const struct oci_state_file *state, struct error **err);

#endif
