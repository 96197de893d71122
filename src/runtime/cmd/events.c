/* events.c - the command `events`: options to container_events(). */
#include "commands.h"
#include "units.h"

struct events_args
{
  const char *interval;
  bool stats;
};

static const struct opt events_options[] = {
  TEXT (events_args, interval, 0, "interval", "DURATION", "time between samples, such as 500ms or 1m30s (default: 5s)")
  FLAG (events_args, stats, 0, "stats", "print one sample and end")
  END_OF_OPTIONS
};

static int
run (const void *global, void *args, int argc UNUSED, char **argv, struct error **err)
{
  const struct events_args *a = args;
  const char *interval = a->interval ? a->interval : "5s";
  unsigned ms;
  autocontext struct context ctx = { 0 };
  if (units_milliseconds (interval, &ms) < 0)
    return fail (err, EINVAL, "--interval %s: not a duration such as 5s, 500ms, 1m30s", interval);
  if (ms == 0)
    return fail (err, EINVAL, "--interval %s: must be a millisecond or more", interval);
  TRY (context_open (global, &ctx, err));
  return container_events (&ctx, argv[0], ms, a->stats, stdout, err);
}

const struct command cmd_events = {
  .name = "events",
  .operands = "CONTAINER",
  .min_operands = 1,
  .max_operands = 1,
  .help = "print a container's use of resources and out-of-memory events",
  .opts = events_options,
  .args_size = sizeof (struct events_args),
  .run = run,
};
