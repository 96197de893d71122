/* events.c - what the monitor tells the log of its container's project: starts, ends, health. What is asked for
 * (create, stop, kill, pause) whoever asked tells. */
#include <fcntl.h>

#include "event_log.h"
#include "monitor.h"

static void
tell (const struct monitor *m, const char *kind, const char *more)
{
  const struct event_line line = { .kind = kind, .service = m->record->service, .container = m->record->id,
                                   .more = more };
  if (! m->record->project)
    return;
  autofree char *path = mem_printf ("../../projects/%s", m->record->project);
  autoclose int dir = openat (m->bundle_fd, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  /* If it fails, there is nobody to be told of it: a full disk must not end the container. */
  if (dir >= 0)
    event_append (dir, &line);
}

void
event_started (const struct monitor *m)
{
  tell (m, "start", NULL);
}

void
event_ended (const struct monitor *m)
{
  const struct record_Status *st = &m->status;
  autofree char *reason = st->reason ? mem_printf (",\"reason\":\"%s\"", st->reason) : NULL;
  autofree char *more = mem_printf ("\"exit\":%lld,\"oom_killed\":%s%s", (long long) st->exit_code.value,
                                    st->oom_killed.value ? "true" : "false", reason ?: "");
  if (m->oom && ! m->failed_step)
    tell (m, "oom", NULL);
  if (! m->failed_step)
    tell (m, "die", more);
  if (reason)
    tell (m, "container-died", more);
}

void
event_health (const struct monitor *m)
{
  tell (m, m->health.state.status == HEALTH_HEALTHY ? "health_status: healthy" : "health_status: unhealthy", NULL);
}
