/* intel_rdt.h - cache and memory bandwidth of a container: groups in the resctrl file system
 * (config-linux.md#intelrdt). */
#ifndef RUNTIME_INTEL_RDT_H
#define RUNTIME_INTEL_RDT_H

#include <sys/types.h>

#include "config.h"
#include "error.h"

#define RESCTRL "/sys/fs/resctrl"

/* Put PID into the group that RDT asks for, made and limited as it says; *RET_PATH: what `delete` has to remove (a
 * group of the container's own, or its monitoring group), or NULL; the caller frees it. What was made is removed on
 * failure. */
int intel_rdt_apply (const struct oci_intel_rdt *rdt, const char *id, pid_t pid, char **ret_path, struct error **err);

/* The same below ROOT, which is not checked to be a resctrl mount. */
int intel_rdt_apply_at (const char *root, const struct oci_intel_rdt *rdt, const char *id, pid_t pid, char **ret_path,
                        struct error **err);

/* Remove what *RET_PATH named. Gone already is success. */
int intel_rdt_remove (const char *path, struct error **err);

#endif
