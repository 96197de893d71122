/* exec.c - the verb exec: a further process in a container's namespaces and cgroup. The runtime's side, host
 * namespaces. What it is: --process FILE, or the container's own process as config.json had it when the container
 * was made, with what the options say otherwise (process_options.c). */
#include <fcntl.h>
#include <sys/prctl.h>

#include "bundle.h"
#include "container.h"
#include "launch.h"
#include "log.h"
#include "process_options.h"
#include "security/security.h"

struct execution
{
  const struct context *context;
  const struct exec_options *options;
  struct container container;
  struct document config, process_file;
  struct oci_process process; /* what to run; points into the documents and the options */
  struct process_changes changes;
  struct host host;
  struct plan plan;
  struct cgroup whole, sub;   /* the container's cgroup, and the one to be in */
  struct launch launch;
};

static void
execution_close (struct execution *x)
{
  launch_close (&x->launch);
  cgroup_free (&x->whole);
  cgroup_free (&x->sub);
  plan_free (&x->plan);
  process_changes_free (&x->changes);
  document_free (&x->process_file);
  document_free (&x->config);
  container_close (&x->container);
}

static int
check_status (struct execution *x, struct error **err)
{
  enum status status = state_status (&x->container, &x->launch.target);
  if (status == STATUS_STOPPED || status == STATUS_CREATING)
    return fail (err, ESRCH, "cannot exec in a stopped container: container not running");
  if (status == STATUS_PAUSED && ! x->options->ignore_paused)
    return fail (err, EBUSY, "cannot exec in a paused container (use --ignore-paused to override)");
  return 0;
}

static int
read_process (struct execution *x, struct error **err)
{
  TRY_DOING (err, document_read (x->container.dir_fd, CONFIG_FILE, &oci_config_schema, &x->config, err), "container %s",
             x->container.id);
  const struct oci_config *config = x->config.object;
  if (x->options->process)
    {
      TRY (document_read (AT_FDCWD, x->options->process, &oci_process_schema, &x->process_file, err));
      x->process = *(const struct oci_process *) x->process_file.object;
      return 0;
    }
  return process_from_options (config->process, x->options, &x->process, &x->changes, err);
}

static int
check_terminal (const struct execution *x, struct error **err)
{
  bool terminal = x->plan.process.terminal;
  if (x->options->detach && terminal && ! x->options->console_socket)
    return fail (err, EINVAL, "cannot allocate tty if the runtime will detach without setting console socket");
  if (x->options->console_socket && ! (x->options->detach && terminal))
    return fail (err, EINVAL, "cannot use console socket if the runtime will not detach or allocate tty");
  return 0;
}

static int
make_plan (struct execution *x, struct error **err)
{
  const struct plan_options options = {
    .id = x->container.id,
    .no_new_keyring = x->container.state->no_new_keyring.value,
  };
  TRY (host_probe (&x->host, x->container.state->bundle, err));
  TRY_DOING (err, plan_build_exec (x->config.object, &x->process, &x->host, &options, &x->plan, err), "process");
  return check_terminal (x, err);
}

static int
find_cgroup (struct execution *x, struct error **err)
{
  if (! x->container.state->cgroup)
    return 0;
  TRY (cgroup_load (x->container.state->cgroup, &x->whole, err));
  if (x->options->cgroup)
    TRY (cgroup_sub (&x->whole, x->options->cgroup, &x->sub, err));
  else if (cgroup_refuses_processes (&x->whole))
    TRY (cgroup_of_pid (&x->whole, (pid_t) x->container.state->pid.value, &x->sub, err));
  x->launch.cgroup = x->sub.n_dirs ? &x->sub : &x->whole;
  return cgroup_prepare (x->launch.cgroup, err);
}

static int
compile_filter (struct execution *x, struct error **err)
{
  if (! x->plan.seccomp.spec)
    return 0;
  autoclose int cache = seccomp_cache_open (x->container.root_fd);
  return seccomp_compile (x->plan.seccomp.spec, cache, &x->launch.filter, err);
}

static int
tell_caller (struct execution *x, struct error **err)
{
  if (x->options->pid_file)
    TRY (pid_file_write (x->options->pid_file, x->launch.pid, err));
  if (x->options->pidfd_socket)
    TRY (socket_send_fd (x->options->pidfd_socket, "setns", x->launch.pidfd, err));
  return 0;
}

static int
prepare (struct execution *x, const char *id, struct error **err)
{
  TRY (state_open (x->context->root, id, false, &x->container, err));
  TRY (check_status (x, err));
  TRY (read_process (x, err));
  TRY (make_plan (x, err));
  TRY (find_cgroup (x, err));
  TRY (compile_filter (x, err));
  x->launch.plan = &x->plan;
  x->launch.container = &x->container;
  x->launch.state = x->container.state;
  x->launch.console_socket = x->options->console_socket;
  x->launch.exec = true;
  return 0;
}

static int
execute (struct execution *x, struct error **err)
{
  if (x->plan.process.cpus_initial)
    TRY (set_cpu_affinity (x->plan.process.cpus_initial, err));
  if (! x->options->detach)
    foreground_block ();
  TRY (launch (&x->launch, err));
  int r = tell_caller (x, err);
  if (r == 0)
    r = launch_finish (&x->launch, err);
  if (r < 0)
    launch_abort (&x->launch);
  return r;
}

int
container_exec (const struct context *ctx, const char *id, const struct exec_options *o, int *ret_status,
                struct error **err)
{
  __attribute__ ((cleanup (execution_close))) struct execution x = {
    .context = ctx,
    .options = o,
    .container = CONTAINER_INIT,
    .whole = { .join_fd = -1 },
    .sub = { .join_fd = -1 },
    .launch = LAUNCH_INIT,
  };
  *ret_status = 0;
  TRY (kept_fds_check (o->preserve_fds, &x.launch.kept, err));
  kept_fds_close_others (&x.launch.kept);
  TRY (prepare (&x, id, err));
  if (! o->detach && ! o->no_subreaper && prctl (PR_SET_CHILD_SUBREAPER, 1) < 0)
    return fail_sys (err, errno, "become a subreaper");
  TRY (execute (&x, err));
  if (o->detach)
    return 0;
  return foreground_wait (x.launch.pid, x.launch.pidfd, x.launch.master, ret_status, err);
}
