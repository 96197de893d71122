/* sandbox.c - Landlock, seccomp and capabilities of the unpacker. Runs once, before the first byte of a layer is read.
 * */
#include "sandbox.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <linux/landlock.h>
#include <seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

enum
{
  /* Before version 2 a hard link to another directory is forbidden. */
  LANDLOCK_REFER_ABI = 2,
  LANDLOCK_TRUNCATE_ABI = 3,
  LANDLOCK_TCP_ABI = 4,
};

/* struct landlock_ruleset_attr and rights of Linux 6.7, which older headers do not have. */
struct ruleset
{
  uint64_t files, tcp;
};
static const uint64_t tcp_all = 3, right_truncate = UINT64_C (1) << 14;

static int
restrict_files (int target, struct error **err)
{
  long abi = syscall (SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
  if (abi < LANDLOCK_REFER_ABI)
    return 0;
  uint64_t all = (LANDLOCK_ACCESS_FS_REFER << 1) - 1;
  struct ruleset rules = { .files = abi >= LANDLOCK_TRUNCATE_ABI ? all | right_truncate : all,
                           .tcp = abi >= LANDLOCK_TCP_ABI ? tcp_all : 0 };
  size_t size = abi >= LANDLOCK_TCP_ABI ? sizeof rules : sizeof rules.files;
  struct landlock_path_beneath_attr beneath = { .allowed_access = rules.files, .parent_fd = target };
  autoclose int fd = (int) syscall (SYS_landlock_create_ruleset, &rules, size, 0);
  if (fd < 0 || syscall (SYS_landlock_add_rule, fd, LANDLOCK_RULE_PATH_BENEATH, &beneath, 0) < 0
      || syscall (SYS_landlock_restrict_self, fd, 0) < 0)
    return fail_sys (err, errno, "Landlock");
  return 0;
}

static const int denied[] = {
  /* other programs and processes */
  SCMP_SYS (execve), SCMP_SYS (execveat), SCMP_SYS (ptrace), SCMP_SYS (process_vm_readv),
  SCMP_SYS (process_vm_writev), SCMP_SYS (process_madvise), SCMP_SYS (kcmp), SCMP_SYS (kill), SCMP_SYS (tkill),
  SCMP_SYS (rt_sigqueueinfo), SCMP_SYS (rt_tgsigqueueinfo), SCMP_SYS (pidfd_open), SCMP_SYS (pidfd_getfd),
  SCMP_SYS (pidfd_send_signal), SCMP_SYS (setns), SCMP_SYS (unshare), SCMP_SYS (perf_event_open),
  SCMP_SYS (setpriority), SCMP_SYS (ioprio_set), SCMP_SYS (sched_setscheduler), SCMP_SYS (sched_setparam),
  SCMP_SYS (sched_setattr), SCMP_SYS (sched_setaffinity), SCMP_SYS (migrate_pages), SCMP_SYS (move_pages),
  /* the network, and programs that listen */
  SCMP_SYS (socket), SCMP_SYS (socketpair), SCMP_SYS (connect), SCMP_SYS (io_uring_setup),
  /* files elsewhere, and whatever takes a path of several components and follows links */
  SCMP_SYS (mount), SCMP_SYS (umount2), SCMP_SYS (pivot_root), SCMP_SYS (chroot), SCMP_SYS (fsopen),
  SCMP_SYS (fsmount), SCMP_SYS (move_mount), SCMP_SYS (open_tree), SCMP_SYS (mount_setattr),
  SCMP_SYS (open_by_handle_at), SCMP_SYS (quotactl), SCMP_SYS (chmod), SCMP_SYS (chown), SCMP_SYS (lchown),
  SCMP_SYS (setxattr), SCMP_SYS (lsetxattr), SCMP_SYS (truncate),
  /* the kernel */
  SCMP_SYS (bpf), SCMP_SYS (userfaultfd), SCMP_SYS (keyctl), SCMP_SYS (add_key), SCMP_SYS (request_key),
  SCMP_SYS (init_module), SCMP_SYS (finit_module), SCMP_SYS (delete_module), SCMP_SYS (kexec_load),
  SCMP_SYS (kexec_file_load), SCMP_SYS (reboot), SCMP_SYS (swapon), SCMP_SYS (swapoff), SCMP_SYS (sethostname),
  SCMP_SYS (setdomainname), SCMP_SYS (syslog), SCMP_SYS (acct), SCMP_SYS (iopl), SCMP_SYS (ioperm),
  SCMP_SYS (personality),
};

static int
deny (scmp_filter_ctx filter)
{
  /* What is needed for ourselves. Its user id lets the unpacker signal all of root's processes, without CAP_KILL;
   * abort() is a signal to oneself. The kernel looks at 32 bits of fcntl's command. */
  const struct
  {
    int call;
    struct scmp_arg_cmp when;
  } denied_when[] = {
    { SCMP_SYS (tgkill), SCMP_A0 (SCMP_CMP_NE, (scmp_datum_t) getpid ()) },
    { SCMP_SYS (prlimit64), SCMP_A0 (SCMP_CMP_NE, 0) },
    { SCMP_SYS (fcntl), SCMP_A1 (SCMP_CMP_MASKED_EQ, UINT32_MAX, F_SETOWN) },
    { SCMP_SYS (fcntl), SCMP_A1 (SCMP_CMP_MASKED_EQ, UINT32_MAX, F_SETOWN_EX) },
  };
  for (size_t i = 0; i < ARRAY_LEN (denied); i++)
    TRY (seccomp_rule_add (filter, SCMP_ACT_ERRNO (EPERM), denied[i], 0));
  for (size_t i = 0; i < ARRAY_LEN (denied_when); i++)
    TRY (seccomp_rule_add_array (filter, SCMP_ACT_ERRNO (EPERM), denied_when[i].call, 1, &denied_when[i].when));
  return 0;
}

static int
restrict_calls (struct error **err)
{
  scmp_filter_ctx filter = seccomp_init (SCMP_ACT_ALLOW);
  int r = filter ? deny (filter) : -ENOMEM;
  if (r == 0)
    r = seccomp_load (filter);
  seccomp_release (filter);
  return r < 0 ? fail_sys (err, -r, "seccomp") : 0;
}

#define BIT(cap) (UINT64_C (1) << (cap))

static int
drop_capabilities (bool userxattr, struct error **err)
{
  uint64_t keep = BIT (CAP_CHOWN) | BIT (CAP_DAC_OVERRIDE) | BIT (CAP_FOWNER) | BIT (CAP_FSETID) | BIT (CAP_MKNOD)
                  | BIT (CAP_SETFCAP) | (userxattr ? 0 : BIT (CAP_SYS_ADMIN));
  struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
  struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];
  if (syscall (SYS_capget, &head, data) < 0)
    return fail_sys (err, errno, "capget");
  for (size_t i = 0; i < ARRAY_LEN (data); i++)
    {
      data[i].permitted &= (uint32_t) (keep >> (32 * i));
      data[i].effective = data[i].permitted;
      data[i].inheritable = 0;
    }
  if (syscall (SYS_capset, &head, data) < 0)
    return fail_sys (err, errno, "capset");
  return 0;
}

int
sandbox_enter (int target, bool userxattr, struct error **err)
{
  if (prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
    return fail_sys (err, errno, "no_new_privs");
  TRY (restrict_files (target, err));
  TRY (restrict_calls (err));
  return drop_capabilities (userxattr, err);
}
