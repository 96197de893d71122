/* container_cleanup.c - the hidden command `container cleanup ID`, which a monitor runs when its container has ended
 * for good: takes the network down, removes the container if it was started with --rm, lets the monitor end. Takes no
 * lock: a command that holds it may be doing the same, and each step can be done twice. */
#include "commands.h"
#include "log.h"
#include "net.h"

static const struct opt cleanup_options[] = {
  END_OF_OPTIONS
};

static void
release (const struct settings *s, const char *id)
{
  autoclose int sock = -1;
  struct monitor_call call = {
    .type = MONITOR_RELEASE, .text = MONITOR_BY_CLEANUP, .fd = -1, .timeout = s->op_timeout
  };
  if (monitor_connect (s, id, &sock, NULL) >= 0)
    monitor_call (sock, &call, NULL, NULL);
}

static int
run (const void *global, void *args, int argc, char **argv, struct error **err)
{
  (void) args;
  (void) argc;
  autocontext struct context c = { 0 };
  autocontainers struct containers v = { 0 };
  TRY (context_open (global, &c, err));
  const struct settings *s = &c.settings;
  TRY (container_find (s, argv[0], &v, err));
  const struct container *it = &v.v[0];
  if (container_is_active (it))
    return fail (err, E_CONFLICT, "container %s is %s", it->record->name, it->state);
  autofree char *netns = it->monitored && it->status
                           ? mem_printf ("/proc/%lld/ns/net", (long long) it->status->monitor_pid.value) : NULL;
  int r = network_detach (s, it->record, netns, err);
  release (s, it->record->id);
  TRY (r);
  if (! it->record->remove.value)
    return 0;
  return container_remove (s, it, &(struct container_removal) { .timeout = -1, .volumes = true }, err);
}

const struct command cmd_container_cleanup = {
  .name = "container cleanup",
  .operands = "CONTAINER",
  .min_operands = 1,
  .max_operands = 1,
  .help = "take down what an ended container leaves",
  .opts = cleanup_options,
  .hidden = true,
  .run = run,
};
