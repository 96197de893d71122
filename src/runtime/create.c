/* create.c - the verb create: from a bundle to a process that waits for start. The runtime's side, host namespaces.
 *
 * The steps are one list (create_steps), each undone by container_destroy: what is about to be made is in state.json
 * before it is made, so that a `delete --force` after a kill -9 at any instant finds it. */
#include "create.h"

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <time.h>

#include "container_destroy.h"
#include "fs.h"
#include "host_mounts.h"
#include "log.h"
#include "notify.h"
#include "security/security.h"
#include "start_socket.h"

/* A run in the foreground keeps the terminal itself; everybody else has to name a console socket (runc's words). */
static int
check_terminal (const struct creation *c, struct error **err)
{
  bool terminal = c->plan.has_process && c->plan.process.terminal;
  if (c->detached && terminal && ! c->options->console_socket)
    return fail (err, EINVAL, "cannot allocate tty if the runtime will detach without setting console socket");
  if (c->options->console_socket && ! (c->detached && terminal))
    return fail (err, EINVAL, "cannot use console socket if the runtime will not detach or allocate tty");
  return 0;
}

static int
step_read (struct creation *c, struct error **err)
{
  const struct plan_options options = {
    .id = c->id,
    .no_pivot = c->options->no_pivot,
    .no_new_keyring = c->options->no_new_keyring,
    .manager = c->context->manager,
  };
  TRY (state_check_id (c->id, err));
  c->bundle = fs_absolute (c->options->bundle ? c->options->bundle : ".");
  TRY (bundle_read (c->bundle, c->options->config, &c->config, err));
  TRY (host_probe (&c->host, c->bundle, err));
  TRY_DOING (err, plan_build (c->config.object, &c->host, &options, &c->plan, err), "config.json");
  return check_terminal (c, err);
}

/* The time in RFC 3339 with nanoseconds, UTC (runtime.md#state does not demand it; every caller parses it). */
static char *
timestamp (void)
{
  struct timespec now;
  struct tm tm;
  char day[32];
  clock_gettime (CLOCK_REALTIME, &now);
  strftime (day, sizeof day, "%Y-%m-%dT%H:%M:%S", gmtime_r (&now.tv_sec, &tm));
  return mem_printf ("%s.%09ldZ", day, now.tv_nsec);
}

/* What the later commands need to know without reading config.json. */
static void
fill_state (struct creation *c, uint64_t creator_start)
{
  const struct oci_config *config = c->config.object;
  struct oci_state_file *s = &c->state;
  *s = (struct oci_state_file) {
    .id = c->id,
    .boot_id = c->boot_id = state_boot_id (),
    .creating = { true, true },
    .creator_pid = { getpid (), true },
    .creator_start = { creator_start, true },
    .created = c->created = timestamp (),
    .bundle = c->bundle,
    .rootfs = c->plan.rootfs,
    .oci_version = config->oci_version,
    .owner = { c->host.euid, true },
    .cgroup = c->cgroup_text = cgroup_save (&c->cgroup),
    .own_pid_namespace = { c->plan.ns[PLAN_PID].mode == NS_NEW, true },
    .no_new_keyring = { c->plan.no_new_keyring, true },
    .no_process = { ! c->plan.has_process, true },
    .notify_socket = getenv ("NOTIFY_SOCKET"),
    .annotations = config->annotations,
    .hooks = config->hooks && (config->hooks->poststart.n || config->hooks->poststop.n) ? config->hooks : NULL,
  };
}

static int
step_record (struct creation *c, struct error **err)
{
  TRY (state_reserve (c->context->root, c->id, &c->container, err));
  TRY (cgroup_plan (&c->plan, &c->cgroup, err));
  uint64_t start = process_start_time (getpid ());
  if (! start)
    return fail (err, EIO, "find out when this process began: read /proc/%d/stat", getpid ());
  fill_state (c, start);
  TRY (host_mounts_record (&c->plan, &c->state, err));
  c->container.state = &c->state;
  TRY (state_write (&c->container, &c->state, err));
  if (c->cgroup_text)
    TRY (fs_replace (c->container.dir_fd, CGROUP_FILE, c->cgroup_text, strlen (c->cgroup_text), 0600, err));
  /* exec and the seccomp agent go by what was asked for now, whatever becomes of the bundle (runtime.md#create). */
  return fs_replace (c->container.dir_fd, CONFIG_FILE, c->config.text, c->config.length, 0600, err);
}

static int
step_notify (struct creation *c, struct error **err)
{
  if (! c->state.notify_socket)
    return 0;
  TRY (notify_make_dir (&c->container, err));
  notify_extend_plan (&c->container, &c->plan);
  return 0;
}

static int
step_filter (struct creation *c, struct error **err)
{
  if (! c->plan.seccomp.spec)
    return 0;
  autoclose int cache = seccomp_cache_open (c->container.root_fd);
  return seccomp_compile (c->plan.seccomp.spec, cache, &c->launch.filter, err);
}

/* config-linux.md#cgroup-ownership: a container that has cgroup2 to itself and may write to it owns its cgroup. */
static int
delegate_cgroup (struct creation *c, struct error **err)
{
  const struct plan *p = &c->plan;
  bool writable = false;
  for (size_t i = 0; i < p->n_mounts; i++)
    writable |=
        p->mounts[i].cgroup && ! (p->mounts[i].flags & MS_RDONLY) && streq (p->mounts[i].target, "/sys/fs/cgroup");
  if (! writable || ! p->has_process || p->ns[PLAN_CGROUP].mode != NS_NEW)
    return 0;
  int64_t owner = plan_map_id (p->ids.uids, p->ids.n_uids, p->process.uid);
  return owner < 0 ? 0 : cgroup_delegate (&c->cgroup, (uid_t) owner, err);
}

static int
step_cgroup (struct creation *c, struct error **err)
{
  int r = cgroup_create (&c->cgroup, err);
  if (r < 0)
    {
      /* What is there by now is somebody else's: not for our undoing. */
      free (c->cgroup_text);
      c->state.cgroup = c->cgroup_text = cgroup_save (&c->cgroup);
      unlinkat (c->container.dir_fd, CGROUP_FILE, 0);
      return r;
    }
  TRY (delegate_cgroup (c, err));
  TRY (cgroup_prepare (&c->cgroup, err));
  c->launch.cgroup = &c->cgroup;
  if (! c->cgroup.ops && c->plan.ns[PLAN_PID].mode != NS_NEW)
    log_warning (
        "container %s has neither a cgroup nor a pid namespace of its own: kill and delete will reach its first "
        "process only",
        c->id);
  /* Before anybody is in it; the device rules come with HOOKS. */
  if (! c->plan.cgroup.resources)
    return 0;
  return cgroup_set (&c->cgroup, c->plan.cgroup.resources, false, err);
}

static int
step_launch (struct creation *c, struct error **err)
{
  TRY (start_socket_make (&c->launch.start_socket, err));
  return launch (&c->launch, err);
}

/* What callers read as soon as the command is over. */
static int
step_tell (struct creation *c, struct error **err)
{
  if (c->options->pid_file)
    TRY (pid_file_write (c->options->pid_file, c->launch.pid, err));
  if (c->options->pidfd_socket)
    TRY (socket_send_fd (c->options->pidfd_socket, "standard", c->launch.pidfd, err));
  return 0;
}

static const struct
{
  const char *name;
  int (*run) (struct creation *, struct error **);
} create_steps[] = {
  { NULL, step_read },
  { NULL, step_record },
  { "NOTIFY_SOCKET", step_notify },
  { "seccomp", step_filter },
  { "cgroup", step_cgroup },
  { NULL, step_launch },
  { NULL, step_tell },
};

int
creation_run (struct creation *c, struct error **err)
{
  TRY (kept_fds_check (c->options->preserve_fds, &c->launch.kept, err));
  kept_fds_close_others (&c->launch.kept);
  c->launch.plan = &c->plan;
  c->launch.container = &c->container;
  c->launch.state = &c->state;
  c->launch.console_socket = c->options->console_socket;
  for (size_t i = 0; i < ARRAY_LEN (create_steps); i++)
    {
      int r = create_steps[i].run (c, err);
      if (r == 0)
        continue;
      if (create_steps[i].name)
        wrap (err, "%s", create_steps[i].name);
      creation_undo (c);
      return r;
    }
  return 0;
}

void
creation_undo (struct creation *c)
{
  autoerror struct error *ignored = NULL;
  launch_abort (&c->launch);
  if (c->container.dir_fd < 0)
    return;
  c->state.pid.set = false;
  if (container_destroy (&c->container, &ignored) < 0)
    log_warning ("container %s: cleaning up: %s", c->id, error_text (ignored));
}

void
creation_close (struct creation *c)
{
  launch_close (&c->launch);
  c->container.state = NULL;
  container_close (&c->container);
  cgroup_free (&c->cgroup);
  plan_free (&c->plan);
  document_free (&c->config);
  free (c->bundle);
  free (c->boot_id);
  free (c->created);
  free (c->cgroup_text);
}

int
container_create (const struct context *ctx, const char *id, const struct create_options *o, struct error **err)
{
  autocreation struct creation c = CREATION_INIT (ctx, id, o, true);
  return creation_run (&c, err);
}
