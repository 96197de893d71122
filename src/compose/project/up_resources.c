/* up_resources.c - networks and volumes, made before the containers that use them, and written to the journal before
 * that. */
#include "errors.h"
#include "net.h"
#include "up_parts.h"
#include "volumes.h"

/* With --all-resources, also those that no service uses. */
static bool
uses_network (const struct up *u, const char *key)
{
  if (u->c->global->all_resources)
    return true;
  for (size_t i = 0; i < u->graph.n; i++)
    for (size_t k = 0; u->selected[i] && k < u->graph.v[i].service->networks.n; k++)
      if (streq (u->graph.v[i].service->networks.keys[k], key))
        return true;
  return false;
}

static bool
uses_volume (const struct up *u, const char *key)
{
  if (u->c->global->all_resources)
    return true;
  for (size_t i = 0; i < u->graph.n; i++)
    for (size_t k = 0; u->selected[i] && k < u->graph.v[i].service->volumes.n; k++)
      {
        const struct compose_VolumeMount *m = &u->graph.v[i].service->volumes.v[k];
        if (streq (m->type, "volume") && m->source && streq (m->source, key))
          return true;
      }
  return false;
}

static int
make_network (struct up *u, size_t i, const struct strv *there, struct error **err)
{
  const struct compose_Network *n = &u->project->model->networks.v[i];
  const char *key = u->project->model->networks.keys[i];
  autofree char *row = mem_printf ("Network %s", n->name);
  bool created = false, known = strv_has (there, n->name);
  if (! known && ! n->external.value)
    {
      TRY (journal_add (u->s, u->project->name, JOURNAL_NETWORK, n->name, err));
      screen_row (u->screen, row, SCREEN_WORKING, "Creating", NULL);
    }
  TRY_DOING (err, network_ensure (u->s, n, u->project->name, key, &created, err), "network %s", n->name);
  if (created)
    screen_row (u->screen, row, SCREEN_DONE, "Created", NULL);
  return 0;
}

static int
make_volume (struct up *u, size_t i, const struct strv *there, struct error **err)
{
  const struct compose_Volume *v = &u->project->model->volumes.v[i];
  const char *key = u->project->model->volumes.keys[i];
  autofree char *row = mem_printf ("Volume %s", v->name);
  bool created = false;
  if (! strv_has (there, v->name) && ! v->external.value)
    {
      TRY (journal_add (u->s, u->project->name, JOURNAL_VOLUME, v->name, err));
      screen_row (u->screen, row, SCREEN_WORKING, "Creating", NULL);
    }
  TRY_DOING (err, volume_ensure (u->s, v, u->project->name, key, &created, err), "volume %s", v->name);
  if (created)
    screen_row (u->screen, row, SCREEN_DONE, "Created", NULL);
  return 0;
}

int
up_resources (struct up *u, struct error **err)
{
  const struct compose_Project *m = u->project->model;
  autostrv struct strv networks = { 0 }, volumes = { 0 };
  TRY (network_list (u->s, NULL, &networks, err));
  TRY (volume_list (u->s, NULL, &volumes, err));
  for (size_t i = 0; i < m->networks.n; i++)
    if (uses_network (u, m->networks.keys[i]))
      TRY (make_network (u, i, &networks, err));
  for (size_t i = 0; i < m->volumes.n; i++)
    if (uses_volume (u, m->volumes.keys[i]))
      TRY (make_volume (u, i, &volumes, err));
  return 0;
}

bool
up_networks_changed (const struct up *u)
{
  const struct compose_Project *m = u->project->model;
  for (size_t i = 0; i < m->networks.n; i++)
    if (uses_network (u, m->networks.keys[i]) && network_changed (u->s, &m->networks.v[i]))
      return true;
  return false;
}

void
up_tell_changed_volumes (const struct up *u)
{
  const struct compose_Project *m = u->project->model;
  for (size_t i = 0; i < m->volumes.n; i++)
    if (uses_volume (u, m->volumes.keys[i]) && volume_changed (u->s, &m->volumes.v[i]))
      screen_line (u->screen, "volume %s has another definition now and stays as it is, with its data: `down -v` and "
                   "`up` make it anew", m->volumes.v[i].name);
}

static void
plan_resource (const struct up *u, const char *kind, const char *name, bool external)
{
  autofree char *row = mem_printf ("%s %s", kind, name);
  screen_row (u->screen, row, external ? SCREEN_ERROR : SCREEN_DONE, external ? "Missing" : "Creating",
              external ? "it is external" : NULL);
}

int
up_plan_resources (const struct up *u, struct error **err)
{
  const struct compose_Project *m = u->project->model;
  autostrv struct strv networks = { 0 }, volumes = { 0 };
  TRY (network_list (u->s, NULL, &networks, err));
  TRY (volume_list (u->s, NULL, &volumes, err));
  for (size_t i = 0; i < m->networks.n; i++)
    if (uses_network (u, m->networks.keys[i]) && ! strv_has (&networks, m->networks.v[i].name))
      plan_resource (u, "Network", m->networks.v[i].name, m->networks.v[i].external.value);
  for (size_t i = 0; i < m->volumes.n; i++)
    if (uses_volume (u, m->volumes.keys[i]) && ! strv_has (&volumes, m->volumes.v[i].name))
      plan_resource (u, "Volume", m->volumes.v[i].name, m->volumes.v[i].external.value);
  return 0;
}
