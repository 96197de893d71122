/* seccomp_names.h - the words of linux.seccomp and the kernel's numbers for them: the one list for the checks of the
 * plan, the compiler, and `features`. Tables end with a NULL name. */
#ifndef SECURITY_SECCOMP_NAMES_H
#define SECURITY_SECCOMP_NAMES_H

#include <stdbool.h>
#include <stdint.h>

struct seccomp_word
{
  const char *name;
  uint32_t value;
};

/* SCMP_ACT_*: SECCOMP_RET_*, without the errno. */
extern const struct seccomp_word seccomp_actions[];
/* SCMP_ARCH_*: as libseccomp numbers them, which is AUDIT_ARCH_* but for x32. */
extern const struct seccomp_word seccomp_archs[];
/* SCMP_CMP_*: enum scmp_compare. */
extern const struct seccomp_word seccomp_operators[];
/* SECCOMP_FILTER_FLAG_*. */
extern const struct seccomp_word seccomp_flags[];

/* The number of NAME in *RET; false if TABLE does not have it. */
bool seccomp_word (const struct seccomp_word *table, const char *name, uint32_t *ret);

/* ACTION's low 16 bits are an errno (ERRNO) or a message to the tracer (TRACE). */
bool seccomp_action_takes_errno (uint32_t action);

#endif
