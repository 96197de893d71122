/* up_update.c - deploy.update_config: in which steps a service's containers are made anew, and what their failures
 * mean. Only looks; but for update_finish() all of it runs in the jobs of `up`. */
#include <time.h>

#include "errors.h"
#include "log.h"
#include "up_parts.h"

const struct compose_UpdateConfig *
update_config (const struct up *u, const struct plan_item *item)
{
  const struct compose_Deploy *d = u->graph.v[item->node].service->deploy;
  return item->action == PLAN_RECREATE && d ? d->update_config : NULL;
}

/* Why two containers of SERVICE cannot run at once; NULL: they can. */
static const char *
what_is_single (const struct up *u, const struct compose_Service *service)
{
  if (service->mac_address)
    return "mac_address";
  for (size_t i = 0; i < service->networks.n; i++)
    {
      const struct compose_ServiceNetwork *n = &service->networks.v[i];
      if (n->ipv4_address || n->ipv6_address || n->mac_address)
        return "its fixed address";
    }
  return u->s->rootless && service->ports.n ? "its ports" : NULL;
}

bool
update_starts_first (const struct up *u, const struct plan_item *item, const char **why)
{
  const struct compose_UpdateConfig *c = update_config (u, item);
  if (! c || ! c->order || ! streq (c->order, "start-first"))
    return false;
  const char *single = what_is_single (u, u->graph.v[item->node].service);
  if (why)
    *why = single;
  return ! single;
}

/* The place of item K among those of its service that are made anew. */
static size_t
place (const struct up *u, size_t k)
{
  size_t n = 0;
  for (size_t i = 0; i < k; i++)
    n += u->plan.v[i].node == u->plan.v[k].node && u->plan.v[i].action == PLAN_RECREATE;
  return n;
}

size_t
update_before (const struct up *u, size_t k)
{
  const struct compose_UpdateConfig *c = update_config (u, &u->plan.v[k]);
  size_t at_once = c && c->parallelism.set ? c->parallelism.value : 1;
  return c && at_once ? place (u, k) / at_once * at_once : 0;
}

static void
sleep_for (int64_t microseconds)
{
  struct timespec t = { .tv_sec = microseconds / 1000000, .tv_nsec = microseconds % 1000000 * 1000 };
  nanosleep (&t, NULL);
}

void
update_delay (const struct up *u, const struct plan_item *item)
{
  const struct compose_UpdateConfig *c = update_config (u, item);
  if (! c || c->delay.value <= 0 || update_before (u, (size_t) (item - u->plan.v)) == 0)
    return;
  job_phase ("Waiting for update_config.delay");
  sleep_for (c->delay.value);
}

/* Does it still run, and for the first time? A one-shot may have ended well. */
static int
judge (const struct up *u, const struct record_Container *c, struct error **err)
{
  autocontainers struct containers now = { 0 };
  TRY (container_find (u->s, c->id, &now, err));
  const struct container *n = &now.v[0];
  bool ran_well = n->status && n->status->exit_code.set && n->status->exit_code.value == 0;
  if (streq (n->state, "running") && ! (n->status && n->status->restarts.value > 0))
    return n->health && n->health->status && streq (n->health->status, "unhealthy")
           ? fail (err, E_UNHEALTHY, "the new container became unhealthy") : 0;
  if (streq (n->state, "exited") && ran_well)
    return 0;
  return fail (err, E_DEPENDENCY, "the new container does not go on running: exit status %lld",
               n->status ? (long long) n->status->exit_code.value : -1LL);
}

static int
watch (const struct up *u, const struct compose_UpdateConfig *config, const struct record_Container *c,
       struct error **err)
{
  autoerror struct error *why = NULL;
  if (c->health)
    TRY (container_wait (u->s, c->id, WAIT_HEALTHY, u->o->wait_timeout, NULL, err));
  job_phase ("Monitoring");
  int r = container_wait (u->s, c->id, WAIT_EXITED, (int) (config->monitor.value / 1000), NULL, &why);
  return r < 0 && r != -E_TIMEOUT ? fail (err, -r, "%s", error_text (why)) : judge (u, c, err);
}

int
update_watch (const struct up *u, const struct plan_item *item, const struct record_Container *c, struct error **err)
{
  const struct compose_UpdateConfig *config = update_config (u, item);
  autoerror struct error *why = NULL;
  int r = config && ! u->o->no_start ? watch (u, config, c, &why) : 0;
  if (r >= 0)
    return 0;
  if (! config->failure_action || ! streq (config->failure_action, "continue"))
    return fail (err, -r, "update: %s", error_text (why));
  log_warning ("%s: update: %s; failure_action continue goes on", c->name, error_text (why));
  return 0;
}

/* Is what failed only what is to be left as it is? */
static bool
is_paused (const struct up *u, const struct job *jobs)
{
  size_t failed = 0;
  for (size_t i = 0; i < u->plan.n; i++)
    {
      const struct compose_UpdateConfig *c = update_config (u, &u->plan.v[i]);
      if (jobs[i].state != JOB_FAILED)
        continue;
      failed++;
      if (! c || ! c->failure_action || ! streq (c->failure_action, "pause"))
        return false;
    }
  return failed > 0;
}

int
update_finish (struct up *u, const struct job *jobs, int r, struct error **err)
{
  u->keep = r < 0 && is_paused (u, jobs);
  if (r < 0 && ! u->keep && u->o->on_failure == ON_FAILURE_ROLLBACK)
    return r;
  for (size_t i = 0; i < u->plan.n; i++)
    if (jobs[i].state == JOB_DONE && update_config (u, &u->plan.v[i]))
      {
        int removed = up_remove_old (u, u->plan.v[i].old->record, r < 0 ? NULL : err);
        r = r < 0 ? r : removed;
      }
  return r;
}
