/* lsm.c - AppArmor and SELinux labels. apparmor_enabled() and selinux_enabled() look at the host's /sys: in the
 * runtime only; plan_process() refuses a label where they say no. The others run in the container's process, through
 * a procfs that can be trusted (CVE-2019-16884, CVE-2025-52881: a label written to a file of the container's making
 * protects nothing).
 *
 * libselinux is not used: the kernel checks the label itself, and a library loaded after the root file system
 * changed would be the container's own (CVE-2019-14271). */
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/statfs.h>

#include "fs.h"
#include "mem.h"
#include "proc.h"
#include "security/security.h"

bool
apparmor_enabled (void)
{
  autofree char *text = NULL;
  return fs_read_kernel (AT_FDCWD, "/sys/module/apparmor/parameters/enabled", 16, &text, NULL) >= 0 && *text == 'Y';
}

bool
selinux_enabled (void)
{
  struct statfs fs;
  return statfs ("/sys/fs/selinux", &fs) == 0 && (unsigned long) fs.f_type == SELINUX_MAGIC;
}

/* ---- AppArmor ---------------------------------------------------------------------------------------------------- */
/* A process that is confined can't change its profile under no_new_privs, only add one to it (crun #1385). */
static bool
is_confined (int proc)
{
  autofree char *current = NULL;
  if (proc_read (proc, "self/attr/apparmor/current", &current, NULL) < 0
      && proc_read (proc, "self/attr/current", &current, NULL) < 0)
    return false;
  return *current && ! after_prefix (current, "unconfined");
}

int
apparmor_set_exec (int proc, const char *profile, bool no_new_privileges, struct error **err)
{
  autofree char *text = mem_printf ("%s %s", no_new_privileges && is_confined (proc) ? "stack" : "exec", profile);
  /* The module's own file since 5.8; before, the one that all modules share. */
  int r = proc_write (proc, "self/attr/apparmor/exec", text, NULL);
  if (r == -ENOENT)
    r = proc_write (proc, "self/attr/exec", text, NULL);
  if (r == -ENOENT)
    return fail (err, ENOENT, "process.apparmorProfile: profile \"%s\" is not loaded", profile);
  if (r == -EINVAL)
    return fail (err, EINVAL, "process.apparmorProfile: \"%s\": AppArmor is not enabled, or the name is not valid",
                 profile);
  return r < 0 ? fail_sys (err, -r, "process.apparmorProfile: \"%s\"", profile) : 0;
}

/* ---- SELinux ----------------------------------------------------------------------------------------------------- */
static int
selinux_write (int proc, const char *path, const char *label, struct error **err)
{
  int r = proc_write (proc, path, label ? label : "\n", NULL); /* an empty line: the default */
  if (r == -EINVAL || r == -ENOENT)
    return fail (err, -r, "process.selinuxLabel: \"%s\": not valid in the loaded policy, or selinux is disabled or not "
                 "supported", label ? label : "");
  return r < 0 ? fail_sys (err, -r, "process.selinuxLabel: \"%s\": %s", label ? label : "", path) : 0;
}

int
selinux_set_exec (int proc, const char *label, struct error **err)
{
  return selinux_write (proc, "self/attr/exec", label, err);
}

int
selinux_set_keycreate (int proc, const char *label, struct error **err)
{
  return selinux_write (proc, "self/attr/keycreate", label, err);
}
