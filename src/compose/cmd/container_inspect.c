/* container_inspect.c - the command `container inspect`: what there is about containers, with docker's keys where
 * there are such. */
#include "commands.h"
#include "single.h"

#undef OCI_PREFIX
#define OCI_PREFIX inspect_
#define SPEC_ProbeResult(F, T)                                                                                        \
  F (T, str,                   start,        "Start")                                                                 \
  F (T, str,                   end,          "End")                                                                   \
  F (T, i64,                   exit_code,    "ExitCode")                                                              \
  F (T, str,                   output,       "Output")
#define SPEC_HealthReport(F, T)                                                                                       \
  F (T, str,                   status,       "Status")                                                                \
  F (T, u32,                   streak,       "FailingStreak")                                                         \
  F (T, list (ProbeResult),          log,          "Log")
#define SPEC_State(F, T)                                                                                              \
  F (T, str,                   status,       "Status")                                                                \
  F (T, flag,                  running,      "Running")                                                               \
  F (T, flag,                  paused,       "Paused")                                                                \
  F (T, flag,                  restarting,   "Restarting")                                                            \
  F (T, flag,                  oom_killed,   "OOMKilled")                                                             \
  F (T, flag,                  dead,         "Dead")                                                                  \
  F (T, i64,                   pid,          "Pid")                                                                   \
  F (T, i64,                   exit_code,    "ExitCode")                                                              \
  F (T, str,                   error,        "Error")                                                                 \
  F (T, str,                   reason,       "Reason")                                                                \
  F (T, str,                   started,      "StartedAt")                                                             \
  F (T, str,                   finished,     "FinishedAt")                                                            \
  F (T, obj (HealthReport),          health,       "Health")
#define SPEC_Binding(F, T)                                                                                            \
  F (T, str,                   ip,           "HostIp")                                                                \
  F (T, u32,                   port,         "HostPort")                                                              \
  F (T, str,                   container,    "ContainerPort")
#define SPEC_Endpoint(F, T)                                                                                           \
  F (T, str,                   address,      "IPAddress")                                                             \
  F (T, strs,                  addresses,    "Addresses")                                                             \
  F (T, str,                   mac,          "MacAddress")                                                            \
  F (T, strs,                  aliases,      "Aliases")
#define SPEC_NetworkSettings(F, T)                                                                                    \
  F (T, str,                   mode,         "Mode")                                                                  \
  F (T, list (Binding),        ports,        "Ports")                                                                 \
  F (T, dict (Endpoint),       networks,     "Networks")
#define SPEC_Mount(F, T)                                                                                              \
  F (T, str,                   type,         "Type")                                                                  \
  F (T, str,                   name,         "Name")                                                                  \
  F (T, str,                   source,       "Source")                                                                \
  F (T, str,                   destination,  "Destination")                                                           \
  F (T, flag,                  writable,     "RW")
#define SPEC_Config(F, T)                                                                                             \
  F (T, str,                   image,        "Image")                                                                 \
  F (T, strs,                  command,      "Cmd")                                                                   \
  F (T, map,                   labels,       "Labels")                                                                \
  F (T, flag,                  tty,          "Tty")                                                                   \
  F (T, flag,                  open_stdin,   "OpenStdin")                                                             \
  F (T, str,                   stop_signal,  "StopSignal")
#define SPEC_Details(F, T)                                                                                            \
  F (T, str,                   id,           "Id")                                                                    \
  F (T, str,                   name,         "Name")                                                                  \
  F (T, str,                   created,      "Created")                                                               \
  F (T, str,                   image,        "Image")                                                                 \
  F (T, str,                   project,      "Project")                                                               \
  F (T, str,                   service,      "Service")                                                               \
  F (T, u32,                   number,       "Number")                                                                \
  F (T, obj (State),           state,        "State")                                                                 \
  F (T, u32,                   restarts,     "RestartCount")                                                          \
  F (T, obj (Config),          config,       "Config")                                                                \
  F (T, list (Mount),          mounts,       "Mounts")                                                                \
  F (T, obj (NetworkSettings), network,      "NetworkSettings")                                                       \
  F (T, str,                   runtime,      "Runtime")                                                               \
  F (T, str,                   bundle,       "Bundle")                                                                \
  F (T, str,                   log,          "LogPath")                                                               \
  F (T, flag,                  monitored,    "Monitored")
#define INSPECT_TYPES(D)                                                                                              \
  D (ProbeResult) D (HealthReport) D (State) D (Binding) D (Endpoint) D (NetworkSettings) D (Mount) D (Config)       \
  D (Details)
INSPECT_TYPES (DECLARE)
INSPECT_TYPES (DEFINE)
#undef OCI_PREFIX
#define OCI_PREFIX oci_

static const struct opt inspect_options[] = { END_OF_OPTIONS };

static struct opt_bool
flag (bool value)
{
  return (struct opt_bool) { value, true };
}

static void *
make (struct arena *a, size_t n, size_t size)
{
  return mem_arena (a, (n + 1) * size);
}

static struct inspect_HealthReport *
health_of (struct arena *a, const struct container *c)
{
  if (! c->health)
    return NULL;
  struct inspect_HealthReport *h = make (a, 1, sizeof *h);
  h->status = c->health->status;
  h->streak = c->health->failing_streak;
  h->log.set = true;
  h->log.v = make (a, c->health->log.n, sizeof *h->log.v);
  for (size_t i = 0; i < c->health->log.n; i++)
    {
      const struct record_Probe *p = &c->health->log.v[i];
      h->log.v[h->log.n++] = (struct inspect_ProbeResult) { p->start, p->end, p->exit_code, p->output };
    }
  return h;
}

static struct inspect_State *
state_of (struct arena *a, const struct container *c)
{
  static const struct record_Status none;
  const struct record_Status *st = c->status ? c->status : &none;
  struct inspect_State *s = make (a, 1, sizeof *s);
  bool alive = container_has_process (c);
  *s = (struct inspect_State) {
    .status = c->state,
    .running = flag (alive),
    .paused = flag (streq (c->state, "paused")),
    .restarting = flag (streq (c->state, "restarting")),
    .oom_killed = flag (st->oom_killed.value),
    .dead = flag (streq (c->state, "dead")),
    .pid = { alive ? st->pid.value : 0, true },
    .exit_code = { st->exit_code.value, true },
    .error = st->error ? st->error : "",
    .reason = c->reason ? c->reason : "",
    .started = st->started ? st->started : "",
    .finished = st->finished ? st->finished : "",
    .health = health_of (a, c),
  };
  return s;
}

static struct inspect_NetworkSettings *
network_of (struct arena *a, const struct record_Container *r)
{
  struct inspect_NetworkSettings *n = make (a, 1, sizeof *n);
  n->mode = r->network_mode;
  n->ports.set = n->networks.set = true;
  n->ports.v = make (a, r->ports.n, sizeof *n->ports.v);
  n->networks.v = make (a, r->networks.n, sizeof *n->networks.v);
  n->networks.keys = make (a, r->networks.n, sizeof *n->networks.keys);
  for (size_t i = 0; i < r->ports.n; i++)
    {
      const struct record_Port *p = &r->ports.v[i];
      autofree char *port = mem_printf ("%lld/%s", (long long) p->target.value, p->protocol ? p->protocol : "tcp");
      n->ports.v[n->ports.n++] = (struct inspect_Binding) {
        p->host_ip && *p->host_ip ? p->host_ip : "0.0.0.0", p->host_port, mem_arena_text (a, port, strlen (port)),
      };
    }
  for (size_t i = 0; i < r->networks.n; i++)
    {
      const struct record_Attachment *at = &r->networks.v[i];
      n->networks.keys[i] = at->network;
      n->networks.v[n->networks.n++] = (struct inspect_Endpoint) {
        at->addresses.n ? at->addresses.v[0] : "", at->addresses, at->mac, at->aliases,
      };
    }
  return n;
}

static char *
details (const struct container *c)
{
  autoarena struct arena a = { 0 };
  const struct record_Container *r = c->record;
  struct inspect_Config config = { .image = r->image, .command = r->command, .labels = r->labels,
                                   .tty = flag (r->tty.value), .open_stdin = flag (r->open_stdin.value),
                                   .stop_signal = r->stop_signal };
  autofree char *log = mem_printf ("%s/" CONTAINER_LOG, r->bundle);
  struct inspect_Details d = {
    .id = r->id, .name = r->name, .created = r->created, .image = r->image_id, .project = r->project,
    .service = r->service,
    .number = r->number, .state = state_of (&a, c), .restarts = { c->status ? c->status->restarts.value : 0, true },
    .config = &config, .network = network_of (&a, r), .runtime = r->runtime, .bundle = r->bundle, .log = log,
    .monitored = flag (c->monitored),
  };
  config.command.set = config.labels.set = d.mounts.set = true;
  d.mounts.v = make (&a, r->mounts.n, sizeof *d.mounts.v);
  for (size_t i = 0; i < r->mounts.n; i++)
    {
      const struct record_MountRef *m = &r->mounts.v[i];
      d.mounts.v[d.mounts.n++] = (struct inspect_Mount) { m->type, m->volume, m->source, m->target,
                                                          flag (! m->read_only.value) };
    }
  char *text = oci_emit (&inspect_Details_schema, &d, "  ");
  if (! text)
    out_of_memory ();
  return text;
}

static int
run (const void *global, void *args UNUSED, int argc, char **argv, struct error **err)
{
  autocontext struct context c = { 0 };
  autotext struct text all = { 0 };
  TRY (context_open (global, &c, err));
  for (int i = 0; i < argc; i++)
    {
      autocontainers struct containers v = { 0 };
      TRY (single_find (&c, argv[i], false, &v, err));
      autofree char *text = details (&v.v[0]);
      text_printf (&all, "%s%s", i ? ",\n" : "", text);
    }
  printf ("[%s]\n", all.s);
  return 0;
}

const struct command cmd_container_inspect = {
  .name = "container inspect",
  .operands = "CONTAINER...",
  .min_operands = 1,
  .max_operands = -1,
  .help = "show all that is known of containers, as JSON",
  .opts = inspect_options,
  .run = run,
};
