/* seccomp_profile.h - seccomp profiles out of files. */
#ifndef COMPOSE_SECCOMP_PROFILE_H
#define COMPOSE_SECCOMP_PROFILE_H

#include "arena.h"
#include "error.h"
#include "ocispec.h"

/* The N bytes of TEXT, a file called NAME, in docker's format or as linux.seccomp of config.json is: rules that are
 * for other capabilities (CAPABILITIES: the bounding set), architectures or kernels than these are left out. What is
 * returned is A's. */
int seccomp_profile (struct arena *a, const char *name, const char *text, size_t n,
                     const struct oci_strings *capabilities,
                     struct oci_seccomp **ret, struct error **err);

#endif
