/* process_options.h - exec's process from the container's own and the command line's options (runc-exec(8)). */
#ifndef RUNTIME_PROCESS_OPTIONS_H
#define RUNTIME_PROCESS_OPTIONS_H

#include "arena.h"
#include "container.h"

/* What the options add lies here; *RET of process_from_options points into it. */
struct process_changes
{
  struct oci_user user;
  struct oci_capabilities capabilities;
  struct arena arena;
};
void process_changes_free (struct process_changes *c);

/* RET: BASE (may be NULL) with what O says. Values of options are checked here (--user UID[:GID], strictly decimal). */
int process_from_options (const struct oci_process *base, const struct exec_options *o, struct oci_process *ret,
                          struct process_changes *changes, struct error **err);

#endif
