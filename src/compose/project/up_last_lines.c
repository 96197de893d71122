/* up_last_lines.c - why a container failed is often in what it printed, and the undoing takes that away. */
#include "log_view.h"
#include "screen.h"
#include "up_parts.h"

enum
{
  LAST_LINES = 10,
};

/* It ended with failure, or is not healthy. */
static bool
has_failed (const struct container *c)
{
  bool ended = streq (c->state, "exited") || streq (c->state, "dead") || streq (c->state, "restarting");
  if (ended)
    return c->status && c->status->exit_code.value != 0;
  return c->health && c->health->status && streq (c->health->status, "unhealthy");
}

static void
show (const struct up *u, const struct container *c)
{
  struct log_view_options o = { .filter = { .id_or_name = c->record->id }, .tail = LAST_LINES, .prefix = true };
  autologview struct log_view *view = NULL;
  autofree char *text = NULL;
  size_t size = 0;
  FILE *out = open_memstream (&text, &size);
  if (! out)
    return;
  if (log_view_open (u->s, &o, &view, NULL) >= 0)
    log_view_print (view, out, NULL);
  fclose (out);
  for (char *save = NULL, *line = strtok_r (text, "\n", &save); line; line = strtok_r (NULL, "\n", &save))
    screen_line (u->screen, "%s", line);
}

void
up_show_last_lines (const struct up *u)
{
  autocontainers struct containers now = { 0 };
  struct container_filter filter = { .project = u->project->name, .oneoff = -1 };
  if (containers_list (u->s, &filter, &now, NULL) < 0)
    return;
  for (size_t i = 0; i < now.n; i++)
    if (has_failed (&now.v[i]))
      show (u, &now.v[i]);
}
