/* context.c - what a command starts from: directories, the OCI runtime, the project. */
#include "log.h"

#include "backend.h"
#include "commands.h"
#include "session.h"
#include "state.h"

static int
parallel_limit (const struct global_args *g, unsigned *ret, struct error **err)
{
  const char *env = getenv ("COMPOSE_PARALLEL_LIMIT");
  char *end = NULL;
  long long n = g->parallel.set ? g->parallel.value : env && *env ? strtoll (env, &end, 10) : 0;
  if (end && *end)
    return fail (err, EINVAL, "COMPOSE_PARALLEL_LIMIT=%s: want a number, -1 for no limit", env);
  *ret = n > 0 && n < 10000 ? (unsigned) n : 0;
  return 0;
}

static unsigned
operation_timeout (void)
{
  enum { DEFAULT_S = 300, MAX_S = 1000000 };
  const char *env = getenv ("PERRY_CONTAINER_OP_TIMEOUT_SECS");
  long seconds = env ? atol (env) : DEFAULT_S;
  return 1000U * (unsigned) (seconds > 0 && seconds < MAX_S ? seconds : DEFAULT_S);
}

int
context_open (const struct global_args *g, struct context *ret, struct error **err)
{
  struct settings *s = &ret->settings;
  ret->global = g;
  s->rootless = geteuid () != 0;
  s->dry_run = g->dry_run;
  s->json = g->json;
  TRY (parallel_limit (g, &s->parallel, err));
  s->op_timeout = operation_timeout ();
  settings_directories (s, g->data_dir, g->run_dir, getuid ());
  TRY (session_enter (s, err));
  TRY (settings_make_directories (s, err));
  return backend_choose (g->runtime, &s->runtime, err);
}

struct load_options
global_load_options (const struct global_args *g, const struct strv *targets)
{
  return (struct load_options) {
    .files = &g->files,
    .env_files = &g->env_files,
    .profiles = &g->profiles,
    .targets = targets,
    .project_name = g->project_name,
    .project_directory = g->project_directory,
    .enforcement = g->enforcement,
    .policy = g->policy,
    .all_resources = g->all_resources,
  };
}

int
context_project (struct context *c, const struct strv *targets, struct error **err)
{
  struct load_options o = global_load_options (c->global, targets);
  TRY (project_load (&o, &c->project, err));
  c->project_name = mem_strdup (c->project.name);
  print_load_warnings (c->global, &c->project.warnings, c->settings.runtime);
  return 0;
}

/* A name that is only DIRECTORY's stands for a project that was begun there, or for a mistake. */
static int
check_directory (const struct context *c, const char *directory, struct error **err)
{
  struct oci_document doc = { 0 };
  const struct state_ProjectState *st = project_state_read (&c->settings, c->project_name, &doc, NULL);
  bool begun = st && st->directory && streq (st->directory, directory);
  oci_document_free (&doc);
  return begun ? 0 : fail (err, E_COMPOSE_FILE, "no compose.yaml in %s or above it, and no project was begun there: go "
                           "where it is, name a file with -f, or one of the projects of `perry-compose ls` with -p",
                           directory);
}

int
context_name (struct context *c, struct error **err)
{
  struct load_options o = global_load_options (c->global, NULL);
  autofree char *directory = NULL;
  TRY (project_name_of (&o, &c->project_name, &directory, err));
  return directory ? check_directory (c, directory, err) : 0;
}

void
context_close (struct context *c)
{
  project_free (&c->project);
  free (c->project_name);
  settings_free (&c->settings);
}

/* Does one of the containers belong to service NAME? */
static bool
has_service (const struct containers *v, const char *name)
{
  for (size_t i = 0; i < v->n; i++)
    if (v->v[i].record->service && streq (v->v[i].record->service, name))
      return true;
  return false;
}

static bool
is_of_services (const struct container *c, const void *names)
{
  return strv_has (names, c->record->service);
}

int
context_containers (struct context *c, char *const *names, int n, int oneoff, struct containers *ret,
                    struct error **err)
{
  struct container_filter filter = { .project = c->project_name, .oneoff = oneoff };
  struct containers all = { 0 };
  TRY (containers_list (&c->settings, &filter, &all, err));
  for (int i = 0; i < n; i++)
    if (! has_service (&all, names[i]) && ! (c->project.model && project_service (&c->project, names[i])))
      {
        containers_free (&all);
        return c->project.model ? fail (err, E_NOT_FOUND, "no such service: %s", names[i])
                                : fail (err, E_NOT_FOUND, "service %s has no container in project %s", names[i],
                                        c->project_name);
      }
  const struct strv services = { .v = (char **) names, .n = (size_t) n };
  if (n)
    containers_keep (&all, is_of_services, &services);
  *ret = all;
  return 0;
}

void
print_removed (const struct context *c, const char *name)
{
  printf ("%s%s\n", name, c->settings.dry_run ? " would be removed" : "");
}

struct screen *
context_screen (const struct context *c, const char *title)
{
  enum screen_mode mode = c->quiet ? SCREEN_QUIET : screen_mode_by_name (c->global->progress);
  return screen_open (STDERR_FILENO, mode, c->global->ansi, title);
}
