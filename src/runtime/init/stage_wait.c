/* stage_wait.c - READY, then nothing until somebody starts the container. Runs in the child, in all its namespaces,
 * without privileged acts. From here on the runtime that made the container may go away. */
#include <sys/prctl.h>
#include <sys/socket.h>

#include "init.h"
#include "sync.h"

int
stage_wait (struct init *init, struct error **err)
{
  /* Before READY: once it is answered, the runtime's end is no reason to die. Should it die before it answers, the
   * answer's end of file tells us. */
  init_close_others (init);
  if (prctl (PR_SET_PDEATHSIG, 0) < 0)
    return fail_sys (err, errno, "clear the parent-death signal");
  TRY (sync_ask (init->sync, SYNC_READY, 0, NULL, -1, NULL, err));
  close_fd (&init->sync);
  int conn = RETRY_EINTR (accept4 (init->launch->start_socket, NULL, NULL, SOCK_CLOEXEC));
  if (conn < 0)
    return fail_sys (err, errno, "wait for start");
  init->sync = conn;
  init_log_to (conn);
  close_fd (&init->launch->start_socket);
  if (! init->plan->has_process)
    return fail (err, EINVAL, "config.json has no process to start");
  return 0;
}
