/* tables.h - the names that config.json uses for the kernel's numbers, each list once: plan_*.c checks and translates
 * by them, security/seccomp.c builds filters by them, `features` prints them. Constant data; runs anywhere. */
#ifndef RUNTIME_TABLES_H
#define RUNTIME_TABLES_H

#include <stdbool.h>
#include <stdint.h>

struct name_value
{
  const char *name; /* NULL ends a table */
  uint64_t value;
};

extern const struct name_value rlimit_names[];         /* RLIMIT_* */
extern const struct name_value scheduler_policies[];   /* SCHED_* */
extern const struct name_value scheduler_flags[];      /* SCHED_FLAG_* */
extern const struct name_value io_priority_classes[];  /* IOPRIO_CLASS_* */
extern const struct name_value memory_policy_modes[];  /* MPOL_* */
extern const struct name_value memory_policy_flags[];  /* MPOL_F_* */
extern const struct name_value personality_domains[];  /* PER_* */
extern const struct name_value propagation_names[];    /* MS_PRIVATE, MS_PRIVATE | MS_REC, ... */
extern const struct name_value seccomp_actions[];      /* SECCOMP_RET_*, data bits zero */
extern const struct name_value seccomp_operators[];    /* libseccomp's enum scmp_compare */
extern const struct name_value seccomp_arches[];       /* libseccomp's tokens (AUDIT_ARCH_*); it may know fewer */
extern const struct name_value seccomp_flags[];        /* SECCOMP_FILTER_FLAG_* */

#define N_PROPAGATION_NAMES 8

/* The value of NAME in *RET; false if TABLE has no such name. */
bool name_value_find (const struct name_value *table, const char *name, uint64_t *ret);

#endif
