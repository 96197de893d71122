/* seccomp_compile.h - from linux.seccomp to the kernel's program, without the cache. */
#ifndef SECURITY_SECCOMP_COMPILE_H
#define SECURITY_SECCOMP_COMPILE_H

#include <linux/filter.h>

#include "config.h"
#include "error.h"

/* Compile SPEC: libseccomp's program with seccomp_enosys.h's instructions before it. *RET is the caller's (free
 * filter). -E2BIG when it would be longer than the kernel takes (BPF_MAXINSNS). */
int seccomp_compile_uncached (const struct oci_seccomp *spec, struct sock_fprog *ret, struct error **err);

/* What else than SPEC decides how a program looks: the version of libseccomp and the native architecture, as text. The
 * caller frees it. */
char *seccomp_compiler_identity (void);

#endif
