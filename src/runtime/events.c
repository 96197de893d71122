/* events.c - the verb events: what a container uses, at intervals, and when the kernel kills in it for want of memory;
 * a line of JSON each. Runs in the runtime's namespaces and only looks. */
#include <poll.h>

#include "cgroup/cgroup.h"
#include "cgroup/oom.h"
#include "cgroup/stats.h"
#include "clock.h"
#include "container.h"
#include "events_json.h"
#include "net_stats.h"
#include "ocispec.h"
#include "state.h"

/* A line is passed on at once: readers wait for it. */
static int
print_event (const struct oci_event *e, FILE *out, struct error **err)
{
  autofree char *text = oci_emit (&oci_event_schema, e, NULL);
  if (! text)
    out_of_memory ();
  if (fprintf (out, "%s\n", text) < 0 || fflush (out) != 0)
    return fail_sys (err, errno, "write an event");
  return 0;
}

static int
print_stats (const struct container *c, const struct cgroup *cg, FILE *out, struct error **err)
{
  autostats struct cgroup_stats stats = { 0 };
  TRY (cgroup_stats (cg, &stats, err));
  net_stats_read ((pid_t) c->state->pid.value, &stats);
  struct oci_event e = { .type = "stats", .id = c->id, .data = &stats.stats };
  return print_event (&e, out, err);
}

/* Until DUE, print every OOM. 0 at that time, 1 when the cgroup has ended. */
static int
wait_for_oom (const struct container *c, struct oom_watch *watch, int64_t due, FILE *out, struct error **err)
{
  for (int64_t left; (left = due - clock_ms ()) > 0;)
    {
      struct pollfd p = { .fd = watch->fd, .events = POLLIN };
      int n = poll (&p, 1, left > INT32_MAX ? INT32_MAX : (int) left);
      if (n < 0 && errno != EINTR)
        return fail_sys (err, errno, "poll");
      if (n <= 0)
        continue;
      int r = oom_watch_read (watch);
      if (r == -ENOENT)
        return 1;
      struct oci_event e = { .type = "oom", .id = c->id };
      if (r > 0)
        TRY (print_event (&e, out, err));
    }
  return 0;
}

int
container_events (const struct context *ctx, const char *id, unsigned interval_ms, bool once, FILE *out,
                  struct error **err)
{
  autocontainer struct container c = CONTAINER_INIT;
  TRY (state_open (ctx->root, id, false, &c, err));
  enum status status = state_status (&c, NULL);
  if (status == STATUS_STOPPED || status == STATUS_CREATING || ! c.state->cgroup)
    return fail (err, ESRCH, "container with id %s is not running", id);
  autocgroup struct cgroup cg = { .join_fd = -1 };
  TRY (cgroup_load (c.state->cgroup, &cg, err));
  autowatch struct oom_watch watch = OOM_WATCH_INIT;
  if (! once)
    TRY (oom_watch_open (&cg, &watch, err));
  for (int64_t due = clock_ms ();;)
    {
      autoerror struct error *e = NULL;
      int r = print_stats (&c, &cg, out, &e);
      if (r == -ENOENT && ! once)
        return 0;
      if (r < 0)
        return fail (err, -r, "%s", error_text (e));
      if (once)
        return 0;
      due += interval_ms;
      r = wait_for_oom (&c, &watch, due, out, err);
      if (r != 0)
        return r < 0 ? r : 0;
    }
}
