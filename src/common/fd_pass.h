/* fd_pass.h - a descriptor over a Unix socket (unix(7), SCM_RIGHTS). */
#ifndef COMMON_FD_PASS_H
#define COMMON_FD_PASS_H

#include <sys/types.h>

#include "util.h"

/* Send N bytes of DATA, at least one, with FD, which stays the caller's; -1: the bytes alone. Never raises SIGPIPE.
 * Returns how many bytes went, or -errno. */
ssize_t fd_send (int sock, const void *data, size_t n, int fd);

#endif
