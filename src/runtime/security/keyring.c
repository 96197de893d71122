/* keyring.c - a session keyring of the container's own, so that it doesn't see the caller's keys. Runs in the
 * container's process, after its user namespace is there and before it changes its user. */
#include <linux/keyctl.h>
#include <sys/syscall.h>

#include "log.h"
#include "mem.h"
#include "security/security.h"

/* keyutils.h's KEY_USR_SEARCH. Exec joins by name, as the same user, and the kernel wants the search permission for it;
 * a new session keyring gives that to its possessor only. */
#define USER_SEARCH 0x00080000U

static int
allow_search (long ring, struct error **err)
{
  char description[512];
  unsigned permissions;
  long n = syscall (SYS_keyctl, KEYCTL_DESCRIBE, ring, description, sizeof description - 1);
  if (n < 0)
    return fail_sys (err, errno, "describe the session keyring");
  description[(size_t) n < sizeof description ? (size_t) n : sizeof description - 1] = '\0';
  /* "keyring;uid;gid;permissions;name" */
  if (sscanf (description, "%*[^;];%*d;%*d;%x", &permissions) != 1)
    return fail (err, EPROTO, "the kernel describes the session keyring as \"%s\"", description);
  if (syscall (SYS_keyctl, KEYCTL_SETPERM, ring, permissions | USER_SEARCH) < 0)
    return fail_sys (err, errno, "set the session keyring's permissions");
  return 0;
}

int
keyring_join (const char *id, bool make, struct error **err)
{
  autofree char *name = mem_printf ("_ses.%s", id);
  long ring = syscall (SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, name);
  if (ring < 0 && (errno == ENOSYS || errno == EPERM))
    {
      /* A kernel without keys, or the filter of a container that we're in. */
      log_debug ("no session keyring: %s", strerror (errno));
      return 0;
    }
  if (ring < 0 && errno == EDQUOT)
    return fail_sys (err, EDQUOT, "session keyring: see /proc/sys/kernel/keys, or use --no-new-keyring");
  if (ring < 0)
    return fail_sys (err, errno, "session keyring %s", name);
  return make ? allow_search (ring, err) : 0;
}
