/* start_socket.h - how `start` speaks to the process that `create` left waiting: ROOT/ID/start.sock.
 *
 * A SOCK_SEQPACKET socket that the creating runtime binds before `create` returns, and whose listening end the container's
 * process inherits. There is no name of it elsewhere, it is ours alone (0600, in a 0700 directory), and when the process
 * dies its end is closed by the kernel: nobody can wait for ever.
 *
 *   start                             the container's process
 *   connects, unlinks the name   ->   accepts, runs startContainer hooks
 *   polls socket and pidfd       <-   START_GOING, right before execve; then
 *                                     end of file: execve closed it (CLOEXEC), the program runs
 *                                or   an error's text: it gave up and exits
 * End of file without START_GOING: the process died on the way. */
#ifndef RUNTIME_START_SOCKET_H
#define RUNTIME_START_SOCKET_H

#include "state.h"

#define START_GOING "\1"
#define START_TEXT_MAX 4096

/* A socket for start_socket_bind(), not bound, CLOEXEC. */
int start_socket_make (int *ret_sock, struct error **err);

/* Bind SOCK at C's start.sock (through a descriptor of the directory, so that its path may be of any length) and listen. */
int start_socket_bind (const struct container *c, int sock, struct error **err);

/* Connect. -ECONNREFUSED when the process is gone, -ENOENT when it was started already. */
int start_socket_connect (const struct container *c, int *ret_sock, struct error **err);

/* The container's process, on what accept4() gave it: START_GOING, or an error's text. A `start` that went away is no
 * failure. */
void start_socket_say (int sock, const char *text);

/* `start`: wait for the end. 0: the program runs (or ran). Otherwise an error with what the process said. */
int start_socket_wait (int sock, int pidfd, struct error **err);

#endif
