/* verbs.c - start, stop, kill, pause, remove: a container's monitor does the work; where it was killed, the OCI
 * runtime is called directly. Runs in perry-compose and its jobs, in the host's (or the session's) namespaces. */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>

#include "attach_session.h"
#include "bundle_parts.h"
#include "container.h"
#include "errors.h"
#include "fs.h"
#include "hooks_inside.h"
#include "log.h"
#include "net.h"
#include "oci_runtime.h"
#include "run_status.h"
#include "state.h"

enum
{
  KILL_WAIT_MS = 10000,   /* for the kernel to end what SIGKILL hit */
  DEFAULT_STOP_MS = 10000,
  LEAST_HOOK_MS = 1000,   /* --timeout 0 is for the container */
};

/* ---- start */

/* What networkMode says about who makes the network. */
static bool
own_network (const struct record_Container *c)
{
  return ! c->network_mode || streq (c->network_mode, "bridge") || streq (c->network_mode, "none");
}

static int
send_files (const struct settings *s, const struct project *p, const struct record_Container *c, int sock,
            struct error **err)
{
  autobundle struct bundle files = { 0 };
  TRY (bundle_memory_files (s, p, c, &files, err));
  for (size_t i = 0; i < files.n_memory; i++)
    {
      const struct memory_file *f = &files.memory[i];
      struct monitor_call call = { .type = MONITOR_FILE, .text = f->name, .fd = f->fd, .uid = f->uid, .gid = f->gid,
                                   .mode = f->mode, .timeout = s->op_timeout };
      TRY_DOING (err, monitor_call (sock, &call, NULL, err), "file %s", f->name);
    }
  return 0;
}

static int
start_monitored (const struct settings *s, const struct project *p, const struct record_Container *c, int sock,
                 pid_t monitor, struct container_streams *streams, struct error **err)
{
  autofree char *netns = mem_printf ("/proc/%d/ns/net", monitor);
  /* `create` and `start` of the OCI runtime, each with the monitor's own limit: it is the one to say what took too
   * long. */
  struct monitor_call start = { .type = MONITOR_START, .fd = -1, .timeout = 2 * s->op_timeout + KILL_WAIT_MS };
  TRY (send_files (s, p, c, sock, err));
  if (streams)
    TRY (attach_open (sock, streams->input, &streams->client, err));
  if (own_network (c))
    TRY (network_attach (s, c, netns, err));
  int r = monitor_call (sock, &start, NULL, err);
  if (r < 0 && own_network (c))
    network_detach (s, c, netns, NULL);
  if (r < 0 && err && *err && (*err)->code < E_BASE)
    return fail (err, (*err)->code == ETIMEDOUT ? E_TIMEOUT : E_START, "%s",
                 run_reason (error_text (*err)));
  return r;
}

/* Start a container whose monitor lives and waits: it had been stopped and nobody took its monitor away. */
static int
release_old_monitor (const struct settings *s, const struct record_Container *c, struct error **err)
{
  autoclose int sock = -1;
  if (monitor_connect (s, c->id, &sock, NULL) < 0)
    return 0;
  struct monitor_call release = { .type = MONITOR_RELEASE, .fd = -1, .timeout = s->op_timeout };
  autoerror struct error *reason = NULL;
  int r = monitor_call (sock, &release, NULL, &reason);
  /* It was on its way out. */
  return r < 0 && r != -ECONNRESET ? fail (err, -r, "%s", error_text (reason)) : 0;
}

/* A monitor, and the container started by it. STREAMS may be NULL. */
static int
start_anew (const struct settings *s, const struct project *p, const struct record_Container *c,
            struct container_streams *streams, struct error **err)
{
  autoclose int sock = -1;
  pid_t monitor;
  TRY (release_old_monitor (s, c, err));
  TRY (oci_runtime_delete (s, c, err));
  TRY (monitor_spawn (s, c, &sock, &monitor, err));
  TRY (start_monitored (s, p, c, sock, monitor, streams, err));
  TRY_DOING (err, hooks_inside_run (s, c, c->post_start.v, c->post_start.n, s->op_timeout, err), "post_start");
  if (streams)
    streams->control = TAKE_FD (sock);
  return 0;
}

int
container_start_attached (const struct settings *s, const struct project *p, const struct record_Container *c,
                          struct container_streams *streams, struct error **err)
{
  streams->control = streams->client = -1;
  int r = start_anew (s, p, c, streams, err);
  if (r < 0)
    close_fd (&streams->client);
  return r;
}

/* What its monitor would have told. */
static void
tell_died (const struct settings *s, const struct container *c)
{
  project_event (s, c->record->project, "container-died", c->record->service, c->record->id, "\"reason\":\"%s\"",
                 c->reason ? c->reason : "monitor-died");
}

/* Its monitor was killed: another one takes over what it prints and its health checks. */
static int
watch_again (const struct settings *s, const struct container *c, struct error **err)
{
  autoclose int sock = -1;
  return c->monitored || ! container_has_process (c) ? 0 : monitor_adopt (s, c->record, &sock, err);
}

int
container_start (const struct settings *s, const struct project *p, const struct record_Container *c,
                 struct error **err)
{
  autocontainers struct containers now = { 0 };
  TRY (container_find (s, c->id, &now, err));
  TRY (watch_again (s, &now.v[0], err));
  const char *state = now.v[0].state;
  if (streq (state, "running") || streq (state, "restarting"))
    return 0;
  if (streq (state, "paused"))
    return container_pause (s, &now.v[0], false, err);
  if (streq (state, "dead"))
    tell_died (s, &now.v[0]);
  return start_anew (s, p, c, NULL, err);
}

/* ---- stop */

/* Without a monitor: signal by the runtime, wait on the process. */
static int
stop_unmonitored (const struct settings *s, const struct container *c, int timeout, struct error **err)
{
  pid_t pid = c->status ? (pid_t) c->status->pid.value : 0;
  autoclose int pidfd = pid > 0 ? (int) syscall (SYS_pidfd_open, pid, 0) : -1;
  struct pollfd p = { .fd = pidfd, .events = POLLIN };
  if (streq (c->state, "running") && pidfd >= 0)
    {
      const char *signal = c->record->stop_signal ? c->record->stop_signal : "TERM";
      int r = oci_runtime_kill (s, c->record, signal, NULL);
      if (r >= 0 && poll (&p, 1, timeout) == 0)
        oci_runtime_kill (s, c->record, "KILL", NULL);
    }
  TRY (oci_runtime_delete (s, c->record, err));
  if (pidfd >= 0 && streq (c->state, "running") && poll (&p, 1, KILL_WAIT_MS) == 0)
    return fail (err, E_TIMEOUT, "process %d does not end after SIGKILL", pid);
  return 0;
}

static int
note_unmonitored_end (const struct settings *s, const struct container *c, struct error **err)
{
  autofree char *dir = data_path (s, "containers/%s", c->record->id);
  autoclose int fd = open (dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  char now[RECORD_TIME_SIZE];
  if (fd < 0)
    return fail_sys (err, errno, "%s", dir);
  struct record_Status status = c->status ? *c->status : (struct record_Status) { 0 };
  record_time (now);
  status.state = "exited";
  status.reason = c->reason ? c->reason : "monitor-died";
  status.finished = now;
  status.stopped_by_user = (struct opt_bool) { true, true };
  status.pid.set = status.monitor_pid.set = false;
  return record_write (fd, CONTAINER_STATUS, &record_Status_schema, &status, err);
}

static int
stop_monitored (const struct settings *s, const struct container *c, int timeout, bool keep_network, int sock,
                struct error **err)
{
  const struct record_Container *record = c->record;
  struct monitor_call stop = { .type = MONITOR_STOP, .value = timeout, .text = "", .fd = -1,
                               .timeout = (unsigned) timeout + KILL_WAIT_MS + s->op_timeout };
  struct monitor_call release = { .type = MONITOR_RELEASE, .fd = -1, .timeout = s->op_timeout };
  TRY (monitor_call (sock, &stop, NULL, err));
  if (own_network (record) && ! keep_network)
    {
      autofree char *netns
        = c->status ? mem_printf ("/proc/%lld/ns/net", (long long) c->status->monitor_pid.value) : NULL;
      TRY (network_detach (s, record, netns, err));
    }
  return monitor_call (sock, &release, NULL, err);
}

static int
stop_timeout (const struct record_Container *c, int wanted)
{
  if (wanted >= 0)
    return wanted;
  return c->stop_timeout.set && c->stop_timeout.value <= INT32_MAX / 2 ? (int) c->stop_timeout.value : DEFAULT_STOP_MS;
}

/* The container ended by itself while we asked for it, and its monitor goes, if it has not gone: what was wanted. */
static bool
has_ended (const struct settings *s, const char *id)
{
  autocontainers struct containers now = { 0 };
  int r = container_find (s, id, &now, NULL);
  return r == -E_NOT_FOUND || (r >= 0 && streq (now.v[0].state, "exited"));
}

/* Whatever becomes of them, the container is stopped. Who gave no TIMEOUT may wait for what they have to put away. */
static void
run_pre_stop (const struct settings *s, const struct container *c, int timeout)
{
  const struct record_Container *record = c->record;
  autoerror struct error *err = NULL;
  unsigned limit = timeout < 0 ? s->op_timeout : timeout < LEAST_HOOK_MS ? LEAST_HOOK_MS : (unsigned) timeout;
  if (streq (c->state, "running")
      && hooks_inside_run (s, record, record->pre_stop.v, record->pre_stop.n, limit, &err) < 0)
    log_warning ("%s: pre_stop: %s", record->name, error_text (err));
}

int
container_stop (const struct settings *s, const struct container *c, int timeout, bool keep_network, struct error **err)
{
  autoclose int sock = -1;
  const struct record_Container *record = c->record;
  run_pre_stop (s, c, timeout);
  timeout = stop_timeout (record, timeout);
  if (monitor_connect (s, record->id, &sock, NULL) >= 0)
    {
      int r = stop_monitored (s, c, timeout, keep_network, sock, err);
      if (r < 0 && (r != -ECONNRESET || ! has_ended (s, record->id)))
        return r;
      project_event (s, record->project, "stop", record->service, record->id, NULL);
      return 0;
    }
  if (streq (c->state, "created") || streq (c->state, "exited"))
    return oci_runtime_delete (s, record, err);
  TRY (stop_unmonitored (s, c, timeout, err));
  if (own_network (record) && ! keep_network)
    TRY (network_detach (s, record, NULL, err));
  TRY (note_unmonitored_end (s, c, err));
  tell_died (s, c);
  return 0;
}

/* ---- kill, pause */

static int
ask (const struct settings *s, const struct record_Container *c, const struct monitor_call *call, struct error **err)
{
  autoclose int sock = -1;
  int r = monitor_connect (s, c->id, &sock, err);
  if (r == -ESRCH)
    return fail (err, E_CONFLICT, "container %s has no monitor", c->name);
  TRY (r);
  return monitor_call (sock, call, NULL, err);
}

/* How long the end may take after SIGKILL: only what the kernel does not let go of takes longer. */
enum { KILL_WAIT = 10000 };

static bool
is_sigkill (const char *signal)
{
  return streq (signal, "KILL") || streq (signal, "SIGKILL") || streq (signal, "9");
}

int
container_kill (const struct settings *s, const struct container *c, const char *signal, struct error **err)
{
  if (! container_has_process (c))
    return fail (err, E_CONFLICT, "container %s is not running: %s", c->record->name, c->state);
  project_event (s, c->record->project, "kill", c->record->service, c->record->id, "\"signal\":\"%s\"", signal);
  if (! c->monitored)
    return oci_runtime_kill (s, c->record, signal, err);
  struct monitor_call kill = { .type = MONITOR_KILL, .text = signal, .fd = -1, .timeout = s->op_timeout };
  TRY (ask (s, c->record, &kill, err));
  /* What is asked next shall find it ended. */
  return is_sigkill (signal) ? container_wait (s, c->record->id, WAIT_EXITED, KILL_WAIT, NULL, err) : 0;
}

int
container_pause (const struct settings *s, const struct container *c, bool pause, struct error **err)
{
  if (! streq (c->state, pause ? "running" : "paused"))
    return fail (err, E_CONFLICT, "container %s is not %s: %s", c->record->name, pause ? "running" : "paused",
                 c->state);
  project_event (s, c->record->project, pause ? "pause" : "unpause", c->record->service, c->record->id, NULL);
  struct monitor_call call = { .type = pause ? MONITOR_PAUSE : MONITOR_RESUME, .fd = -1, .timeout = s->op_timeout };
  return ask (s, c->record, &call, err);
}

/* ---- remove */

int
container_remove_leftovers (const struct settings *s, const char *id, struct error **err)
{
  /* As it is while it is made, and after that. */
  autofree char *making = data_path (s, "containers/.%s", id), *made = data_path (s, "containers/%s", id);
  autofree char *run = run_path (s, "runtime");
  struct record_Container c = { .id = id, .name = id, .runtime = s->runtime, .bundle = "" };
  if (s->runtime)
    TRY (oci_runtime_delete (s, &c, err));
  autoclose int dir = open (run, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (dir >= 0)
    TRY (fs_remove_tree (dir, id, err));
  TRY (bundle_forget (s, &c, making, err));
  return bundle_forget (s, &c, made, err);
}

int
container_remove (const struct settings *s, const struct container *c, const struct container_removal *how,
                  struct error **err)
{
  autofree char *run = run_path (s, "containers");
  bool ever_ran = c->monitored || c->status, ended = streq (c->state, "exited") && ! c->monitored;
  if (ever_ran && ! ended)
    TRY (container_stop (s, c, how->timeout, how->keep_network, err));
  TRY (oci_runtime_delete (s, c->record, err));
  if (own_network (c->record) && ! c->monitored && ! how->keep_network)
    TRY (network_detach (s, c->record, NULL, err));
  autoclose int dir = open (run, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (dir >= 0)
    TRY (fs_remove_tree (dir, c->record->id, err));
  project_event (s, c->record->project, "destroy", c->record->service, c->record->id, NULL);
  return bundle_remove (s, c->record, how->volumes, err);
}
