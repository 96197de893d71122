/* stage_process.c - what the process is, short of what confines it: names, terminal, limits, labels, ids, directory,
 * program. Runs in the child, in all its namespaces, the container's root in place; still with capabilities. */
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "init.h"
#include "log.h"
#include "proc.h"
#include "security/security.h"
#include "sync.h"

static int
set_names (const struct plan *p, struct error **err)
{
  if (p->hostname && sethostname (p->hostname, strlen (p->hostname)) < 0)
    return fail_sys (err, errno, "hostname: set '%s'", p->hostname);
  if (p->domainname && setdomainname (p->domainname, strlen (p->domainname)) < 0)
    return fail_sys (err, errno, "domainname: set '%s'", p->domainname);
  return 0;
}

static int
write_sysctls (struct init *init, struct error **err)
{
  const struct plan *p = init->plan;
  for (size_t i = 0; i < p->n_sysctls; i++)
    {
      autofree char *path = mem_printf ("sys/%s", p->sysctls[i].path);
      TRY_DOING (err, proc_write (init->proc, path, p->sysctls[i].value, err), "linux.sysctl.%s", p->sysctls[i].key);
    }
  /* It shows all of /proc/sys: not to be kept. */
  if (p->n_sysctls)
    close_fd (&init->proc);
  return 0;
}

static int
attach_terminal (struct init *init, struct error **err)
{
  if (init->launch->exec && init->plan->process.terminal)
    {
      autoclose int master = -1;
      TRY (console_open (&init->rootfs, false, &master, &init->slave, err));
      TRY (sync_ask (init->sync, SYNC_CONSOLE, 0, "/dev/ptmx", master, NULL, err));
    }
  if (init->slave >= 0)
    {
      TRY (console_attach (init->slave, &init->plan->process, err));
      close_fd (&init->slave);
      return 0;
    }
  /* A session of its own in any case: no way back to the caller's terminal (CVE-2017-5226 and its like). */
  if (setsid () < 0 && errno != EPERM)
    return fail_sys (err, errno, "make a session");
  return 0;
}

static int
set_labels (struct init *init, struct error **err)
{
  const struct plan_process *p = &init->plan->process;
  if (! p->apparmor && ! p->selinux)
    return 0;
  TRY (init_proc (init, err));
  if (p->selinux)
    TRY (selinux_set_exec (init->proc, p->selinux, err));
  if (p->apparmor)
    TRY (apparmor_set_exec (init->proc, p->apparmor, p->no_new_privileges, err));
  return 0;
}

static int
join_keyring (struct init *init, struct error **err)
{
  const struct plan *p = init->plan;
  if (p->no_new_keyring)
    return 0;
  if (p->process.selinux)
    {
      TRY (init_proc (init, err));
      TRY (selinux_set_keycreate (init->proc, p->process.selinux, err));
    }
  TRY (keyring_join (p->id, ! init->launch->exec, err));
  return p->process.selinux ? selinux_set_keycreate (init->proc, NULL, err) : 0;
}

/* The standard streams belong to the process's user, so that it may open /dev/stdout again (C19). Never the null
 * device, which is everybody's. */
static int
own_streams (const struct plan_process *p, struct error **err)
{
  for (int fd = 0; fd < 3; fd++)
    {
      struct stat st;
      if (fstat (fd, &st) < 0 || st.st_uid == p->uid || (S_ISCHR (st.st_mode) && st.st_rdev == makedev (1, 3)))
        continue;
      if (fchown (fd, p->uid, (gid_t) -1) < 0 && errno != EPERM && errno != EROFS && errno != EINVAL)
        return fail_sys (err, errno, "give standard stream %d to uid %u", fd, p->uid);
    }
  return 0;
}

static int
set_attributes (struct init *init, struct error **err)
{
  const struct plan_process *p = &init->plan->process;
  if (p->cpus_final || ! p->cpus_initial)
    TRY (set_cpu_affinity (p->cpus_final, err));
  TRY (set_scheduler (p, err));
  TRY (set_io_priority (p, err));
  TRY (set_memory_policy (p, err));
  return set_personality (p, err);
}

/* Where the process begins. A directory that is not below the container's root has no path there: then it was
 * reached by a descriptor that leaked (CVE-2024-21626). */
static int
enter_cwd (const char *cwd, struct error **err)
{
  char path[PATH_MAX];
  if (chdir (cwd) < 0)
    return fail_sys (err, errno, "process.cwd: chdir to %s", cwd);
  if (! getcwd (path, sizeof path) || path[0] != '/')
    return fail (err, ENOENT, "process.cwd: current working directory is outside of container mount namespace root");
  return 0;
}

static int
find_program (struct init *init, struct error **err)
{
  const struct plan_process *p = &init->plan->process;
  init->env = program_environment (p, &init->launch->kept);
  return program_find (p, init->env, &init->exe_path, err);
}

/* Ids, then directory and program; what the user may not reach is tried by root first and by the user again (NFS). */
static int
become_user (struct init *init, struct error **err)
{
  const struct plan_process *p = &init->plan->process;
  autoerror struct error *first = NULL;
  init_close_others (init);
  bool there = enter_cwd (p->cwd, &first) == 0;
  if (p->umask_set || ! init->launch->exec)
    umask (p->umask_set ? p->umask : 0022);
  TRY (caps_bound (p, init->plan->host->last_cap, err));
  TRY (set_identity (init->plan, err));
  /* As the user now: the effective set is empty after setuid, so that only what the user may reach is reached. */
  if (! there)
    TRY (enter_cwd (p->cwd, err));
  return find_program (init, err);
}

int
stage_process (struct init *init, struct error **err)
{
  const struct plan *p = init->plan;
  if (! init->launch->exec)
    {
      TRY (set_names (p, err));
      TRY (write_sysctls (init, err));
    }
  if (! p->has_process)
    return 0;
  TRY (attach_terminal (init, err));
  TRY (rootfs_reopen_dev_null (&init->rootfs, err));
  TRY (own_streams (&p->process, err));
  TRY (join_keyring (init, err));
  TRY (set_attributes (init, err));
  TRY (set_labels (init, err));
  TRY (sync_ask (init->sync, SYNC_RLIMITS, 0, NULL, -1, NULL, err));
  TRY (become_user (init, err));
  if (init->launch->exec)
    {
      if (prctl (PR_SET_PDEATHSIG, 0) < 0)
        return fail_sys (err, errno, "clear the parent-death signal");
      return sync_ask (init->sync, SYNC_READY, 0, NULL, -1, NULL, err);
    }
  return 0;
}
