/* handover.h - the parts of a container's process that callers hold: terminals, pid files, sockets, inherited
 * descriptors. */
#ifndef RUNTIME_HANDOVER_H
#define RUNTIME_HANDOVER_H

#include <sys/types.h>

#include "error.h"

/* --pid-file: PID in decimal without a newline, to a temporary name beside PATH, then renamed. */
int pid_file_write (const char *path, pid_t pid, struct error **err);

/* Connect to the AF_UNIX stream socket at PATH (of any length), send FD with TEXT as the payload, close. Bounded: ten
 * seconds. Console sockets, pidfd sockets, the seccomp agent. */
int socket_send_fd (const char *path, const char *text, int fd, struct error **err);

/* Descriptors that the process keeps beyond standard ones: LISTEN_FDS (sd_listen_fds) and --preserve-fds. */
struct kept_fds
{
  unsigned listen, preserve; /* how many of each; they are 3, 4, ... in this order */
};
/* From the environment and the option; every one has to be open. */
int kept_fds_check (unsigned preserve, struct kept_fds *ret, struct error **err);
/* Close what else the caller left open (but the log file), so that nothing of it can be reached from the container by a
 * path such as /proc/self/fd/9 (CVE-2024-21626). To be called before anything is opened. */
void kept_fds_close_others (const struct kept_fds *kept);

/* Close all from FIRST to LAST, if there are any. */
void fds_close (unsigned first, unsigned last);

/* In the foreground: proxies the terminal MASTER (-1: standard streams are the process's own), forwards signals (all
 * but SIGCHLD, SIGWINCH, SIGURG) to PID, reaps children, until PIDFD's process, our child, ends. Returns its exit
 * status, 128 + signal if one killed it. The host's terminal is raw meanwhile and restored. foreground_block() has
 * to be called before the process is made: it blocks the signals, for good. */
void foreground_block (void);
int foreground_wait (pid_t pid, int pidfd, int master, int *ret_status, struct error **err);

#endif
