/* sealed_exe.h - the runtime's own program file, out of the container's reach (CVE-2019-5736). */
#ifndef RUNTIME_SEALED_EXE_H
#define RUNTIME_SEALED_EXE_H

#include "error.h"

/* Execute this program again from a copy that nobody can write to, unless it is one already. Called first by every
 * command that enters a container. Returns 0 if nothing is to be done, or an error; on success it does not return. */
int sealed_exe_ensure (char **argv, struct error **err);

#endif
