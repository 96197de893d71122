/* join_container.c - exec's process gets into the namespaces of a container's first process. Runs in the child, the
 * host's /proc in view until the end. */
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>

#include "init.h"
#include "mem.h"

static pid_t
target_pid (const struct init *init)
{
  return (pid_t) init->launch->state->pid.value;
}

/* PATH below the first process's /proc directory. What was opened is that process's only if it lives afterwards. */
static int
open_of_target (struct init *init, const char *path, int flags, int *ret_fd, struct error **err)
{
  autofree char *full = mem_printf ("/proc/%d/%s", target_pid (init), path);
  autoclose int fd = open (full, flags | O_CLOEXEC);
  if (fd < 0)
    return fail_sys (err, errno, "open %s", full);
  if (syscall (SYS_pidfd_send_signal, init->launch->target, 0, NULL, 0) < 0 && errno == ESRCH)
    return fail (err, ESRCH, "container not running: its first process has ended");
  *ret_fd = TAKE_FD (fd);
  return 0;
}

/* One by one, before kernel 5.8. */
static int
join_by_files (struct init *init, struct error **err)
{
  for (size_t i = 0; i < N_PLAN_NS; i++)
    {
      if (init->plan->ns[i].mode != NS_JOIN)
        continue;
      autofree char *path = mem_printf ("ns/%s", ns_types[i].file);
      TRY (open_of_target (init, path, O_RDONLY, &init->ns_fds[i], err));
    }
  bool user = init->ns_fds[PLAN_USER] >= 0;
  TRY (join_others (init, user, err));
  if (user && setns (init->ns_fds[PLAN_USER], CLONE_NEWUSER) < 0)
    return fail_sys (err, errno, "join the user namespace of the container");
  close_fd (&init->ns_fds[PLAN_USER]);
  return join_others (init, false, err);
}

/* All by one pidfd (kernel 5.8), which the kernel joins in the right order. */
static int
join_namespaces (struct init *init, struct error **err)
{
  int flags = 0;
  for (size_t i = 0; i < N_PLAN_NS; i++)
    if (init->plan->ns[i].mode == NS_JOIN)
      flags |= ns_types[i].flag;
  if (flags == 0 || setns (init->launch->target, flags) == 0)
    return 0;
  if (errno != EINVAL)
    return fail_sys (err, errno, "join the container's namespaces");
  return join_by_files (init, err);
}

int
join_container (struct init *init, struct error **err)
{
  bool own_mounts = init->plan->ns[PLAN_MOUNT].mode == NS_JOIN;
  autoclose int root = -1;
  if (! own_mounts)
    TRY (open_of_target (init, "root", O_PATH | O_DIRECTORY, &root, err));
  TRY (join_namespaces (init, err));
  /* A container in the runtime's mount namespace has its root by chroot alone. */
  if (! own_mounts && (fchdir (root) < 0 || chroot (".") < 0))
    return fail_sys (err, errno, "change to the container's root");
  /* Its processes see the next fork. One with CAP_SYS_PTRACE may look into what is not dumpable too, so that nothing of
   * the host's may be left by then (CVE-2016-9962): no descriptor; root and working directory are the container's by
   * now. */
  close_fd (&root);
  init_close_others (init);
  init->launch->container->root_fd = init->launch->container->dir_fd = -1;
  init->rootfs.root = open ("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (init->rootfs.root < 0)
    return fail_sys (err, errno, "open the container's root");
  return init->plan->ns[PLAN_USER].mode == NS_JOIN ? become_root (init->plan, err) : 0;
}
