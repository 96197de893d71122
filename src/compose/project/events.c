/* events.c - what perry-compose tells a project's log of events. Runs in perry-compose. */
#include <fcntl.h>

#include "event_log.h"
#include "log.h"
#include "state.h"

void
project_event (const struct settings *s, const char *project, const char *kind, const char *service,
               const char *container, const char *fmt, ...)
{
  autofree char *more = NULL;
  if (! project)
    return;
  if (fmt)
    {
      va_list ap;
      va_start (ap, fmt);
      more = mem_vprintf (fmt, ap);
      va_end (ap);
    }
  const struct event_line event = { .kind = kind, .service = service, .container = container, .more = more };
  autofree char *path = data_path (s, "projects/%s", project);
  autoclose int dir = open (path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  int r = dir < 0 ? -errno : event_append (dir, &event);
  if (r < 0)
    log_warning ("%s/" EVENT_LOG ": %s", path, strerror (-r));
}

void
project_event_create (const struct settings *s, const char *project, const struct compose_Service *service,
                      const char *name, const char *container)
{
  project_event (s, project, "create", name, container, NULL);
  for (size_t i = 0; i < service->annotations.n; i++)
    if (streq (service->annotations.keys[i], UNTRUSTED_ANNOTATION))
      project_event (s, project, "untrusted-shared-kernel", name, container, NULL);
}
