/* seccomp_notify.c - the message to the seccomp agent. Runs in the runtime: the process under the filter could be
 * stopped at the very calls that this takes, with nobody to answer. */
#include "seccomp_notify.h"

#include "handover.h"
#include "mem.h"
#include "ocispec.h"

int
seccomp_notify_send (const struct plan_seccomp *s, const struct oci_state *state, pid_t pid, int listener,
                     struct error **err)
{
  const char *fds[] = { "seccompFd" };
  struct oci_state copy = *state;
  struct oci_container_process_state message = {
    .oci_version = OCI_SPEC_VERSION,
    .fds = { .n = ARRAY_LEN (fds), .v = fds, .set = true },
    .pid = { .value = pid, .set = true },
    .metadata = s->listener_metadata,
    .state = &copy,
  };
  autofree char *text = oci_emit (&oci_container_process_state_schema, &message, NULL);
  if (! text)
    out_of_memory ();
  TRY_DOING (err, socket_send_fd (s->listener_path, text, listener, err), "linux.seccomp.listenerPath");
  return 0;
}
