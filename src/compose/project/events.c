/* events.c - a project's log of events, DATA/projects/NAME/log.jsonl: one JSON line per event, appended in one
 * write. */
#include <fcntl.h>

#include "fs.h"
#include "json.h"
#include "log.h"
#include "record_store.h"
#include "state.h"

static void
member (struct text *t, const char *key, const char *value)
{
  if (! value)
    return;
  text_printf (t, ",\"%s\":", key);
  json_quote (t, value);
}

void
project_event (const struct settings *s, const char *project, const char *kind, const char *service,
               const char *container, const char *fmt, ...)
{
  autotext struct text line = { 0 };
  char now[RECORD_TIME_SIZE];
  if (! project)
    return;
  record_time (now);
  text_printf (&line, "{\"ts\":\"%s\"", now);
  member (&line, "kind", kind);
  member (&line, "service", service);
  member (&line, "container", container);
  if (fmt)
    {
      va_list ap;
      va_start (ap, fmt);
      autofree char *more = mem_vprintf (fmt, ap);
      va_end (ap);
      text_printf (&line, ",%s", more);
    }
  text_add (&line, "}\n");
  autofree char *path = data_path (s, "projects/%s/log.jsonl", project);
  autoclose int fd = open (path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (fd < 0 || fs_write_all (fd, line.s, line.len) < 0)
    log_warning ("%s: %s", path, strerror (errno));
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
