/* plan_options.h - the mount options that are not a file system's own: one table for the plan and for `features`. */
#ifndef RUNTIME_PLAN_OPTIONS_H
#define RUNTIME_PLAN_OPTIONS_H

#include "plan.h"

/* Apply OPTION to M, the last one winning where two contradict each other; false if it is not in the table, hence the
 * file system's. M->propagation must have room for one more. */
bool plan_mount_option_apply (struct plan_mount *m, const char *option);

#endif
