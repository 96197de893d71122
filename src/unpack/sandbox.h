/* sandbox.h - a second wall: what the unpacker cannot do even if a layer has taken it over. */
#ifndef UNPACK_SANDBOX_H
#define UNPACK_SANDBOX_H

#include "error.h"

/* For the rest of the process's life: no new privileges; files only below TARGET, and no TCP (Landlock, where the
 * kernel has it); none of the system calls that start programs, make sockets, or reach other processes, mounts and the
 * kernel (seccomp); of capabilities what unpacking takes, CAP_SYS_ADMIN among them only for trusted.overlay.* (not
 * USERXATTR). Open descriptors stay as they are. */
int sandbox_enter (int target, bool userxattr, struct error **err);

#endif
