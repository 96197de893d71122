/* seccomp_enosys.h - "function not implemented" for system calls that are newer than a profile.
 *
 * A profile that forbids by default answers EPERM to system calls that did not exist when it was written; the C library
 * takes that for a refusal, where ENOSYS makes it use the older call (clone3, openat2, faccessat2). */
#ifndef SECURITY_SECCOMP_ENOSYS_H
#define SECURITY_SECCOMP_ENOSYS_H

#include <linux/filter.h>
#include <stddef.h>
#include <stdint.h>

/* System calls of ARCH (AUDIT_ARCH_*) numbered above NEWEST, up to LAST, are newer than the profile. x32 has its own
 * range of x86_64's numbers; ARM's private calls lie above LAST. */
struct seccomp_newest
{
  uint32_t arch, newest, last;
};

/* PROG with instructions before it that answer ENOSYS to what N entries of NEWEST say, in *RET: the caller's (free
 * filter). PROG has to begin by loading, as libseccomp's programs do. Pure. */
void seccomp_prepend_enosys (const struct sock_fprog *prog, const struct seccomp_newest *newest, size_t n,
                             struct sock_fprog *ret);

#endif
