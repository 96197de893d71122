/* holder.h - the process that keeps a session's namespaces. */
#ifndef COMPOSE_HOLDER_H
#define COMPOSE_HOLDER_H

#include <sys/types.h>

#include "settings.h"

/* Files in RUN/session, all flock()ed: by the holder as long as it lives (its number is in it); shared, by each command
 * in the session; by who makes or joins the session. The holder ends when there is neither a command nor a
 * container. */
#define SESSION_HOLDER "holder"
#define SESSION_USERS "users"
#define SESSION_LOCK "lock"

/* Start the holder; it takes LOCK, its locked file. The caller writes the id maps when *RET_PID is there, and then
 * calls holder_go(), which waits until the session is made. */
struct holder
{
  pid_t pid;
  int sync;                  /* to it */
};
int holder_start (const struct settings *s, int lock, struct holder *ret, struct error **err);
int holder_go (struct holder *h, struct error **err);

/* The holder's descriptor of this number is the writing end of a pipe: what belongs to the session ends at its
 * hangup. */
enum { HOLDER_LOCK_FD = 3, HOLDER_PIPE_FD = 4 };

#endif
