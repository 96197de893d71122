/* caps.c - the five capability sets of a process. Runs in the container's process, before and after it changes its
 * user.
 *
 * System calls are made directly: libcap's constructor would ask the kernel half a dozen questions in every command. */
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "log.h"
#include "security/security.h"

/* Newer than some kernels' headers: 5.8, 5.8, 5.9. */
#ifndef CAP_PERFMON
# define CAP_PERFMON 38
#endif
#ifndef CAP_BPF
# define CAP_BPF 39
#endif
#ifndef CAP_CHECKPOINT_RESTORE
# define CAP_CHECKPOINT_RESTORE 40
#endif

#define CAPS(X)                                                                                                        \
  X (CAP_CHOWN) X (CAP_DAC_OVERRIDE) X (CAP_DAC_READ_SEARCH) X (CAP_FOWNER) X (CAP_FSETID) X (CAP_KILL) X (CAP_SETGID) \
  X (CAP_SETUID) X (CAP_SETPCAP) X (CAP_LINUX_IMMUTABLE) X (CAP_NET_BIND_SERVICE) X (CAP_NET_BROADCAST)                \
  X (CAP_NET_ADMIN) X (CAP_NET_RAW) X (CAP_IPC_LOCK) X (CAP_IPC_OWNER) X (CAP_SYS_MODULE) X (CAP_SYS_RAWIO)            \
  X (CAP_SYS_CHROOT) X (CAP_SYS_PTRACE) X (CAP_SYS_PACCT) X (CAP_SYS_ADMIN) X (CAP_SYS_BOOT) X (CAP_SYS_NICE)          \
  X (CAP_SYS_RESOURCE) X (CAP_SYS_TIME) X (CAP_SYS_TTY_CONFIG) X (CAP_MKNOD) X (CAP_LEASE) X (CAP_AUDIT_WRITE)         \
  X (CAP_AUDIT_CONTROL) X (CAP_SETFCAP) X (CAP_MAC_OVERRIDE) X (CAP_MAC_ADMIN) X (CAP_SYSLOG) X (CAP_WAKE_ALARM)       \
  X (CAP_BLOCK_SUSPEND) X (CAP_AUDIT_READ) X (CAP_PERFMON) X (CAP_BPF) X (CAP_CHECKPOINT_RESTORE)

static const char *const names[] = {
#define NAME(cap) [cap] = #cap,
  CAPS (NAME)
#undef NAME
};

int
cap_number (const char *name)
{
  for (size_t i = 0; i < ARRAY_LEN (names); i++)
    if (streq (names[i], name))
      return (int) i;
  return -1;
}

const char *
cap_name (int number)
{
  return number >= 0 && (size_t) number < ARRAY_LEN (names) ? names[number] : "a capability newer than this program";
}

static uint64_t
bit (int cap)
{
  return (uint64_t) 1 << cap;
}

/* ---- bounding ---------------------------------------------------------------------------------------------------- */
int
caps_bound (const struct plan_process *p, int last_cap, struct error **err)
{
  for (int cap = 0; cap <= last_cap && p->caps_set; cap++)
    {
      if (p->caps[CAPS_BOUNDING] & bit (cap) || prctl (PR_CAPBSET_READ, cap, 0, 0, 0) != 1)
        continue;
      if (prctl (PR_CAPBSET_DROP, cap, 0, 0, 0) < 0)
        return fail_sys (err, errno, "process.capabilities.bounding: drop %s", cap_name (cap));
    }
  if (prctl (PR_SET_KEEPCAPS, 1, 0, 0, 0) < 0)
    return fail_sys (err, errno, "process.capabilities: keep them across the change of user");
  return 0;
}

/* ---- the process's own sets -------------------------------------------------------------------------------------- */
static int
get_permitted (uint64_t *ret, uint64_t *ret_inheritable, struct error **err)
{
  struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
  struct __user_cap_data_struct data[2];
  if (syscall (SYS_capget, &head, data) < 0)
    return fail_sys (err, errno, "capget");
  *ret = data[0].permitted | (uint64_t) data[1].permitted << 32;
  *ret_inheritable = data[0].inheritable | (uint64_t) data[1].inheritable << 32;
  return 0;
}

static int
set_caps (uint64_t effective, uint64_t permitted, uint64_t inheritable, struct error **err)
{
  struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
  struct __user_cap_data_struct data[2] = {
    { (uint32_t) effective, (uint32_t) permitted, (uint32_t) inheritable },
    { (uint32_t) (effective >> 32), (uint32_t) (permitted >> 32), (uint32_t) (inheritable >> 32) },
  };
  if (syscall (SYS_capset, &head, data) < 0)
    return fail_sys (err, errno, "process.capabilities: capset");
  return 0;
}

int
caps_raise (struct error **err)
{
  uint64_t permitted = 0, inheritable = 0;
  TRY (get_permitted (&permitted, &inheritable, err));
  return set_caps (permitted, permitted, inheritable, err);
}

/* WANTED without what cannot be had, which the specification wants a warning for. */
static uint64_t
grantable (const char *set, uint64_t wanted, uint64_t available, int last_cap)
{
  uint64_t missing = wanted & ~available;
  for (int cap = 0; cap <= last_cap && missing; cap++)
    if (missing & bit (cap))
      log_warning ("process.capabilities.%s: %s cannot be granted", set, cap_name (cap));
  return wanted & available;
}

static void
raise_ambient (uint64_t wanted, int last_cap)
{
  prctl (PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0); /* EINVAL before kernel 4.3, which has no such set */
  for (int cap = 0; cap <= last_cap; cap++)
    if (wanted & bit (cap) && prctl (PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, cap, 0, 0) < 0)
      log_warning ("process.capabilities.ambient: %s: %s", cap_name (cap),
                   errno == EPERM ? "has to be in permitted and inheritable too" : strerror (errno));
}

int
caps_apply (const struct plan_process *p, int last_cap, struct error **err)
{
  if (prctl (PR_SET_KEEPCAPS, 0, 0, 0, 0) < 0)
    return fail_sys (err, errno, "process.capabilities: PR_SET_KEEPCAPS");
  if (! p->caps_set)
    return 0;
  uint64_t had = 0, had_inheritable = 0;
  TRY (get_permitted (&had, &had_inheritable, err));
  uint64_t permitted = grantable ("permitted", p->caps[CAPS_PERMITTED], had, last_cap);
  uint64_t effective = grantable ("effective", p->caps[CAPS_EFFECTIVE], permitted, last_cap);
  uint64_t inheritable = grantable ("inheritable", p->caps[CAPS_INHERITABLE], had | had_inheritable, last_cap);
  TRY (set_caps (effective, permitted, inheritable, err));
  raise_ambient (p->caps[CAPS_AMBIENT], last_cap);
  return 0;
}
