/* stage_namespaces.c - the process gets into its namespaces. Runs in the child, host mount namespace still in view;
 * joins by descriptors that the runtime opened before.
 *
 * Order (G3, user_namespaces(7)): what may be joined without the user namespace first, then the user namespace,
 * which gives the right to the rest, then what is new, owned by that user namespace. A process cannot change its own
 * pid or time namespace: after those it forks once more, as a sibling, so that the runtime stays its parent. */
#include <fcntl.h>
#include <linux/sched.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "fs.h"
#include "init.h"
#include "sync.h"

#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x00000080
#endif

int
join_others (struct init *init, bool tolerate, struct error **err)
{
  for (size_t i = 0; i < N_PLAN_NS; i++)
    {
      if (init->ns_fds[i] < 0 || i == PLAN_USER)
        continue;
      if (setns (init->ns_fds[i], ns_types[i].flag) == 0)
        close_fd (&init->ns_fds[i]);
      else if (! (tolerate && errno == EPERM))
        return fail_sys (err, errno, "join the %s namespace %s", ns_types[i].name,
                         init->plan->ns[i].path ? init->plan->ns[i].path : "of the container");
    }
  return 0;
}

static int
user_namespace (struct init *init, struct error **err)
{
  const struct plan_ns *ns = &init->plan->ns[PLAN_USER];
  if (ns->mode == NS_HOST)
    return 0;
  if (ns->mode == NS_JOIN)
    {
      if (init->ns_fds[PLAN_USER] >= 0 && setns (init->ns_fds[PLAN_USER], CLONE_NEWUSER) < 0)
        return fail_sys (err, errno, "join the user namespace %s", ns->path);
      close_fd (&init->ns_fds[PLAN_USER]);
      /* Mappings beside a path: the runtime compares them with what there is. */
      if (init->plan->ids.n_uids + init->plan->ids.n_gids)
        TRY (sync_ask (init->sync, SYNC_MAP_IDS, 0, NULL, -1, NULL, err));
      return become_root (init->plan, err);
    }
  if (! (init->made & CLONE_NEWUSER) && unshare (CLONE_NEWUSER) < 0)
    return fail_sys (err, errno, "make a user namespace%s",
                     errno == ENOSPC || errno == EUSERS ? " (see /proc/sys/user/max_user_namespaces)" : "");
  /* The maps belong to whoever may open our /proc/PID: as long as we are not dumpable, only the host's root. */
  prctl (PR_SET_DUMPABLE, 1);
  TRY (sync_ask (init->sync, SYNC_MAP_IDS, 0, NULL, -1, NULL, err));
  prctl (PR_SET_DUMPABLE, 0);
  return become_root (init->plan, err);
}

static int
write_offset (int fd, const char *clock, const struct plan_time_offset *o, struct error **err)
{
  if (! o->set)
    return 0;
  autofree char *line = mem_printf ("%s %lld %u\n", clock, (long long) o->secs, o->nanosecs);
  if (fs_write_all (fd, line, strlen (line)) < 0)
    return fail_sys (err, errno, "linux.timeOffsets.%s: set %lld s", clock, (long long) o->secs);
  return 0;
}

static int
time_namespace (struct init *init, struct error **err)
{
  const struct plan *p = init->plan;
  if (p->ns[PLAN_TIME].mode != NS_NEW)
    return 0;
  if (unshare (CLONE_NEWTIME) < 0)
    return fail_sys (err, errno, "make a time namespace");
  if (! p->monotonic.set && ! p->boottime.set)
    return 0;
  /* In a user namespace our files in /proc are ours only while we are dumpable; nobody of the container sees us yet. */
  prctl (PR_SET_DUMPABLE, 1);
  autoclose int fd = open ("/proc/self/timens_offsets", O_WRONLY | O_CLOEXEC);
  int code = errno;
  prctl (PR_SET_DUMPABLE, 0);
  if (fd < 0)
    return fail_sys (err, code, "open /proc/self/timens_offsets");
  TRY (write_offset (fd, "monotonic", &p->monotonic, err));
  return write_offset (fd, "boottime", &p->boottime, err);
}

/* A new network namespace has nothing but a loopback device, which is down. A socket of any kind takes these ioctls. */
static int
loopback_up (const struct plan *p, struct error **err)
{
  struct ifreq lo = { .ifr_name = "lo" };
  if (p->ns[PLAN_NET].mode != NS_NEW)
    return 0;
  autoclose int fd = socket (AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0 || ioctl (fd, SIOCGIFFLAGS, &lo) < 0)
    return fail_sys (err, errno, "look at the loopback device");
  lo.ifr_flags |= IFF_UP;
  if (ioctl (fd, SIOCSIFFLAGS, &lo) < 0)
    return fail_sys (err, errno, "set the loopback device up");
  return 0;
}

/* Make the rest that is new; *FORK: with what flags to fork into it, -1 for not at all. */
static int
new_namespaces (struct init *init, int *ret_fork, struct error **err)
{
  const struct plan *p = init->plan;
  unsigned left = p->ns_new & ~init->made & ~(unsigned) (CLONE_NEWUSER | CLONE_NEWTIME | CLONE_NEWPID);
  unsigned new_pid = p->ns_new & ~init->made & CLONE_NEWPID;
  if (left && unshare ((int) left) < 0)
    return fail_sys (err, errno, "make new namespaces");
  TRY (loopback_up (p, err));
  TRY (time_namespace (init, err));
  bool fork_needed = new_pid || p->ns[PLAN_PID].mode == NS_JOIN || p->ns[PLAN_TIME].mode != NS_HOST;
  *ret_fork = fork_needed ? (int) new_pid : -1;
  return 0;
}

/* The container's process proper: a sibling of this one, in the pid and time namespaces prepared. This one ends. */
static int
fork_sibling (struct init *init, unsigned flags, struct error **err)
{
  struct clone_args args = { .flags = flags | CLONE_PARENT };
  pid_t pid = (pid_t) syscall (SYS_clone3, &args, sizeof args);
  if (pid < 0 && (errno == ENOSYS || errno == EPERM))
    pid = (pid_t) syscall (SYS_clone, flags | CLONE_PARENT | SIGCHLD, NULL, NULL, NULL, NULL);
  if (pid < 0)
    return fail_sys (err, errno, "fork into the pid namespace%s", errno == EAGAIN ? " (is pids.limit reached?)" : "");
  if (pid > 0)
    _exit (0);
  prctl (PR_SET_PDEATHSIG, SIGKILL);
  return sync_ask (init->sync, SYNC_HELLO, 0, NULL, -1, NULL, err);
}

int
stage_namespaces (struct init *init, struct error **err)
{
  const struct plan *p = init->plan;
  const struct launch *l = init->launch;
  int again = -1;
  /* First of all: with one thread and in the runtime's namespaces, a process may move itself without waiting. */
  if (l->cgroup)
    TRY (cgroup_enter_self (l->cgroup, l->in_cgroup2, err));
  TRY (sync_ask (init->sync, SYNC_HELLO, 0, NULL, -1, NULL, err));
  /* From here on other members of a joined namespace must not look into us (CVE-2016-9962). */
  prctl (PR_SET_DUMPABLE, 0);
  if (init->launch->exec)
    TRY (join_container (init, err));
  else
    {
      TRY (join_others (init, p->ns[PLAN_USER].mode == NS_JOIN, err));
      TRY (user_namespace (init, err));
      TRY (join_others (init, false, err));
    }
  TRY (new_namespaces (init, &again, err));
  return again < 0 ? 0 : fork_sibling (init, (unsigned) again, err);
}
