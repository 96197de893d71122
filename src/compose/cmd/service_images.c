/* service_images.c - see service_images.h. */
#include "service_images.h"

#include "graph.h"

void
service_images_free (struct service_images *i)
{
  for (size_t k = 0; k < i->n; k++)
    {
      free (i->v[k].service);
      free (i->v[k].reference);
      free (i->v[k].row);
    }
  free (i->v);
}

static bool
is_known (const struct service_images *i, const char *reference)
{
  for (size_t k = 0; k < i->n; k++)
    if (streq (i->v[k].reference, reference))
      return true;
  return false;
}

int
service_images_select (const struct context *c, int argc, char **argv, bool dependencies, bool unique,
                       struct service_images *ret, struct error **err)
{
  autograph struct graph graph = { 0 };
  autofree bool *selected = NULL;
  const struct strv targets = { .v = argv, .n = (size_t) argc };
  TRY (graph_build (&c->project, &graph, err));
  TRY (graph_select (&graph, &targets, ! dependencies, &selected, err));
  struct service_images found = { .v = mem_alloc ((graph.n + 1) * sizeof *found.v) };
  for (size_t k = 0; k < graph.n; k++)
    {
      const struct graph_node *node = &graph.v[k];
      autofree char *reference = node->service->image ? mem_strdup (node->service->image)
                                                      : mem_printf ("%s-%s", c->project_name, node->name);
      if (selected[k] && ! (unique && is_known (&found, reference)))
        found.v[found.n++] = (struct service_image) { mem_strdup (node->name), node->service,
                                                      mem_strdup (reference), mem_printf ("Image %s", reference) };
    }
  *ret = found;
  return 0;
}

void
service_images_add_hooks (struct service_images *i)
{
  for (size_t k = 0, n = i->n; k < n; k++)
    for (size_t h = 0; h < i->v[k].definition->pre_start.n; h++)
      {
        const char *reference = i->v[k].definition->pre_start.v[h].image;
        if (! reference || is_known (i, reference))
          continue;
        i->v = mem_grow (i->v, i->n + 1, sizeof *i->v);
        char *row = mem_printf ("Image %s", reference);
        i->v[i->n++] = (struct service_image) { mem_strdup (i->v[k].service), i->v[k].definition,
                                                mem_strdup (reference), row };
      }
}

int
service_images_run (const struct context *c, struct job *jobs, size_t n, struct screen *screen, bool ignore,
                    struct error **err)
{
  const struct jobs_options o = { .parallel = c->settings.parallel, .go_on = true, .screen = screen, .cancel_fd = -1 };
  autoerror struct error *why = NULL;
  int r = jobs_run (jobs, n, &o, &why);
  jobs_free (jobs, n);
  screen_close (screen);
  return r >= 0 || ignore ? 0 : fail (err, -r, "%s", error_text (why));
}
