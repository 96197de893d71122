/* start_socket.h - how `start` speaks to the process that `create` left waiting: ROOT/ID/start.sock.
 *
 * A SOCK_SEQPACKET socket that the creating runtime binds before `create` returns, and whose listening end the
 * container's process inherits. There is no name of it elsewhere, it is ours alone (0600, in a 0700 directory), and
 * when the process dies its end is closed by the kernel: nobody can wait for ever.
 *
 *   start                             the container's process
 *   connects, unlinks the name   ->   accepts, runs startContainer hooks; speaks the protocol of sync.h
 *   polls socket and pidfd       <-   SECCOMP_FD: pass the listener on to the agent
 *                                <-   STAGE, 1: all that is left to do is to load the last filter and execve; then
 *                                     end of file: execve closed it (CLOEXEC), the program runs
 *                                or   ERROR: it gave up and exits
 * End of file before that STAGE: the process died on the way. */
#ifndef RUNTIME_START_SOCKET_H
#define RUNTIME_START_SOCKET_H

#include "state.h"

/* A socket for start_socket_bind(), not bound, CLOEXEC. */
int start_socket_make (int *ret_sock, struct error **err);

/* Bind SOCK at C's start.sock (through a descriptor of the directory, so that its path may be of any length) and
 * listen. */
int start_socket_bind (const struct container *c, int sock, struct error **err);

/* Connect. -ECONNREFUSED when the process is gone, -ENOENT when it was started already. */
int start_socket_connect (const struct container *c, int *ret_sock, struct error **err);

/* `start`: answer until the end (start_wait.c). 0: the program runs (or ran). Otherwise an error with what the
 * process said. */
int start_wait (const struct container *c, int sock, int pidfd, struct error **err);

#endif
