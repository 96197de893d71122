/* host.c - owns what is found out about the kernel and the user for a plan. Runs in the runtime, in its own
 * namespaces. */
#include "host.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "fs.h"
#include "security/security.h"

#define CAPS_MAX 63
#define UID_MAP_MAX 65536

/* Permitted capabilities of this process. */
static int
permitted (uint64_t *ret, struct error **err)
{
  struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
  struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];
  if (syscall (SYS_capget, &header, data) < 0)
    return fail_sys (err, errno, "capabilities of this process");
  *ret = (uint64_t) data[1].permitted << 32 | data[0].permitted;
  return 0;
}

/* What is in both sets can be given to a process; more than the bounding set cannot be kept over an execve. */
static int
probe_capabilities (struct host *host, struct error **err)
{
  uint64_t bounding = 0, own = 0;
  int n = 0, r;
  for (; n <= CAPS_MAX && (r = prctl (PR_CAPBSET_READ, n, 0, 0, 0)) >= 0; n++)
    if (r > 0)
      bounding |= UINT64_C (1) << n;
  if (n == 0)
    return fail_sys (err, errno, "bounding set of this process");
  TRY (permitted (&own, err));
  host->last_cap = n - 1;
  host->bounding = bounding & own;
  return 0;
}

/* The initial user namespace is the only one whose map is the identity as a whole. Without a procfs to tell, assume
 * it. */
static bool
in_user_namespace (void)
{
  autofree char *map = NULL;
  unsigned long inside, outside, size;
  if (fs_read_kernel (AT_FDCWD, "/proc/self/uid_map", UID_MAP_MAX, &map, NULL) < 0)
    return false;
  return sscanf (map, "%lu %lu %lu", &inside, &outside, &size) != 3 || inside || outside || size != UINT32_MAX;
}

int
host_probe (struct host *host, const char *bundle, struct error **err)
{
  struct host h = { .euid = geteuid (), .egid = getegid (), .bundle = bundle };
  h.rootless = h.euid != 0;
  h.in_userns = in_user_namespace ();
  TRY (probe_capabilities (&h, err));
  h.apparmor = apparmor_enabled ();
  h.selinux = selinux_enabled ();
  *host = h;
  return 0;
}
