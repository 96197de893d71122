/* seccomp_cache.h - compiled filters kept in ROOT/.cache/seccomp, a file each.
 * A file is found by a hash of its key but used only when the whole key in it is equal. */
#ifndef SECURITY_SECCOMP_CACHE_H
#define SECURITY_SECCOMP_CACHE_H

#include <linux/filter.h>

#include "error.h"

/* The program stored under KEY in *RET (the caller's; free filter): 0, or a negative errno when there is none that
 * can be trusted: then it is to be compiled. */
int seccomp_cache_get (int dir, const char *key, struct sock_fprog *ret);

/* Store PROG under KEY, and see to it that there are not too many files. */
int seccomp_cache_put (int dir, const char *key, const struct sock_fprog *prog, struct error **err);

#endif
