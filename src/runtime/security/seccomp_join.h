/* seccomp_join.h - one program from several, each for one architecture.
 *
 * libseccomp can do that itself, but takes time with the square of the program's length: 3 ms for the profile of an
 * engine for one architecture, 30 to 60 ms for the usual three in one go. */
#ifndef SECURITY_SECCOMP_JOIN_H
#define SECURITY_SECCOMP_JOIN_H

#include <linux/filter.h>
#include <stddef.h>
#include <stdint.h>

/* PROG is for system calls FIRST to LAST of ARCH (AUDIT_ARCH_*): x86_64 and x32 share one. */
struct seccomp_part
{
  uint32_t arch, first, last;
  struct sock_fprog prog;
};

/* How many instructions the joined program has. */
size_t seccomp_joined_length (const struct seccomp_part *parts, size_t n);

/* The N parts joined in *RET, the caller's (free filter); what is for none of them kills the thread, as libseccomp
 * has it. Pure. */
void seccomp_join (const struct seccomp_part *parts, size_t n, struct sock_fprog *ret);

#endif
