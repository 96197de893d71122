/* seccomp_default.h - the default seccomp profile. */
#ifndef COMPOSE_SECCOMP_DEFAULT_H
#define COMPOSE_SECCOMP_DEFAULT_H

#include "arena.h"
#include "ocispec.h"

/* The profile for a process whose bounding set is CAPABILITIES ("CAP_…"): calls that need one of them are there with
 * it only. What is not known fails with ENOSYS, so that programs fall back to older calls; what is known and refused,
 * with EPERM. */
struct oci_seccomp *seccomp_default (struct arena *a, const struct oci_strings *capabilities);

#endif
