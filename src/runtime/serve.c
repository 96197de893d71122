/* serve.c - what the runtime does for the container's process when it asks: one function per request of sync.h. Host
 * namespaces, the runtime's privileges; the requests carry no paths, only the plan's own numbers. */
#include <fcntl.h>
#include <sched.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "hooks.h"
#include "intel_rdt.h"
#include "join_check.h"
#include "launch.h"
#include "log.h"
#include "netdev.h"
#include "rootfs/rootfs.h"
#include "security/security.h"
#include "seccomp_notify.h"
#include "start_socket.h"
#include "terminal_proxy.h"

static int
serve_STAGE (struct launch *l, struct sync_message *m, int *ret_fd UNUSED, struct error **err UNUSED)
{
  snprintf (l->stage, sizeof l->stage, "%.63s", m->text);
  l->going = m->value == 1;
  log_debug ("%s: stage %s", l->plan->id, l->stage);
  return 0;
}

/* The first HELLO comes from the child itself, a second one from what it forked into a pid namespace: that is then the
 * container's process, and the first one ends. */
static int
serve_HELLO (struct launch *l, struct sync_message *m, int *ret_fd UNUSED, struct error **err)
{
  bool again = m->sender != l->child;
  if (m->sender <= 0)
    return fail (err, EPROTO, "the kernel did not say who the container's process is");
  if (again)
    {
      autoclose int pidfd = (int) syscall (SYS_pidfd_open, m->sender, 0);
      if (pidfd < 0)
        return fail_sys (err, errno, "open a pidfd of process %d", m->sender);
      close_fd (&l->pidfd);
      l->pidfd = TAKE_FD (pidfd);
      l->pid = m->sender;
      RETRY_EINTR (waitpid (l->child, NULL, 0));
      l->child = l->pid;
    }
  else
    TRY (set_oom_score_adj (l->pid, &l->plan->process, err));
  if (! l->exec)
    {
      l->state->pid = (struct opt_i64) { l->pid, true };
      l->state->start_time = (struct opt_u64) { process_start_time (l->pid), true };
      /* Nobody could tell it from a later process of the same number. */
      if (! l->state->start_time.value)
        return fail (err, ESRCH, "find out when process %d began: read /proc/%d/stat", l->pid, l->pid);
      TRY (state_write (l->container, l->state, err));
    }
  return 0;
}

static int
serve_MAP_IDS (struct launch *l, struct sync_message *m, int *ret_fd UNUSED, struct error **err)
{
  if (l->plan->ns[PLAN_USER].mode == NS_JOIN)
    return join_check_maps (m->sender, l->plan, err);
  return id_maps_write (m->sender, &l->plan->ids, l->plan->host, err);
}

static int
serve_RLIMITS (struct launch *l, struct sync_message *m UNUSED, int *ret_fd UNUSED, struct error **err)
{
  return set_rlimits (l->pid, &l->plan->process, err);
}

/* What is read-only, nodev and so on for the host is locked in the mount namespace of a container with a user
 * namespace (mount_namespaces(7)); a copy from the runtime's own would not be, and the container's root could take
 * the flags off. So the runtime goes there to copy. Coming back cannot fail for want of rights; should it all the
 * same, nothing else may be done in there. */
static int
open_source_there (struct launch *l, const struct plan_mount *m, int userns, int *ret_fd, struct error **err)
{
  autofree char *path = mem_printf ("/proc/%d/ns/mnt", l->pid);
  autoclose int there = open (path, O_RDONLY | O_CLOEXEC), here = open ("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC);
  autoclose int cwd = open (".", O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (there < 0 || here < 0 || cwd < 0 || setns (there, CLONE_NEWNS) < 0)
    return fail_sys (err, errno, "bind %s", m->source);
  int r = mount_open_source (l->plan, m, userns, ret_fd, err);
  if (setns (here, CLONE_NEWNS) < 0 || fchdir (cwd) < 0)
    _exit (1);
  return r;
}

static int
serve_MOUNT_FD (struct launch *l, struct sync_message *m, int *ret_fd, struct error **err)
{
  const struct plan *p = l->plan;
  autoclose int userns = -1;
  if (m->value < 0 || (uint64_t) m->value >= p->n_mounts)
    return fail (err, EPROTO, "there is no mount number %lld", (long long) m->value);
  if (p->ns[PLAN_USER].mode != NS_HOST)
    {
      autofree char *path = mem_printf ("/proc/%d/ns/user", l->pid);
      userns = open (path, O_RDONLY | O_CLOEXEC);
    }
  if (p->ns[PLAN_USER].mode != NS_HOST && p->ns[PLAN_MOUNT].mode == NS_NEW)
    return open_source_there (l, &p->mounts[m->value], userns, ret_fd, err);
  return mount_open_source (p, &p->mounts[m->value], userns, ret_fd, err);
}

static int
set_device_rules (struct launch *l, struct error **err)
{
  const struct oci_resources *all = l->plan->cgroup.resources;
  struct oci_resources only = { 0 };
  if (all)
    only.devices = all->devices;
  return cgroup_set (l->cgroup, &only, true, err);
}

static int
run_hooks (struct launch *l, struct error **err)
{
  const struct oci_hooks *hooks = l->plan->config->hooks;
  if (! hooks || (hooks->prestart.n == 0 && hooks->create_runtime.n == 0))
    return 0;
  autofree char *state = state_document (l->container, STATUS_CREATED, l->pid, false);
  struct hook_run h = { .state = state, .cwd = l->plan->bundle, .cwd_fd = -1 };
  h.kind = "prestart", h.v = hooks->prestart.v, h.n = hooks->prestart.n;
  TRY (hooks_run (&h, err));
  h.kind = "createRuntime", h.v = hooks->create_runtime.v, h.n = hooks->create_runtime.n;
  return hooks_run (&h, err);
}

static int
join_resctrl_group (struct launch *l, struct error **err)
{
  const struct oci_linux_container *spec = l->plan->config->linux_;
  if (! spec || ! spec->intel_rdt)
    return 0;
  TRY (intel_rdt_apply (spec->intel_rdt, l->plan->id, l->pid, &l->intel_rdt_path, err));
  /* On record at once: a hook that fails next must not leave it behind. */
  l->state->intel_rdt_path = l->intel_rdt_path;
  return state_write (l->container, l->state, err);
}

/* The device rules come here, not with the limits: until now the child may have had to mount block devices. */
static int
serve_HOOKS (struct launch *l, struct sync_message *m UNUSED, int *ret_fd UNUSED, struct error **err)
{
  TRY (set_device_rules (l, err));
  TRY (join_resctrl_group (l, err));
  if (l->plan->config->linux_ && l->plan->config->linux_->net_devices.n)
    TRY (netdev_move (l->plan, l->pid, err));
  return run_hooks (l, err);
}

static int
serve_CONSOLE (struct launch *l, struct sync_message *m, int *ret_fd UNUSED, struct error **err)
{
  if (m->fd < 0)
    return fail (err, EPROTO, "CONSOLE came without a descriptor");
  if (l->console_socket)
    return socket_send_fd (l->console_socket, m->text, m->fd, err);
  close_fd (&l->master);
  l->master = TAKE_FD (m->fd);
  return terminal_proxy_prepare (l->master, err);
}

/* The filter is loaded already and may hold up sendmsg(2): the child only names the descriptor
 * (config-linux.md#seccomp). */
static int
serve_SECCOMP_FD (struct launch *l, struct sync_message *m, int *ret_fd UNUSED, struct error **err)
{
  autoclose int listener = (int) syscall (SYS_pidfd_getfd, l->pidfd, (int) m->value, 0);
  if (listener < 0)
    return fail_sys (err, errno, "take over the seccomp listener");
  struct oci_state state = state_public (l->container, STATUS_RUNNING, (pid_t) l->state->pid.value);
  return seccomp_notify_send (&l->plan->seccomp, &state, l->pid, listener, err);
}

static int
serve_LOG (struct launch *l UNUSED, struct sync_message *m, int *ret_fd UNUSED, struct error **err UNUSED)
{
  if (m->value >= LOG_ERROR && m->value <= LOG_DEBUG && log_wants ((enum log_level) m->value))
    log_line ((enum log_level) m->value, "%s", m->text);
  return 0;
}

static int
serve_ERROR (struct launch *l UNUSED, struct sync_message *m, int *ret_fd UNUSED, struct error **err)
{
  return fail (err, m->value > 0 ? (int) m->value : EIO, "%s", m->text);
}

static int
serve_READY (struct launch *l, struct sync_message *m UNUSED, int *ret_fd UNUSED, struct error **err)
{
  if (l->exec)
    return 0;
  l->state->creating.set = false;
  l->state->creator_pid.set = l->state->creator_start.set = false;
  if (l->start_socket >= 0)
    TRY (start_socket_bind (l->container, l->start_socket, err));
  return state_write (l->container, l->state, err);
}

typedef int serve_function (struct launch *, struct sync_message *, int *, struct error **);

static serve_function *const requests[] = {
#define SERVE(name, reply, from, what) [SYNC_##name] = serve_##name,
  SYNC_MESSAGES (SERVE)
#undef SERVE
};

int
serve_request (struct launch *l, struct sync_message *m, struct error **err)
{
  autoclose int answer = -1;
  if ((size_t) m->type >= ARRAY_LEN (requests))
    return fail (err, EPROTO, "the container's process sent %s", sync_name (m->type));
  if (l->exec && sync_rules[m->type].from == SYNC_FROM_create)
    return fail (err, EPROTO, "exec's process sent %s", sync_name (m->type));
  int r = requests[m->type](l, m, &answer, err);
  if (sync_rules[m->type].answer == SYNC_ANSWER_none)
    return r < 0 ? r : 1;
  /* A refused request is for the child to report, with where it was. */
  autoerror struct error *sending = NULL;
  int s = sync_send (l->sock, SYNC_REPLY, -r, r < 0 ? error_text (*err) : NULL, answer, &sending);
  if (s < 0 && s != -EPIPE)
    return r < 0 ? r : fail (err, -s, "%s", error_text (sending));
  if (r < 0)
    {
      error_free (err);
      return 1;
    }
  return m->type != SYNC_READY;
}
