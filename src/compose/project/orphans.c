/* orphans.c - containers of services that the project's files do not have any more. `up` finds them with its plan
 * (plan.c); this is for commands without one. Runs in perry-compose under the project's lock. */
#include "down.h"
#include "state.h"

static bool
is_orphan (const struct project *p, const struct record_Container *c)
{
  return c->service && ! project_service (p, c->service) && ! node_get (p->disabled, c->service);
}

static int
remove_one (const struct context *c, const struct container *orphan, struct screen *screen, struct error **err)
{
  const struct container_removal how = { .timeout = -1 };
  autofree char *row = mem_printf ("Container %s", orphan->record->name);
  if (c->settings.dry_run)
    {
      screen_row (screen, row, SCREEN_DONE, "Would be removed", NULL);
      return 0;
    }
  screen_row (screen, row, SCREEN_WORKING, "Removing", NULL);
  int r = container_remove (&c->settings, orphan, &how, err);
  screen_row (screen, row, r < 0 ? SCREEN_ERROR : SCREEN_DONE, r < 0 ? "Error" : "Removed", NULL);
  return r;
}

int
project_remove_orphans (struct context *c, struct error **err)
{
  autoclose int lock = -1;
  autocontainers struct containers all = { 0 };
  struct container_filter filter = { .project = c->project_name, .oneoff = -1 };
  int r = 0;
  if (! c->settings.dry_run)
    TRY (project_lock (&c->settings, c->project_name, &lock, err));
  TRY (containers_list (&c->settings, &filter, &all, err));
  struct screen *screen = context_screen (c, "Removing");
  for (size_t i = 0; i < all.n && r >= 0; i++)
    if (is_orphan (&c->project, all.v[i].record))
      r = remove_one (c, &all.v[i], screen, err);
  screen_close (screen);
  return r;
}
