/* seccomp.c - a filter for linux.seccomp: from the cache, else compiled; and its loading, the last thing before execve.
 * Compiling: in the runtime. Loading: in the container's process. */
#include <linux/seccomp.h>
#include <sys/syscall.h>
#include <sys/utsname.h>

#include "log.h"
#include "mem.h"
#include "ocispec.h"
#include "security/seccomp_cache.h"
#include "security/seccomp_compile.h"
#include "security/security.h"

/* All that decides how a program looks. Flags and listener are not part of the program. */
static char *
cache_key (const struct oci_seccomp *spec)
{
  struct oci_seccomp rules = *spec;
  struct utsname uts;
  rules.flags = (struct oci_strings){ 0 };
  rules.listener_path = rules.listener_metadata = NULL;
  autofree char *json = oci_emit (&oci_seccomp_schema, &rules, NULL);
  autofree char *compiler = seccomp_compiler_identity ();
  if (! json)
    out_of_memory ();
  uname (&uts);
  return mem_printf ("%s %s\n%s %s\n%s", PACKAGE_STRING, PERRY_COMMIT, compiler, uts.release, json);
}

int
seccomp_compile (const struct oci_seccomp *spec, int cache_dir, struct sock_fprog *ret, struct error **err)
{
  if (cache_dir < 0)
    return seccomp_compile_uncached (spec, ret, err);
  autofree char *key = cache_key (spec);
  if (seccomp_cache_get (cache_dir, key, ret) == 0)
    return 0;
  TRY (seccomp_compile_uncached (spec, ret, err));
  autoerror struct error *not_stored = NULL;
  if (seccomp_cache_put (cache_dir, key, ret, &not_stored) < 0)
    log_debug ("seccomp filter not cached: %s", error_text (not_stored));
  return 0;
}

int
seccomp_install (const struct sock_fprog *prog, unsigned flags, int *ret_listener, struct error **err)
{
  bool listener = flags & SECCOMP_FILTER_FLAG_NEW_LISTENER;
  long r = syscall (SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, prog);
  if (r < 0 && errno == EACCES)
    return fail (err, EACCES, "seccomp: loading a filter takes CAP_SYS_ADMIN or process.noNewPrivileges: true");
  if (r < 0 && errno == EBUSY && listener)
    return fail (err, EBUSY, "seccomp: SCMP_ACT_NOTIFY: an outer filter has a listener already");
  if (r < 0)
    return fail_sys (err, errno, "seccomp: load a filter of %u instructions with flags %#x", prog->len, flags);
  if (r > 0 && ! listener)
    return fail (err, ESRCH, "seccomp: thread %ld could not be given the filter", r);
  if (ret_listener)
    *ret_listener = listener ? (int) r : -1;
  return 0;
}
