/* host.h - what this kernel, this user and this place in the system can do: the only input of a plan besides the
 * specification. Found once per command; a plan's tests make their own. Runs in the runtime's own namespaces. */
#ifndef RUNTIME_HOST_H
#define RUNTIME_HOST_H

#include <sys/types.h>

#include "error.h"

struct host
{
  uid_t euid;
  gid_t egid;
  bool rootless;         /* euid is not 0: a user namespace is needed for everything */
  bool in_userns;        /* not the initial user namespace (root there is somebody else outside) */
  uint64_t bounding;     /* capabilities that may be handed on: bit N is capability N */
  int last_cap;          /* the kernel's newest capability */
  bool apparmor, selinux; /* enabled in this kernel */
  const char *bundle;    /* absolute */
};

/* Look around. BUNDLE is kept, not copied. */
int host_probe (struct host *host, const char *bundle, struct error **err);

#endif
