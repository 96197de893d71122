/* tables.c - owns the tables of tables.h. Calls nothing but strcmp; runs anywhere. */
#include "tables.h"

#include <linux/audit.h>
#include <linux/elf-em.h>
#include <linux/ioprio.h>
#include <linux/mempolicy.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/personality.h>
#include <sys/resource.h>

#define R(name) { #name, name }

const struct name_value rlimit_names[] = {
  R (RLIMIT_AS),      R (RLIMIT_CORE),   R (RLIMIT_CPU),     R (RLIMIT_DATA),       R (RLIMIT_FSIZE),  R (RLIMIT_LOCKS),
  R (RLIMIT_MEMLOCK), R (RLIMIT_MSGQUEUE), R (RLIMIT_NICE),  R (RLIMIT_NOFILE),     R (RLIMIT_NPROC),  R (RLIMIT_RSS),
  R (RLIMIT_RTPRIO),  R (RLIMIT_RTTIME), R (RLIMIT_SIGPENDING), R (RLIMIT_STACK),   { 0 },
};

const struct name_value scheduler_policies[] = {
  R (SCHED_OTHER), R (SCHED_FIFO), R (SCHED_RR), R (SCHED_BATCH), R (SCHED_ISO), R (SCHED_IDLE),
  R (SCHED_DEADLINE), { 0 },
};

/* <linux/sched.h>, which does not go together with <sched.h>. */
const struct name_value scheduler_flags[] = {
  { "SCHED_FLAG_RESET_ON_FORK", 0x01 },  { "SCHED_FLAG_RECLAIM", 0x02 },        { "SCHED_FLAG_DL_OVERRUN", 0x04 },
  { "SCHED_FLAG_KEEP_POLICY", 0x08 },    { "SCHED_FLAG_KEEP_PARAMS", 0x10 },    { "SCHED_FLAG_UTIL_CLAMP_MIN", 0x20 },
  { "SCHED_FLAG_UTIL_CLAMP_MAX", 0x40 }, { 0 },
};

const struct name_value io_priority_classes[] = {
  R (IOPRIO_CLASS_RT), R (IOPRIO_CLASS_BE), R (IOPRIO_CLASS_IDLE), { 0 },
};

/* MPOL_WEIGHTED_INTERLEAVE is of Linux 6.9. */
#define WEIGHTED_INTERLEAVE 6
const struct name_value memory_policy_modes[] = {
  R (MPOL_DEFAULT), R (MPOL_PREFERRED),      R (MPOL_BIND), R (MPOL_INTERLEAVE),
  R (MPOL_LOCAL),   R (MPOL_PREFERRED_MANY), { "MPOL_WEIGHTED_INTERLEAVE", WEIGHTED_INTERLEAVE }, { 0 },
};

const struct name_value memory_policy_flags[] = {
  R (MPOL_F_NUMA_BALANCING), R (MPOL_F_RELATIVE_NODES), R (MPOL_F_STATIC_NODES), { 0 },
};

const struct name_value personality_domains[] = { { "LINUX", PER_LINUX }, { "LINUX32", PER_LINUX32 }, { 0 } };

const struct name_value propagation_names[N_PROPAGATION_NAMES + 1] = {
  { "private", MS_PRIVATE },       { "rprivate", MS_PRIVATE | MS_REC },
  { "shared", MS_SHARED },         { "rshared", MS_SHARED | MS_REC },
  { "slave", MS_SLAVE },           { "rslave", MS_SLAVE | MS_REC },
  { "unbindable", MS_UNBINDABLE }, { "runbindable", MS_UNBINDABLE | MS_REC },
  { 0 },
};

const struct name_value seccomp_actions[] = {
  { "SCMP_ACT_KILL", SECCOMP_RET_KILL_THREAD },
  { "SCMP_ACT_KILL_PROCESS", SECCOMP_RET_KILL_PROCESS },
  { "SCMP_ACT_KILL_THREAD", SECCOMP_RET_KILL_THREAD },
  { "SCMP_ACT_TRAP", SECCOMP_RET_TRAP },
  { "SCMP_ACT_ERRNO", SECCOMP_RET_ERRNO },
  { "SCMP_ACT_TRACE", SECCOMP_RET_TRACE },
  { "SCMP_ACT_ALLOW", SECCOMP_RET_ALLOW },
  { "SCMP_ACT_LOG", SECCOMP_RET_LOG },
  { "SCMP_ACT_NOTIFY", SECCOMP_RET_USER_NOTIF },
  { 0 },
};

const struct name_value seccomp_operators[] = {
  { "SCMP_CMP_NE", 1 }, { "SCMP_CMP_LT", 2 }, { "SCMP_CMP_LE", 3 },        { "SCMP_CMP_EQ", 4 },
  { "SCMP_CMP_GE", 5 }, { "SCMP_CMP_GT", 6 }, { "SCMP_CMP_MASKED_EQ", 7 }, { 0 },
};

/* SH: what libseccomp calls SH is the little-endian one. */
const struct name_value seccomp_arches[] = {
  { "SCMP_ARCH_X86", AUDIT_ARCH_I386 },
  { "SCMP_ARCH_X86_64", AUDIT_ARCH_X86_64 },
  { "SCMP_ARCH_X32", EM_X86_64 | __AUDIT_ARCH_LE },
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
  { "SCMP_ARCH_SH", AUDIT_ARCH_SHEL },
  { "SCMP_ARCH_SHEB", AUDIT_ARCH_SH },
  { 0 },
};

const struct name_value seccomp_flags[] = {
  R (SECCOMP_FILTER_FLAG_TSYNC),
  R (SECCOMP_FILTER_FLAG_LOG),
  R (SECCOMP_FILTER_FLAG_SPEC_ALLOW),
  R (SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV),
  { 0 },
};

bool
name_value_find (const struct name_value *table, const char *name, uint64_t *ret)
{
  for (; table->name; table++)
    if (strcmp (table->name, name) == 0)
      {
        *ret = table->value;
        return true;
      }
  return false;
}
