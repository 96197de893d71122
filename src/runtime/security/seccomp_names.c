/* seccomp_names.c - tables of the words that config-linux.md#seccomp defines. Data only: any process. */
#include "security/seccomp_names.h"

#include <linux/audit.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <string.h>

/* Newer than some kernels' headers. */
#ifndef SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV
# define SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV (1U << 5)
#endif
#ifndef AUDIT_ARCH_LOONGARCH64
# define AUDIT_ARCH_LOONGARCH64 (258 | __AUDIT_ARCH_64BIT | __AUDIT_ARCH_LE)
#endif

const struct seccomp_word seccomp_actions[] = {
  { "SCMP_ACT_KILL", SECCOMP_RET_KILL_THREAD }, /* what the specification's KILL means */
  { "SCMP_ACT_KILL_THREAD", SECCOMP_RET_KILL_THREAD },
  { "SCMP_ACT_KILL_PROCESS", SECCOMP_RET_KILL_PROCESS },
  { "SCMP_ACT_TRAP", SECCOMP_RET_TRAP },
  { "SCMP_ACT_ERRNO", SECCOMP_RET_ERRNO },
  { "SCMP_ACT_TRACE", SECCOMP_RET_TRACE },
  { "SCMP_ACT_ALLOW", SECCOMP_RET_ALLOW },
  { "SCMP_ACT_LOG", SECCOMP_RET_LOG },
  { "SCMP_ACT_NOTIFY", SECCOMP_RET_USER_NOTIF },
  { NULL, 0 },
};

/* Some are newer than libseccomp 2.5, so that the kernel's names are used; libseccomp says which it can do. */
const struct seccomp_word seccomp_archs[] = {
  { "SCMP_ARCH_X86", AUDIT_ARCH_I386 },
  { "SCMP_ARCH_X86_64", AUDIT_ARCH_X86_64 },
  { "SCMP_ARCH_X32", SCMP_ARCH_X32 },
  { "SCMP_ARCH_ARM", AUDIT_ARCH_ARM },
  { "SCMP_ARCH_AARCH64", AUDIT_ARCH_AARCH64 },
  { "SCMP_ARCH_MIPS", AUDIT_ARCH_MIPS },
  { "SCMP_ARCH_MIPS64", AUDIT_ARCH_MIPS64 },
  { "SCMP_ARCH_MIPS64N32", AUDIT_ARCH_MIPS64N32 },
  { "SCMP_ARCH_MIPSEL", AUDIT_ARCH_MIPSEL },
  { "SCMP_ARCH_MIPSEL64", AUDIT_ARCH_MIPSEL64 },
  { "SCMP_ARCH_MIPSEL64N32", AUDIT_ARCH_MIPSEL64N32 },
  { "SCMP_ARCH_PPC", AUDIT_ARCH_PPC },
  { "SCMP_ARCH_PPC64", AUDIT_ARCH_PPC64 },
  { "SCMP_ARCH_PPC64LE", AUDIT_ARCH_PPC64LE },
  { "SCMP_ARCH_S390", AUDIT_ARCH_S390 },
  { "SCMP_ARCH_S390X", AUDIT_ARCH_S390X },
  { "SCMP_ARCH_PARISC", AUDIT_ARCH_PARISC },
  { "SCMP_ARCH_PARISC64", AUDIT_ARCH_PARISC64 },
  { "SCMP_ARCH_RISCV64", AUDIT_ARCH_RISCV64 },
  { "SCMP_ARCH_LOONGARCH64", AUDIT_ARCH_LOONGARCH64 },
  { "SCMP_ARCH_M68K", AUDIT_ARCH_M68K },
  { "SCMP_ARCH_SH", AUDIT_ARCH_SHEL },  /* libseccomp's SH is little-endian, */
  { "SCMP_ARCH_SHEB", AUDIT_ARCH_SH },  /* the kernel's big-endian */
  { NULL, 0 },
};

const struct seccomp_word seccomp_operators[] = {
  { "SCMP_CMP_NE", SCMP_CMP_NE }, { "SCMP_CMP_LT", SCMP_CMP_LT }, { "SCMP_CMP_LE", SCMP_CMP_LE },
  { "SCMP_CMP_EQ", SCMP_CMP_EQ }, { "SCMP_CMP_GE", SCMP_CMP_GE }, { "SCMP_CMP_GT", SCMP_CMP_GT },
  { "SCMP_CMP_MASKED_EQ", SCMP_CMP_MASKED_EQ },
  { NULL, 0 },
};

const struct seccomp_word seccomp_flags[] = {
  { "SECCOMP_FILTER_FLAG_TSYNC", SECCOMP_FILTER_FLAG_TSYNC },
  { "SECCOMP_FILTER_FLAG_LOG", SECCOMP_FILTER_FLAG_LOG },
  { "SECCOMP_FILTER_FLAG_SPEC_ALLOW", SECCOMP_FILTER_FLAG_SPEC_ALLOW },
  { "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV", SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV },
  { NULL, 0 },
};

bool
seccomp_word (const struct seccomp_word *table, const char *name, uint32_t *ret)
{
  for (; table->name; table++)
    if (strcmp (table->name, name) == 0)
      {
        *ret = table->value;
        return true;
      }
  return false;
}

bool
seccomp_action_takes_errno (uint32_t action)
{
  return action == SECCOMP_RET_ERRNO || action == SECCOMP_RET_TRACE;
}
