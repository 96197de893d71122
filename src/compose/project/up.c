/* up.c - the steps of `up`: select, images, compare, networks and volumes, containers, wait; or undo. Runs in
 * perry-compose under the project's lock. */
#include <signal.h>
#include <sys/signalfd.h>

#include "log.h"
#include "net.h"
#include "record_store.h"
#include "up_parts.h"

void
up_free (struct up *u)
{
  for (size_t i = 0; u->images && i < u->graph.n; i++)
    image_free (&u->images[i]);
  for (size_t i = 0; u->hashes && i < u->graph.n; i++)
    free (u->hashes[i]);
  free (u->images);
  free (u->hashes);
  free (u->nodes);
  free (u->selected);
  plan_free (&u->plan);
  containers_free (&u->there);
  graph_free (&u->graph);
  screen_close (u->screen);
  close_fd (&u->hold);
  close_fd (&u->cancel_fd);
}

char *
up_container_name (const struct up *u, const struct plan_item *item)
{
  const struct graph_node *node = &u->graph.v[item->node];
  if (item->old)
    return mem_strdup (item->old->record->name);
  if (node->service->container_name)
    return mem_strdup (node->service->container_name);
  return mem_printf ("%s-%s-%u", u->project->name, node->name, item->number);
}

char *
up_row (const struct up *u, const struct plan_item *item)
{
  if (item->action == PLAN_PREPARE)
    return mem_printf ("Service %s", u->graph.v[item->node].name);
  autofree char *name = up_container_name (u, item);
  return mem_printf ("Container %s", name);
}

static int
hash_services (struct up *u, struct error **err)
{
  u->hashes = mem_alloc ((u->graph.n + 1) * sizeof *u->hashes);
  u->nodes = mem_alloc ((u->graph.n + 1) * sizeof *u->nodes);
  for (size_t i = 0; i < u->graph.n; i++)
    {
      const struct graph_node *node = &u->graph.v[i];
      u->nodes[i].selected = u->selected[i];
      if (! u->selected[i])
        continue;
      autofree char *extra = bundle_hash_extra (u->s, u->project, node->service, &u->images[i]);
      u->hashes[i] = project_config_hash (u->project, node->name, extra);
      if (! u->hashes[i])
        return fail (err, EIO, "service %s: its configuration cannot be hashed", node->name);
      u->nodes[i].hash = u->hashes[i];
    }
  return 0;
}

bool
up_removes_orphans (const struct up *u)
{
  return u->o->remove_orphans || project_flag (u->project, "COMPOSE_REMOVE_ORPHANS");
}

static int
deal_with_orphans (struct up *u, struct error **err)
{
  autotext struct text names = { 0 };
  for (size_t i = 0; i < u->plan.n_orphans; i++)
    {
      const struct container *c = u->plan.orphans[i];
      autofree char *row = mem_printf ("Container %s", c->record->name);
      if (up_removes_orphans (u))
        {
          screen_row (u->screen, row, SCREEN_WORKING, "Removing", NULL);
          TRY (container_remove (u->s, c, &(struct container_removal) { .timeout = u->o->timeout }, err));
          screen_row (u->screen, row, SCREEN_DONE, "Removed", NULL);
        }
      else
        text_printf (&names, "%s%s", names.len ? ", " : "", c->record->name);
    }
  if (names.len && ! project_flag (u->project, "COMPOSE_IGNORE_ORPHANS"))
    screen_line (u->screen, "containers of services that the file does not have: %s; --remove-orphans removes them",
                 names.s);
  return 0;
}

static int
compare (struct up *u, struct error **err)
{
  struct container_filter mine = { .project = u->project->name };
  TRY (hash_services (u, err));
  TRY (containers_list (u->s, &mine, &u->there, err));
  return plan_build (u->project, &u->graph, u->nodes, &u->there, &u->o->plan, &u->plan, err);
}

static int
print_plan (const struct up *u, struct error **err)
{
  TRY (up_plan_resources (u, err));
  for (size_t i = 0; i < u->plan.n; i++)
    {
      const struct plan_item *item = &u->plan.v[i];
      autofree char *row = up_row (u, item);
      screen_row (u->screen, row, SCREEN_DONE, plan_doing (item->action), item->reason);
    }
  for (size_t i = 0; i < u->plan.n_orphans; i++)
    {
      autofree char *row = mem_printf ("Container %s", u->plan.orphans[i]->record->name);
      bool removing = up_removes_orphans (u);
      screen_row (u->screen, row, removing ? SCREEN_DONE : SCREEN_WARNING, removing ? "Removing" : "Orphan", NULL);
    }
  return up_check_ports (u, err);
}

static int
save_state (const struct up *u, struct error **err)
{
  const struct project *p = u->project;
  char now[RECORD_TIME_SIZE];
  autostrv struct strv networks = { 0 }, volumes = { 0 };
  autofree char *boot = record_boot_id ();
  for (size_t i = 0; i < p->model->networks.n; i++)
    if (! p->model->networks.v[i].external.value)
      strv_add (&networks, p->model->networks.v[i].name);
  for (size_t i = 0; i < p->model->volumes.n; i++)
    if (! p->model->volumes.v[i].external.value)
      strv_add (&volumes, p->model->volumes.v[i].name);
  record_time (now);
  const struct strv *profiles = &u->c->global->profiles;
  struct state_ProjectState st = {
    .name = p->name,
    .directory = p->directory,
    .files = { .n = p->files.n, .v = (const char **) p->files.v, .set = true },
    .env_files = { .n = p->env_files.n, .v = (const char **) p->env_files.v, .set = true },
    .profiles = { .n = profiles->n, .v = (const char **) profiles->v, .set = true },
    .networks = { .n = networks.n, .v = (const char **) networks.v, .set = true },
    .volumes = { .n = volumes.n, .v = (const char **) volumes.v, .set = true },
    .boot_id = boot,
    .updated = now,
  };
  return project_state_write (u->s, &st, err);
}

/* Nothing to do is the common case of a second `up`: it must not write, nor wait for a disk. */
static bool
nothing_to_do (const struct up *u)
{
  for (size_t i = 0; i < u->plan.n; i++)
    if (u->plan.v[i].action != PLAN_KEEP)
      return false;
  return u->plan.n > 0 && ! up_networks_changed (u);
}

static int
change (struct up *u, struct error **err)
{
  up_tell_changed_volumes (u);
  if (! nothing_to_do (u))
    {
      TRY (save_state (u, err));
      TRY (up_resources (u, err));
    }
  TRY (network_restore (u->s, err));
  TRY (up_containers (u, err));
  if (u->o->wait_as)
    TRY (up_wait_as (u, u->o->wait_as, err));
  return u->o->wait ? up_wait (u, err) : 0;
}

/* The journal is there as long as something would have to be undone. */
static int
finish (struct up *u, int result, struct error **err)
{
  const char *name = u->project->name;
  if (result >= 0 || u->o->on_failure != ON_FAILURE_ROLLBACK || u->keep)
    {
      int r = journal_finish (u->s, name, result >= 0 ? err : NULL);
      return result < 0 ? result : r;
    }
  autoerror struct error *undo = NULL;
  if (result != -E_CANCELLED)
    up_show_last_lines (u);
  screen_line (u->screen, "Undoing what was done (--on-failure halt keeps it)");
  if (journal_undo (u->s, name, &undo) < 0)
    log_warning ("undo: %s", error_text (undo));
  else if (u->there.n == 0)
    project_state_end (u->s, name, false, NULL);
  return result;
}

static int
run_steps (struct up *u, struct error **err)
{
  TRY (plan_check_scale (u->project, u->o->plan.scale, err));
  TRY (graph_build (u->project, &u->graph, err));
  TRY (graph_select (&u->graph, u->o->plan.targets, u->o->no_deps, &u->selected, err));
  u->images = mem_alloc ((u->graph.n + 1) * sizeof *u->images);
  autoclose int lock = -1;
  if (! u->s->dry_run)
    TRY (project_lock (u->s, u->project->name, &lock, err));
  u->screen = context_screen (u->c, "Running");
  TRY (image_hold (u->s, &u->hold, err));
  TRY (up_images (u, err));
  TRY (compare (u, err));
  if (u->s->dry_run)
    return print_plan (u, err);
  TRY (up_check_ports (u, err));
  TRY (deal_with_orphans (u, err));
  return finish (u, change (u, err), err);
}

int
up_prepare_one (struct up *u, struct context *c, const char *service, const struct up_options *o, struct error **err)
{
  struct strv target = { .v = (char *[]) { (char *) service, NULL }, .n = 1 };
  *u = (struct up) { .c = c, .s = &c->settings, .project = &c->project, .o = o, .hold = -1, .cancel_fd = -1 };
  TRY (graph_build (u->project, &u->graph, err));
  TRY (graph_select (&u->graph, &target, true, &u->selected, err));
  u->images = mem_alloc ((u->graph.n + 1) * sizeof *u->images);
  u->screen = context_screen (c, "Running");
  TRY (image_hold (u->s, &u->hold, err));
  TRY (up_images (u, err));
  TRY (save_state (u, err));
  return up_resources (u, err);
}

/* ^C and SIGTERM are read from a descriptor while jobs run: what was made is undone in order. */
static int
catch_signals (sigset_t *old, struct error **err)
{
  sigset_t set;
  sigemptyset (&set);
  sigaddset (&set, SIGINT);
  sigaddset (&set, SIGTERM);
  sigaddset (&set, SIGHUP);
  sigprocmask (SIG_BLOCK, &set, old);
  int fd = signalfd (-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
  return fd < 0 ? fail_sys (err, errno, "signalfd") : fd;
}

int
project_up (struct context *c, const struct up_options *o, struct error **err)
{
  sigset_t old;
  struct up u = { .c = c, .s = &c->settings, .project = &c->project, .o = o, .hold = -1 };
  u.cancel_fd = catch_signals (&old, err);
  int r = u.cancel_fd < 0 ? u.cancel_fd : run_steps (&u, err);
  up_free (&u);
  sigprocmask (SIG_SETMASK, &old, NULL);
  return r;
}
