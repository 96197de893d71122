/* seccomp_default.c - owns the tables of the default seccomp profile. Pure. */
#include "seccomp_default.h"

#include <sched.h>
#include <sys/personality.h>
#include <sys/socket.h>

#include "bundle_parts.h"

/* What programs do: files, memory, processes, signals, time, sockets. None of these reaches out of a container whose
 * capabilities, namespaces and cgroup are as they should be. */
static const char *const allowed[] = {
  /* files and directories */
  "access", "chdir", "chmod", "chown", "chown32", "close", "close_range", "copy_file_range", "creat", "dup", "dup2",
  "dup3", "faccessat", "faccessat2", "fadvise64", "fadvise64_64", "fallocate", "fanotify_mark", "fchdir", "fchmod",
  "fchmodat", "fchmodat2", "fchown", "fchown32", "fchownat", "fcntl", "fcntl64", "fdatasync", "fgetxattr",
  "flistxattr", "flock", "fremovexattr", "fsetxattr", "fstat", "fstat64", "fstatat64", "fstatfs", "fstatfs64",
  "fsync", "ftruncate", "ftruncate64", "futimesat", "getcwd", "getdents", "getdents64", "getxattr", "getxattrat",
  "inotify_add_watch", "inotify_init", "inotify_init1", "inotify_rm_watch", "ioctl", "lchown", "lchown32",
  "lgetxattr", "link", "linkat", "listxattr", "listxattrat", "llistxattr", "_llseek", "lremovexattr", "lseek",
  "lsetxattr", "lstat", "lstat64", "mkdir", "mkdirat", "mknod", "mknodat", "name_to_handle_at", "newfstatat", "open",
  "openat", "openat2", "pread64", "preadv", "preadv2", "pwrite64", "pwritev", "pwritev2", "read", "readahead",
  "readlink", "readlinkat", "readv", "removexattr", "removexattrat", "rename", "renameat", "renameat2", "rmdir",
  "sendfile", "sendfile64", "setxattr", "setxattrat", "splice", "stat", "stat64", "statfs", "statfs64", "statx",
  "symlink", "symlinkat", "sync", "sync_file_range", "syncfs", "tee", "truncate", "truncate64", "umask", "unlink",
  "unlinkat", "utime", "utimensat", "utimensat_time64", "utimes", "vmsplice", "write", "writev", "file_getattr",
  "file_setattr",
  /* waiting for things */
  "epoll_create", "epoll_create1", "epoll_ctl", "epoll_ctl_old", "epoll_pwait", "epoll_pwait2", "epoll_wait",
  "epoll_wait_old", "eventfd", "eventfd2", "io_cancel", "io_destroy", "io_getevents", "io_pgetevents",
  "io_pgetevents_time64", "io_setup", "io_submit", "_newselect", "pipe", "pipe2", "poll", "ppoll", "ppoll_time64",
  "pselect6", "pselect6_time64", "select", "signalfd", "signalfd4", "timerfd_create", "timerfd_gettime",
  "timerfd_gettime64", "timerfd_settime", "timerfd_settime64",
  /* memory */
  "brk", "cachestat", "get_mempolicy", "madvise", "map_shadow_stack", "mbind", "membarrier", "memfd_create",
  "memfd_secret", "mincore", "mlock", "mlock2", "mlockall", "mmap", "mmap2", "mprotect", "mremap", "mseal", "msync",
  "munlock", "munlockall", "munmap", "pkey_alloc", "pkey_free", "pkey_mprotect", "process_mrelease",
  "remap_file_pages", "set_mempolicy", "set_mempolicy_home_node",
  /* processes, threads, signals */
  "alarm", "arch_prctl", "capget", "capset", "execve", "execveat", "exit", "exit_group", "fork", "futex",
  "futex_requeue", "futex_time64", "futex_wait", "futex_waitv", "futex_wake", "getcpu", "getegid", "getegid32",
  "geteuid", "geteuid32", "getgid", "getgid32", "getgroups", "getgroups32", "getitimer", "getpgid", "getpgrp",
  "getpid", "getppid", "getpriority", "getrandom", "getresgid", "getresgid32", "getresuid", "getresuid32",
  "getrlimit", "get_robust_list", "getrusage", "getsid", "get_thread_area", "gettid", "getuid", "getuid32",
  "ioprio_get", "ioprio_set", "kill", "landlock_add_rule", "landlock_create_ruleset", "landlock_restrict_self",
  "modify_ldt", "pause", "pidfd_getfd", "pidfd_open", "pidfd_send_signal", "prctl", "prlimit64", "process_madvise",
  "process_vm_readv", "process_vm_writev", "ptrace", "restart_syscall", "riscv_flush_icache", "riscv_hwprobe", "rseq",
  "rt_sigaction", "rt_sigpending", "rt_sigprocmask", "rt_sigqueueinfo", "rt_sigreturn", "rt_sigsuspend",
  "rt_sigtimedwait", "rt_sigtimedwait_time64", "rt_tgsigqueueinfo", "sched_getaffinity", "sched_getattr",
  "sched_getparam", "sched_get_priority_max", "sched_get_priority_min", "sched_getscheduler", "sched_rr_get_interval",
  "sched_rr_get_interval_time64", "sched_setaffinity", "sched_setattr", "sched_setparam", "sched_setscheduler",
  "sched_yield", "seccomp", "set_robust_list", "set_thread_area", "set_tid_address", "setfsgid", "setfsgid32",
  "setfsuid", "setfsuid32", "setgid", "setgid32", "setgroups", "setgroups32", "setitimer", "setpgid", "setpriority",
  "setregid", "setregid32", "setresgid", "setresgid32", "setresuid", "setresuid32", "setreuid", "setreuid32",
  "setrlimit", "setsid", "setuid", "setuid32", "sigaltstack", "sigreturn", "swapcontext", "tgkill", "time", "times",
  "tkill", "ugetrlimit", "vfork", "wait4", "waitid", "waitpid", "arm_fadvise64_64", "arm_sync_file_range",
  "breakpoint", "cacheflush", "set_tls", "sync_file_range2",
  /* time */
  "adjtimex", "clock_adjtime", "clock_adjtime64", "clock_getres", "clock_getres_time64", "clock_gettime",
  "clock_gettime64", "clock_nanosleep", "clock_nanosleep_time64", "gettimeofday", "nanosleep", "timer_create",
  "timer_delete", "timer_getoverrun", "timer_gettime", "timer_gettime64", "timer_settime", "timer_settime64",
  /* sockets and System V */
  "accept", "accept4", "bind", "connect", "getpeername", "getsockname", "getsockopt", "ipc", "listen",
  "mq_getsetattr", "mq_notify", "mq_open", "mq_timedreceive", "mq_timedreceive_time64", "mq_timedsend",
  "mq_timedsend_time64", "mq_unlink", "msgctl", "msgget", "msgrcv", "msgsnd", "recv", "recvfrom", "recvmmsg",
  "recvmmsg_time64", "recvmsg", "semctl", "semget", "semop", "semtimedop", "semtimedop_time64", "send", "sendmmsg",
  "sendmsg", "sendto", "setsockopt", "shmat", "shmctl", "shmdt", "shmget", "shutdown", "socketcall", "socketpair",
  /* about the system */
  "sysinfo", "uname",
};

/* Calls that do nothing without a capability, or whose check a kernel has had wrong: they are there with it only. */
static const struct
{
  const char *capability;
  const char *names[24];
} with_capability[] = {
  { "CAP_SYS_ADMIN",
    { "bpf", "clone", "clone3", "fanotify_init", "fsconfig", "fsmount", "fsopen", "fspick", "listmount",
      "lookup_dcookie", "mount", "mount_setattr", "move_mount", "open_tree", "perf_event_open", "quotactl",
      "quotactl_fd", "setdomainname", "sethostname", "setns", "statmount", "umount", "umount2", "unshare" } },
  { "CAP_BPF", { "bpf" } },
  { "CAP_PERFMON", { "perf_event_open" } },
  { "CAP_DAC_READ_SEARCH", { "open_by_handle_at" } },
  { "CAP_SYS_BOOT", { "reboot" } },
  { "CAP_SYS_CHROOT", { "chroot" } },
  { "CAP_SYS_MODULE", { "delete_module", "finit_module", "init_module" } },
  { "CAP_SYS_PACCT", { "acct" } },
  { "CAP_SYS_PTRACE", { "kcmp" } },
  { "CAP_SYS_RAWIO", { "ioperm", "iopl" } },
  { "CAP_SYS_TIME", { "clock_settime", "clock_settime64", "settimeofday", "stime" } },
  { "CAP_SYS_NICE", { "migrate_pages", "move_pages" } },
  { "CAP_SYS_TTY_CONFIG", { "vhangup" } },
  { "CAP_SYSLOG", { "syslog" } },
};

/* Known, and refused without the capability that the table above asks for; keyrings belong to a user id and not to a
 * container. */
static const char *const refused[] = {
  "acct", "add_key", "bpf", "chroot", "clock_settime", "clock_settime64", "delete_module", "fanotify_init",
  "finit_module", "fsconfig", "fsmount", "fsopen", "fspick", "init_module", "io_uring_enter", "io_uring_register",
  "io_uring_setup", "ioperm", "iopl", "kcmp", "kexec_file_load", "kexec_load", "keyctl", "lookup_dcookie",
  "migrate_pages", "mount", "mount_setattr", "move_mount", "move_pages", "nfsservctl", "open_by_handle_at",
  "open_tree", "perf_event_open", "pivot_root", "quotactl", "quotactl_fd", "reboot", "request_key", "setdomainname",
  "sethostname", "setns", "settimeofday", "stime", "swapoff", "swapon", "_sysctl", "sysfs", "syslog", "umount",
  "umount2", "unshare", "uselib", "userfaultfd", "ustat", "vhangup", "vm86", "vm86old",
};

static struct oci_syscall *
add_rule (struct arena *a, struct oci_seccomp *s, const char *action)
{
  struct oci_syscall *rule = LIST_ADD (a, &s->syscalls);
  rule->action = action;
  return rule;
}

static void
add_name (struct arena *a, struct oci_syscall *rule, const char *name)
{
  *LIST_ADD (a, &rule->names) = name;
}

static void
add_argument (struct arena *a, struct oci_syscall *rule, unsigned index, const char *op, uint64_t value, uint64_t other)
{
  *LIST_ADD (a, &rule->args)
    = (struct oci_syscall_arg) { .index = int_is (index), .value = uint_is (value), .value_two = uint_is (other),
                                 .op = op };
}

/* Without CAP_SYS_ADMIN no call makes namespaces: clone's flags can be looked at, those of clone3 lie in memory, and
 * ENOSYS has the C library use clone. */
static void
add_clone (struct arena *a, struct oci_seccomp *s)
{
  enum
  {
    NAMESPACES = CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID
                 | CLONE_NEWNET,
  };
  struct oci_syscall *rule = add_rule (a, s, "SCMP_ACT_ALLOW");
  add_name (a, rule, "clone");
  add_argument (a, rule, 0, "SCMP_CMP_MASKED_EQ", NAMESPACES, 0);
}

/* AF_VSOCK is not of any network namespace. */
static void
add_socket (struct arena *a, struct oci_seccomp *s)
{
  struct oci_syscall *rule = add_rule (a, s, "SCMP_ACT_ALLOW");
  add_name (a, rule, "socket");
  add_argument (a, rule, 0, "SCMP_CMP_NE", AF_VSOCK, 0);
}

/* Only what does not weaken the layout of memory; 0xffffffff asks. */
static void
add_personality (struct arena *a, struct oci_seccomp *s)
{
  static const uint32_t values[] = { PER_LINUX, PER_LINUX32, UNAME26, PER_LINUX32 | UNAME26, UINT32_MAX };
  for (size_t i = 0; i < ARRAY_LEN (values); i++)
    {
      struct oci_syscall *rule = add_rule (a, s, "SCMP_ACT_ALLOW");
      add_name (a, rule, "personality");
      add_argument (a, rule, 0, "SCMP_CMP_EQ", values[i], 0);
    }
}

static bool
is_added (const struct oci_seccomp *s, const char *name)
{
  for (size_t i = 0; i < s->syscalls.n; i++)
    for (size_t k = 0; k < s->syscalls.v[i].names.n; k++)
      if (streq (s->syscalls.v[i].names.v[k], name))
        return true;
  return false;
}

static void
add_architectures (struct arena *a, struct oci_seccomp *s)
{
#if defined __x86_64__
  static const char *const names[] = { "SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32" };
#elif defined __aarch64__
  static const char *const names[] = { "SCMP_ARCH_AARCH64", "SCMP_ARCH_ARM" };
#else
  static const char *const names[] = { "SCMP_ARCH_NATIVE" };
#endif
  for (size_t i = 0; i < ARRAY_LEN (names); i++)
    *LIST_ADD (a, &s->architectures) = names[i];
}

struct oci_seccomp *
seccomp_default (struct arena *a, const struct oci_strings *capabilities)
{
  struct oci_seccomp *s = MAKE (a, struct oci_seccomp);
  s->default_action = "SCMP_ACT_ERRNO";
  s->default_errno_ret = int_is (ENOSYS);
  add_architectures (a, s);
  struct oci_syscall *rule = add_rule (a, s, "SCMP_ACT_ALLOW");
  for (size_t i = 0; i < ARRAY_LEN (allowed); i++)
    add_name (a, rule, allowed[i]);
  for (size_t i = 0; i < ARRAY_LEN (with_capability); i++)
    if (strings_have (capabilities, with_capability[i].capability))
      for (size_t k = 0; k < ARRAY_LEN (with_capability[i].names) && with_capability[i].names[k]; k++)
        if (! is_added (s, with_capability[i].names[k]))
          add_name (a, rule, with_capability[i].names[k]);
  if (! strings_have (capabilities, "CAP_SYS_ADMIN"))
    add_clone (a, s);
  struct oci_syscall *no = add_rule (a, s, "SCMP_ACT_ERRNO");
  no->errno_ret = int_is (EPERM);
  for (size_t i = 0; i < ARRAY_LEN (refused); i++)
    if (! is_added (s, refused[i]))
      add_name (a, no, refused[i]);
  add_socket (a, s);
  add_personality (a, s);
  return s;
}
