/* on_services.c - see on_services.h. */
#include "on_services.h"

#include "log.h"
#include "state.h"

int
timeout_option (const struct cli_number *seconds, int *ret, struct error **err)
{
  *ret = -1;
  if (! seconds->set)
    return 0;
  if (seconds->value < 0 || seconds->value > INT32_MAX / 1000)
    return fail (err, EINVAL, "--timeout %lld: want seconds, from 0", seconds->value);
  *ret = (int) seconds->value * 1000;
  return 0;
}

/* The files, if they can be read: a project can be worked on without them. */
static int
load_if_there (struct context *c, struct error **err)
{
  autoerror struct error *unread = NULL;
  if (context_project (c, NULL, &unread) >= 0)
    return 0;
  log_debug ("without the compose files: %s", error_text (unread));
  return context_name (c, err);
}

static int
run_jobs (struct context *c, const struct on_services *what, struct containers *v, struct error **err)
{
  struct screen *screen = context_screen (c, what->order.doing);
  int r = containers_in_order (c, v, &what->order, screen, err);
  screen_close (screen);
  return r;
}

static bool
has_container (const struct containers *v, const char *service)
{
  for (size_t i = 0; i < v->n; i++)
    if (v->v[i].record->service && streq (v->v[i].record->service, service))
      return true;
  return false;
}

/* NAMES, and whatever these depend on, as their containers' records say; what has no container cannot be meant. */
static int
add_dependencies (struct context *c, struct strv *names, struct error **err)
{
  autocontainers struct containers all = { 0 };
  struct container_filter filter = { .project = c->project_name, .oneoff = -1 };
  TRY (containers_list (&c->settings, &filter, &all, err));
  for (size_t n = 0; n < names->n; n++)
    for (size_t i = 0; i < all.n; i++)
      {
        const struct record_Container *r = all.v[i].record;
        for (size_t k = 0; r->service && streq (r->service, names->v[n]) && k < r->depends_on.n; k++)
          {
            const char *on = r->depends_on.v[k].service;
            if (on && ! strv_has (names, on) && has_container (&all, on))
              strv_add (names, on);
          }
      }
  return 0;
}

int
run_on_services (const struct global_args *g, const struct on_services *what, int argc, char **argv, struct error **err)
{
  autocontext struct context c = { 0 };
  autocontainers struct containers v = { 0 };
  autostrv struct strv names = { 0 };
  autoclose int lock = -1;
  for (int i = 0; i < argc; i++)
    strv_add (&names, argv[i]);
  TRY (context_open (g, &c, err));
  TRY (what->load ? load_if_there (&c, err) : context_name (&c, err));
  if (! c.settings.dry_run)
    TRY (project_lock (&c.settings, c.project_name, &lock, err));
  if (what->dependencies)
    TRY (add_dependencies (&c, &names, err));
  TRY (context_containers (&c, names.v, (int) names.n, what->oneoff, &v, err));
  if (v.n == 0)
    return fail (err, E_NOT_FOUND, "project %s has no containers", c.project_name);
  if (what->wanted)
    containers_keep (&v, what->wanted, what->order.arg);
  return run_jobs (&c, what, &v, err);
}
