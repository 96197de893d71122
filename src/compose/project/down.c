/* down.c - the steps of `down`. Runs in perry-compose under the project's lock; needs no compose file. */
#include "down.h"

#include "errors.h"
#include "image.h"
#include "net.h"
#include "state.h"
#include "volumes.h"

void
down_report_free (struct down_report *r)
{
  strv_free (&r->errors);
}

static void
note (struct down_report *report, struct error **first, struct error **err)
{
  strv_add (&report->errors, error_text (*err));
  if (! *first)
    {
      *first = *err;
      *err = NULL;
    }
  error_free (err);
}

static int
remove_one (void *arg, struct error **err)
{
  const struct order_job *job = arg;
  const struct container_removal *how = job->arg;
  const struct settings *s = &job->c->settings;
  TRY (journal_add (s, job->c->project_name, JOURNAL_REMOVED, job->container->record->id, err));
  return container_remove (s, job->container, how, err);
}

/* Says with --dry-run that ROW would go; false: it is to be done. */
static bool
only_said (const struct context *c, struct screen *screen, const char *row)
{
  if (c->settings.dry_run)
    screen_row (screen, row, SCREEN_DONE, "Would be removed", NULL);
  return c->settings.dry_run;
}

static void
take_networks_down (struct context *c, const struct containers *gone, struct screen *screen, struct down_report *report,
                    struct error **first)
{
  const struct settings *s = &c->settings;
  autostrv struct strv names = { 0 };
  autoerror struct error *err = NULL;
  autofree const struct record_Container **records = mem_alloc ((gone->n + 1) * sizeof *records);
  for (size_t i = 0; i < gone->n; i++)
    records[i] = gone->v[i].record;
  if (! s->dry_run && network_detach_all (s, records, gone->n, &err) < 0)
    note (report, first, &err);
  if (network_list (s, c->project_name, &names, &err) < 0)
    note (report, first, &err);
  for (size_t i = 0; i < names.n; i++)
    {
      autofree char *row = mem_printf ("Network %s", names.v[i]);
      if (only_said (c, screen, row))
        continue;
      screen_row (screen, row, SCREEN_WORKING, "Removing", NULL);
      bool good = network_remove (s, names.v[i], &err) >= 0;
      screen_row (screen, row, good ? SCREEN_DONE : SCREEN_ERROR, good ? "Removed" : "Error", error_text (err));
      if (good)
        report->networks++;
      else
        note (report, first, &err);
    }
}

static void
remove_volumes (struct context *c, struct screen *screen, struct down_report *report, struct error **first)
{
  const struct settings *s = &c->settings;
  autostrv struct strv names = { 0 };
  autoerror struct error *err = NULL;
  if (volume_list (s, c->project_name, &names, &err) < 0)
    note (report, first, &err);
  for (size_t i = 0; i < names.n; i++)
    {
      autofree char *row = mem_printf ("Volume %s", names.v[i]);
      if (only_said (c, screen, row))
        continue;
      screen_row (screen, row, SCREEN_WORKING, "Removing", NULL);
      bool good = volume_remove (s, names.v[i], &err) >= 0;
      screen_row (screen, row, good ? SCREEN_DONE : SCREEN_ERROR, good ? "Removed" : "Error", error_text (err));
      if (good)
        report->volumes++;
      else
        note (report, first, &err);
    }
}

static void
remove_images (struct context *c, const struct containers *gone, const char *which, struct screen *screen,
               struct down_report *report, struct error **first)
{
  for (size_t i = 0; i < gone->n; i++)
    {
      autoerror struct error *err = NULL;
      const char *image = gone->v[i].record->image;
      autofree char *built =
          mem_printf ("%s-%s", c->project_name, gone->v[i].record->service ? gone->v[i].record->service : "");
      autofree char *row = mem_printf ("Image %s", image);
      if (! image || (streq (which, "local") && ! streq (image, built)) || only_said (c, screen, row))
        continue;
      int r = image_remove (&c->settings, image, false, NULL, &err);
      if (r < 0 && r != -E_NO_IMAGE)
        note (report, first, &err);
    }
}

static bool
is_everything (const struct down_options *o)
{
  return ! o->services || o->services->n == 0;
}

/* Also when nothing was running: a killed command may have left networks. */
static void
steps (struct context *c, const struct down_options *o, struct screen *screen, struct containers *v,
       struct down_report *report, struct error **first)
{
  autoerror struct error *err = NULL;
  bool all = is_everything (o);
  struct container_removal how = { .timeout = o->timeout, .volumes = o->volumes, .keep_network = all };
  struct order_options order = { .run = remove_one, .arg = &how, .doing = "Stopping", .done = "Removed" };
  if (containers_in_order (c, v, &order, screen, &err) < 0)
    note (report, first, &err);
  else if (! c->settings.dry_run)
    report->containers = v->n;
  if (! c->settings.dry_run && journal_finish (&c->settings, c->project_name, &err) < 0)
    note (report, first, &err);
  if (! all)
    return;
  take_networks_down (c, v, screen, report, first);
  if (o->volumes)
    remove_volumes (c, screen, report, first);
  if (o->rmi)
    remove_images (c, v, o->rmi, screen, report, first);
  if (! c->settings.dry_run && ! *first && project_state_end (&c->settings, c->project_name, o->volumes, &err) < 0)
    note (report, first, &err);
}

int
project_down (struct context *c, const struct down_options *o, struct down_report *report, struct error **err)
{
  autoclose int lock = -1;
  autocontainers struct containers v = { 0 };
  autoerror struct error *first = NULL;
  const struct settings *s = &c->settings;
  int n = o->services ? (int) o->services->n : 0;
  if (! s->dry_run)
    TRY (project_lock (s, c->project_name, &lock, err));
  TRY (context_containers (c, n ? o->services->v : NULL, n, 0, &v, err));
  struct screen *screen = context_screen (c, "Taking down");
  steps (c, o, screen, &v, report, &first);
  screen_close (screen);
  return first ? fail (err, first->code, "%s", error_text (first)) : 0;
}
