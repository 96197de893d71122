/* identity.c - who the process is: groups, gid, uid. Runs in the child, by the system calls themselves: glibc's
 * functions make all threads follow, by a list of them that is not true of a process made by a bare clone3. */
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "fs.h"
#include "init.h"

static int
set_ids (uid_t uid, gid_t gid, struct error **err)
{
  if (syscall (SYS_setresgid, gid, gid, gid) < 0)
    return fail_sys (err, errno, errno == EINVAL ? "cannot setgid to unmapped gid %u in user namespace" : "setgid %u",
                     gid);
  if (syscall (SYS_setresuid, uid, uid, uid) < 0)
    return fail_sys (err, errno, errno == EINVAL ? "cannot setuid to unmapped uid %u in user namespace" : "setuid %u",
                     uid);
  return 0;
}

int
become_root (const struct plan *plan, struct error **err)
{
  /* The group list of the caller means nothing in here, unless it is to be kept; setgroups may be denied to us, then it
   * stays (D16). */
  if (! plan->process.keep_groups && syscall (SYS_setgroups, 0, NULL) < 0 && errno != EPERM)
    return fail_sys (err, errno, "drop supplementary groups");
  TRY (set_ids (0, 0, err));
  /* A change of ids clears the one and makes the other what fs.suid_dumpable says (prctl(2)). */
  prctl (PR_SET_PDEATHSIG, SIGKILL);
  prctl (PR_SET_DUMPABLE, 0);
  return 0;
}

/* 1 if setgroups(2) is to be left alone: denied for this user namespace (user_namespaces(7)). */
static bool
setgroups_denied (void)
{
  autofree char *text = NULL;
  return fs_read_kernel (AT_FDCWD, "/proc/self/setgroups", 64, &text, NULL) == 0 && after_prefix (text, "deny");
}

int
set_identity (const struct plan *plan, struct error **err)
{
  const struct plan_process *p = &plan->process;
  if (! p->keep_groups && syscall (SYS_setgroups, p->n_groups, p->groups) < 0)
    {
      int code = errno;
      if (code != EPERM || ! setgroups_denied ())
        return fail_sys (err, code, "process.user.additionalGids: set %zu supplementary groups", p->n_groups);
      if (p->n_groups)
        return fail (err, EPERM,
                     "process.user.additionalGids: cannot set any additional groups in a rootless container");
    }
  TRY (set_ids (p->uid, p->gid, err));
  /* A change of ids made the process what suid_dumpable says. */
  prctl (PR_SET_DUMPABLE, 0);
  return 0;
}
