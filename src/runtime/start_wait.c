/* start_wait.c - `start` answers the process that it let go, until that runs its program. Host namespaces. */
#include <poll.h>
#include <sys/syscall.h>

#include "bundle.h"
#include "log.h"
#include "seccomp_notify.h"
#include "start_socket.h"
#include "sync.h"

/* The agent's address is in the configuration as it was at create. */
static int
pass_listener (const struct container *c, int pidfd, int number, struct error **err)
{
  autodocument struct document d = { 0 };
  autoclose int listener = (int) syscall (SYS_pidfd_getfd, pidfd, number, 0);
  if (listener < 0)
    return fail_sys (err, errno, "take over the seccomp listener");
  TRY (document_read (c->dir_fd, CONFIG_FILE, &oci_config_schema, &d, err));
  const struct oci_config *config = d.object;
  if (! config->linux_ || ! config->linux_->seccomp)
    return fail (err, EPROTO, "a seccomp listener, but no linux.seccomp in config.json");
  const struct plan_seccomp s = {
    .spec = config->linux_->seccomp,
    .listener_path = config->linux_->seccomp->listener_path,
    .listener_metadata = config->linux_->seccomp->listener_metadata,
  };
  pid_t pid = (pid_t) c->state->pid.value;
  struct oci_state state = state_public (c, STATUS_CREATED, pid);
  return seccomp_notify_send (&s, &state, pid, listener, err);
}

static int
answer (const struct container *c, int sock, int pidfd, const struct sync_message *m, bool *going, struct error **err)
{
  if (m->type == SYNC_STAGE)
    {
      *going = m->value == 1;
      return 0;
    }
  if (m->type == SYNC_LOG)
    {
      log_line ((enum log_level) m->value, "%s", m->text);
      return 0;
    }
  if (m->type == SYNC_ERROR)
    return fail (err, m->value > 0 ? (int) m->value : EIO, "%s", m->text);
  if (m->type != SYNC_SECCOMP_FD)
    return fail (err, EPROTO, "the container's process sent %s", sync_name (m->type));
  autoerror struct error *refusal = NULL;
  int r = pass_listener (c, pidfd, (int) m->value, &refusal);
  return sync_send (sock, SYNC_REPLY, -r, r < 0 ? error_text (refusal) : NULL, -1, err);
}

int
start_wait (const struct container *c, int sock, int pidfd, struct error **err)
{
  bool going = false;
  for (;;)
    {
      struct sync_message m;
      struct pollfd p[] = { { .fd = sock, .events = POLLIN }, { .fd = pidfd, .events = POLLIN } };
      if (RETRY_EINTR (poll (p, ARRAY_LEN (p), -1)) < 0)
        return fail_sys (err, errno, "wait for the container's process");
      /* What it still said comes before its end. */
      int r = p[0].revents ? sync_receive (sock, &m, err) : 0;
      if (r < 0)
        return r;
      if (r == 0 && going)
        return 0;
      if (r == 0)
        return fail (err, ESRCH, "the container's process was killed before it could run its program "
                     "(out of memory? see the kernel's log)");
      r = answer (c, sock, pidfd, &m, &going, err);
      close_fd (&m.fd);
      TRY (r);
    }
}
