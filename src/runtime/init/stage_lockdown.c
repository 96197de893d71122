/* stage_lockdown.c - confines the process and executes the program. Runs in the child, after start; each step takes
 * away something that the steps before it needed. */
#include <linux/close_range.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "hooks.h"
#include "init.h"
#include "log.h"
#include "security/security.h"
#include "sync.h"

/* startContainer hooks: in the container, as the container's user (config.md#startcontainer-hooks). */
static int
start_container_hooks (struct init *init, struct error **err)
{
  const struct oci_hooks *hooks = init->plan->config->hooks;
  if (init->launch->exec || ! hooks || hooks->start_container.n == 0)
    return 0;
  autofree char *state = state_document (init->launch->container, STATUS_CREATED, getpid (), false);
  const struct hook_run h = {
    .kind = "startContainer",
    .v = hooks->start_container.v,
    .n = hooks->start_container.n,
    .state = state,
    .cwd_fd = -1,
    .env = (const char *const *) init->env,
  };
  return hooks_run (&h, err);
}

/* The filter may hold up anything from here on: the listener's number is told by write(2) and acknowledged by
 * read(2). */
static int
pass_listener (struct init *init, int listener, struct error **err)
{
  return sync_ask (init->sync, SYNC_SECCOMP_FD, listener, NULL, -1, NULL, err);
}

static int
load_filter (struct init *init, struct error **err)
{
  const struct sock_fprog *filter = &init->launch->filter;
  autoclose int listener = -1;
  if (filter->len == 0)
    return 0;
  unsigned flags = init->plan->seccomp.flags;
  if (init->plan->seccomp.notify)
    flags |= SECCOMP_FILTER_FLAG_NEW_LISTENER;
  TRY (seccomp_install (filter, flags, &listener, err));
  return listener >= 0 ? pass_listener (init, listener, err) : 0;
}

/* All but the standard streams and what the caller asked to keep goes with execve (CVE-2024-21626). */
static int
drop_descriptors (const struct kept_fds *kept, struct error **err)
{
  unsigned first = 3 + kept->listen + kept->preserve;
  if (syscall (SYS_close_range, first, ~0U, CLOSE_RANGE_CLOEXEC) == 0)
    return 0;
  /* Before kernel 5.11: ours are CLOEXEC all the same, and the caller's were closed at the beginning. */
  if (errno == ENOSYS || errno == EINVAL || errno == EPERM)
    return 0;
  return fail_sys (err, errno, "close inherited descriptors");
}

static int
execute (struct init *init, struct error **err)
{
  const struct plan_process *p = &init->plan->process;
  execve (init->exe_path, (char *const *) p->args, init->env);
  int code = errno;
  /* It was there a moment ago. */
  if (code == ENOENT)
    return program_refuse_interpreter (p->args[0], init->exe_path, err);
  return program_refuse (p->args[0], code, err);
}

int
stage_lockdown (struct init *init, struct error **err)
{
  const struct plan_process *p = &init->plan->process;
  int last_cap = init->plan->host->last_cap;
  /* Without no_new_privs a filter takes CAP_SYS_ADMIN to load: before it is gone. */
  if (! p->no_new_privileges)
    {
      TRY (caps_raise (err));
      TRY (load_filter (init, err));
    }
  TRY (caps_apply (p, last_cap, err));
  TRY (start_container_hooks (init, err));
  TRY (drop_descriptors (&init->launch->kept, err));
  /* From here on end of file means that the program runs. */
  TRY (sync_send (init->sync, SYNC_STAGE, 1, "exec", -1, err));
  if (p->no_new_privileges)
    {
      if (prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
        return fail_sys (err, errno, "process.noNewPrivileges");
      TRY (load_filter (init, err));
    }
  return execute (init, err);
}
