/* launch.c - clones the container's process and serves its requests. The runtime's side: host namespaces, full
 * privileges; what each request may make the runtime do is in serve.c.
 *
 * One clone3 gives the child most of its new namespaces. Where a namespace is joined first or a time namespace is
 * wanted, the child does it step by step and forks again (stage_namespaces.c). */
#include "launch.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <linux/nsfs.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <sys/wait.h>

#include "init/init.h"
#include "join_check.h"
#include "log.h"

/* The namespace at PATH, checked to be one of FLAG's type before anybody joins it. */
static int
open_namespace (const struct ns_type *type, const char *path, int *ret_fd, struct error **err)
{
  struct statfs fs;
  autoclose int fd = open (path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
  if (fd < 0)
    return fail_sys (err, errno, "linux.namespaces: open the %s namespace %s", type->name, path);
  if (fstatfs (fd, &fs) < 0 || fs.f_type != NSFS_MAGIC)
    return fail (err, EINVAL, "linux.namespaces: %s is not a namespace", path);
  int found = ioctl (fd, NS_GET_NSTYPE);
  if (found >= 0 && found != type->flag)
    for (size_t i = 0; i < N_PLAN_NS; i++)
      if (ns_types[i].flag == found)
        return fail (err, EINVAL, "linux.namespaces: %s is a %s namespace, not a %s namespace", path, ns_types[i].name,
                     type->name);
  *ret_fd = TAKE_FD (fd);
  return 0;
}

static int
open_namespaces (const struct plan *p, int *fds, struct error **err)
{
  for (size_t i = 0; i < N_PLAN_NS; i++)
    if (p->ns[i].mode == NS_JOIN && p->ns[i].path)
      TRY (open_namespace (&ns_types[i], p->ns[i].path, &fds[i], err));
  return join_check_private (p, fds, err);
}

/* What clone3 can give at once. Not a cgroup namespace (it has to be made from inside the cgroup) nor a time namespace
 * (its offsets are set before anybody is in it); and with namespaces to join nothing but what joining does not upset:
 * a new user namespace would lose the right to join the others. */
static unsigned
clone_flags (const struct plan *p)
{
  unsigned flags = p->ns_new & ~(unsigned) (CLONE_NEWCGROUP | CLONE_NEWTIME);
  bool joins = false;
  for (size_t i = 0; i < N_PLAN_NS; i++)
    joins |= p->ns[i].mode == NS_JOIN;
  if (joins && flags & CLONE_NEWUSER)
    return 0;
  if (p->ns[PLAN_USER].mode == NS_JOIN || p->ns[PLAN_PID].mode == NS_JOIN || p->ns[PLAN_TIME].mode != NS_HOST)
    return 0;
  return flags;
}

static pid_t
clone_child (struct launch *l, unsigned flags, int *pidfd)
{
  struct clone_args args = {
    .flags = flags | CLONE_PIDFD,
    .pidfd = (uintptr_t) pidfd,
    .exit_signal = SIGCHLD,
  };
  if (l->cgroup && l->cgroup->join_fd >= 0)
    {
      struct clone_args into = args;
      into.flags |= CLONE_INTO_CGROUP;
      into.cgroup = (uint64_t) l->cgroup->join_fd;
      l->in_cgroup2 = true;
      pid_t pid = (pid_t) syscall (SYS_clone3, &into, sizeof into);
      if (pid >= 0)
        return pid;
      l->in_cgroup2 = false;
      /* EBUSY: the cgroup has controllers enabled for children; others: an old kernel or an outer filter. */
    }
  pid_t pid = (pid_t) syscall (SYS_clone3, &args, sizeof args);
  if (pid < 0 && (errno == ENOSYS || errno == EPERM))
    pid = (pid_t) syscall (SYS_clone, flags | CLONE_PIDFD | SIGCHLD, NULL, pidfd, NULL, NULL);
  return pid;
}

static int
start_child (struct launch *l, struct error **err)
{
  struct init init = {
    .plan = l->plan,
    .launch = l,
    .proc = -1,
    .slave = -1,
    .rootfs = { .plan = l->plan,
                .root = -1,
                .in_userns = l->plan->ns[PLAN_USER].mode != NS_HOST || l->plan->host->in_userns },
  };
  autoclose int child_sock = -1;
  int r = 0;
  for (size_t i = 0; i < N_PLAN_NS; i++)
    init.ns_fds[i] = -1;
  TRY (sync_pair (&l->sock, &child_sock, err));
  if (! l->exec)
    r = open_namespaces (l->plan, init.ns_fds, err);
  init.made = l->exec ? 0 : clone_flags (l->plan);
  init.sync = init.rootfs.sync = child_sock;
  fflush (NULL);
  if (r == 0)
    l->child = clone_child (l, init.made, &l->pidfd);
  if (r == 0 && l->child == 0)
    init_main (&init);
  if (r == 0 && l->child < 0)
    r = fail_sys (err, errno, "make the container's process");
  for (size_t i = 0; i < N_PLAN_NS; i++)
    close_fd (&init.ns_fds[i]);
  l->pid = l->child;
  return r;
}

/* How the child ended, when it ended without a word. */
static int
died_silently (struct launch *l, struct error **err)
{
  int status = 0;
  pid_t pid = l->pid;
  l->pid = l->child = 0;
  uint64_t kills = l->cgroup ? cgroup_oom_kills (l->cgroup) : 0;
  if (RETRY_EINTR (waitpid (pid, &status, 0)) < 0)
    status = 0;
  if (kills && l->exec)
    return fail (err, ENOMEM, "%s: the process was killed (possibly OOM-killed)", l->stage);
  if (kills)
    return fail (err, ENOMEM, "container init was OOM-killed (memory limit too low?)");
  if (WIFSIGNALED (status))
    return fail (err, ECHILD, "%s: the container's process was killed by signal %d", l->stage, WTERMSIG (status));
  return fail (err, ECHILD, "%s: the container's process ended with status %d", l->stage, WEXITSTATUS (status));
}

/* Answer until READY (0), or to the end: end of file after the last stage is success. */
static int
serve (struct launch *l, bool to_the_end, struct error **err)
{
  struct sync_message m;
  for (;;)
    {
      int r = sync_receive (l->sock, &m, err);
      if (r < 0)
        return r;
      if (r == 0)
        return l->going ? 0 : died_silently (l, err);
      r = serve_request (l, &m, err);
      close_fd (&m.fd);
      if (r < 0 || (r == 0 && ! to_the_end))
        return r;
    }
}

int
launch (struct launch *l, struct error **err)
{
  TRY (start_child (l, err));
  int r = serve (l, false, err);
  if (r < 0)
    launch_abort (l);
  return r;
}

int
launch_finish (struct launch *l, struct error **err)
{
  return serve (l, true, err);
}

void
launch_abort (struct launch *l)
{
  if (l->pid > 0)
    kill (l->pid, SIGKILL);
  if (l->child > 0 && l->child != l->pid)
    kill (l->child, SIGKILL);
  if (l->pid > 0)
    RETRY_EINTR (waitpid (l->pid, NULL, 0));
  if (l->child > 0 && l->child != l->pid)
    RETRY_EINTR (waitpid (l->child, NULL, 0));
  l->pid = l->child = 0;
}

void
launch_close (struct launch *l)
{
  close_fd (&l->sock);
  close_fd (&l->pidfd);
  close_fd (&l->master);
  close_fd (&l->start_socket);
  close_fd (&l->target);
  free (l->intel_rdt_path);
  l->intel_rdt_path = NULL;
  free (l->filter.filter);
  l->filter = (struct sock_fprog) { 0 };
}
