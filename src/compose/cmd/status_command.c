/* status_command.c - the command `status`: each service in one word, and whether all is well. */
#include "commands.h"
#include "log.h"
#include "ocispec.h"

/* What a node of the graph is; the worst of its replicas counts, the later the worse. */
#define NODE_STATES(X)                                                                                                \
  X (RUNNING, "running") X (STOPPED, "stopped") X (PENDING, "pending") X (UNKNOWN, "unknown") X (FAILED, "failed")
enum node_state
{
#define NODE_STATE_ENUM(name, word) NODE_##name,
  NODE_STATES (NODE_STATE_ENUM)
#undef NODE_STATE_ENUM
};
static const char *const words[] = {
#define NODE_STATE_WORD(name, word) word,
  NODE_STATES (NODE_STATE_WORD)
#undef NODE_STATE_WORD
};

#undef OCI_PREFIX
#define OCI_PREFIX status_
#define SPEC_Graph(F, T)                                                                                              \
  F (T, map,                   nodes,        "nodes")                                                                 \
  F (T, flag,                  healthy,      "healthy")                                                               \
  F (T, map,                   errors,       "errors")
DECLARE (Graph)
DEFINE (Graph)
#undef OCI_PREFIX
#define OCI_PREFIX oci_

struct status_args
{
  bool json;
};

static const struct opt status_options[] = {
  FLAG (status_args, json, 0, "json", "as a JSON object: nodes, healthy, errors")
  END_OF_OPTIONS
};

struct node_status
{
  const char *name;
  enum node_state state;
  bool seen;         /* it has a container */
  bool well;         /* nothing to be done about it */
  char *error;
};

struct statuses
{
  struct node_status *v;
  size_t n;
};

static struct node_status *
node_of (struct statuses *all, const char *name)
{
  for (size_t i = 0; i < all->n; i++)
    if (streq (all->v[i].name, name))
      return &all->v[i];
  all->v = mem_grow (all->v, all->n + 1, sizeof *all->v);
  all->v[all->n] = (struct node_status) { .name = name, .state = NODE_PENDING };
  return &all->v[all->n++];
}

/* One that ended by itself with 0, or because somebody stopped it, has stopped; any other end is a failure. */
static enum node_state
state_of (const struct container *c, bool *ret_well, char **ret_error)
{
  const struct record_Status *st = c->status;
  long long code = st ? (long long) st->exit_code.value : 0;
  bool unhealthy = c->health && c->health->status && streq (c->health->status, "unhealthy");
  *ret_well = true;
  if (streq (c->state, "running") && ! unhealthy && c->monitored)
    return NODE_RUNNING;
  if (streq (c->state, "exited") && code == 0 && ! c->reason)
    {
      *ret_well = ! (st && st->stopped_by_user.value);
      return NODE_STOPPED;
    }
  *ret_well = false;
  if (streq (c->state, "paused") || (streq (c->state, "exited") && st && st->stopped_by_user.value))
    return NODE_STOPPED;
  if (streq (c->state, "created"))
    return NODE_PENDING;
  if (streq (c->state, "running") && ! unhealthy)
    {
      *ret_error = mem_printf ("%s runs, but its monitor was killed: `perry-compose up` gives it a new one",
                               c->record->name);
      return NODE_UNKNOWN;
    }
  if (unhealthy)
    *ret_error = mem_printf ("%s is unhealthy", c->record->name);
  else
    *ret_error = mem_printf ("%s is %s, exit status %lld%s%s%s%s", c->record->name, c->state, code,
                             c->reason ? ", " : "", c->reason ? c->reason : "", st && st->error ? ": " : "",
                             st && st->error ? st->error : "");
  return streq (c->state, "restarting") ? NODE_PENDING : NODE_FAILED;
}

static void
add_container (struct statuses *all, const struct container *c)
{
  autofree char *error = NULL;
  bool well;
  struct node_status *n = node_of (all, c->record->service);
  enum node_state state = state_of (c, &well, &error);
  n->well = well && (! n->seen || n->well);
  if (! n->seen || state > n->state)
    n->state = state;
  n->seen = true;
  if (error && ! n->error)
    n->error = TAKE_PTR (error);
}

static bool
all_well (const struct statuses *all)
{
  for (size_t i = 0; i < all->n; i++)
    if (! all->v[i].well)
      return false;
  return true;
}

static void
print_json (const struct statuses *all)
{
  autofree const char **names = mem_alloc ((all->n + 1) * sizeof *names);
  autofree const char **states = mem_alloc ((all->n + 1) * sizeof *states);
  autofree const char **failed = mem_alloc ((all->n + 1) * sizeof *failed);
  autofree const char **why = mem_alloc ((all->n + 1) * sizeof *why);
  struct status_Graph g = { .nodes = { .n = all->n, .v = states, .keys = names, .set = true },
                            .healthy = { all_well (all), true }, .errors = { .v = why, .keys = failed, .set = true } };
  for (size_t i = 0; i < all->n; i++)
    {
      names[i] = all->v[i].name;
      states[i] = words[all->v[i].state];
      if (! all->v[i].error)
        continue;
      failed[g.errors.n] = all->v[i].name;
      why[g.errors.n++] = all->v[i].error;
    }
  autofree char *text = oci_emit (&status_Graph_schema, &g, "  ");
  printf ("%s\n", text ? text : "");
}

static void
print_table (const struct statuses *all)
{
  static const char *const columns[] = { "SERVICE", "STATUS", "WHY", NULL };
  struct table *t = table_new (columns);
  for (size_t i = 0; i < all->n; i++)
    table_row (t, (const char *const[]) { all->v[i].name, words[all->v[i].state],
                                          all->v[i].error ? all->v[i].error : "" });
  table_print (t, stdout, true);
  printf ("%s\n", all_well (all) ? "healthy" : "not healthy");
}

/* Without its files a project is what its containers say. */
static int
load (struct context *c, struct error **err)
{
  autoerror struct error *why = NULL;
  if (context_project (c, NULL, &why) >= 0)
    return 0;
  log_debug ("without the compose files: %s", error_text (why));
  return context_name (c, err);
}

static int
run (const void *global, void *args, int argc UNUSED, char **argv UNUSED, struct error **err)
{
  const struct status_args *a = args;
  autocontext struct context c = { 0 };
  autocontainers struct containers v = { 0 };
  struct statuses all = { 0 };
  TRY (context_open (global, &c, err));
  TRY (load (&c, err));
  TRY (context_containers (&c, NULL, 0, -1, &v, err));
  const struct compose_Project *m = c.project.model;
  for (size_t i = 0; m && i < m->services.n; i++)
    node_of (&all, m->services.keys[i]);
  for (size_t i = 0; i < v.n; i++)
    if (v.v[i].record->service)
      add_container (&all, &v.v[i]);
  if (a->json || c.settings.json)
    print_json (&all);
  else
    print_table (&all);
  for (size_t i = 0; i < all.n; i++)
    free (all.v[i].error);
  free (all.v);
  return 0;
}

const struct command cmd_status = {
  .name = "status",
  .operands = "",
  .help = "show each service in one word: running, stopped, failed, pending, unknown",
  .opts = status_options,
  .args_size = sizeof (struct status_args),
  .run = run,
};
