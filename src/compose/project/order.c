/* order.c - jobs over containers that exist, in the order that their records' depends_on gives, or its reverse. */
#include "down.h"

#include <ctype.h>

static bool
depends (const struct record_Container *a, const struct record_Container *b)
{
  for (size_t i = 0; b->service && i < a->depends_on.n; i++)
    if (a->depends_on.v[i].service && streq (a->depends_on.v[i].service, b->service))
      return true;
  return false;
}

int
order_stop (void *arg, struct error **err)
{
  const struct order_job *job = arg;
  return container_stop (&job->c->settings, job->container, *(const int *) job->arg, false, err);
}

/* "Would be removed": DONE, with --dry-run. */
static void
only_say (const struct containers *v, const char *done, struct screen *screen)
{
  autofree char *word = mem_printf ("Would be %c%s", tolower ((unsigned char) *done), done + 1);
  for (size_t i = 0; i < v->n; i++)
    {
      autofree char *row = mem_printf ("Container %s", v->v[i].record->name);
      screen_row (screen, row, SCREEN_DONE, word, NULL);
    }
}

int
containers_in_order (const struct context *c, const struct containers *v, const struct order_options *o,
                     struct screen *screen, struct error **err)
{
  autofree struct job *jobs = mem_alloc ((v->n + 1) * sizeof *jobs);
  autofree struct order_job *args = mem_alloc ((v->n + 1) * sizeof *args);
  autofree size_t *after = mem_alloc ((v->n * v->n + 1) * sizeof *after);
  autostrv struct strv names = { 0 };
  if (c->settings.dry_run)
    {
      only_say (v, o->done, screen);
      return 0;
    }
  for (size_t i = 0; i < v->n; i++)
    {
      const struct record_Container *mine = v->v[i].record;
      size_t *list = after + i * v->n, n = 0;
      for (size_t k = 0; k < v->n; k++)
        {
          const struct record_Container *other = v->v[k].record;
          if (k != i && (o->forward ? depends (mine, other) : depends (other, mine)))
            list[n++] = k;
        }
      strv_printf (&names, "Container %s", mine->name);
      args[i] = (struct order_job) { c, &v->v[i], o->arg };
      jobs[i] = (struct job) { .name = names.v[i], .run = o->run, .arg = &args[i], .after = list, .n_after = n,
                               .doing = o->doing, .done = o->done };
    }
  struct jobs_options options = { .parallel = c->settings.parallel, .go_on = true, .screen = screen, .cancel_fd = -1 };
  int r = jobs_run (jobs, v->n, &options, err);
  jobs_free (jobs, v->n);
  return r;
}
