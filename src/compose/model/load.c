/* load.c - the pipeline from options to a checked project; each stage is a file of its own. */
#include "loading.h"
#include "fs.h"
#include "graph.h"
#include "yaml.h"

void
project_free (struct project *p)
{
  oci_document_free (&p->document);
  arena_free (&p->arena);
  free (p->name);
  free (p->directory);
  strv_free (&p->files);
  strv_free (&p->env_files);
  variables_free (&p->variables);
  load_warnings_free (&p->warnings);
  *p = (struct project) { 0 };
}

/* The project's name goes before all other variables: it is what it is, whatever the environment says. */
static void
take_sources (struct project *p, struct sources *s)
{
  strv_printf (&p->variables.v, "COMPOSE_PROJECT_NAME=%s", p->name);
  for (size_t i = 0; i < s->variables.v.n; i++)
    strv_add (&p->variables.v, s->variables.v.v[i]);
  p->directory = TAKE_PTR (s->directory);
  p->files = s->files;
  p->env_files = s->env_files;
  s->files = s->env_files = (struct strv) { 0 };
}

static int
read_project (struct loading *l, struct project *p, struct error **err)
{
  struct sources s __attribute__ ((cleanup (sources_free))) = { 0 };
  TRY (sources_find (l, true, &s, err));
  autofree struct node **trees = mem_alloc (s.files.n * sizeof (*trees));
  for (size_t i = 0; i < s.files.n; i++)
    TRY (file_parse (l, s.files.v[i], &trees[i], err));
  TRY (name_find (l->options, &s, trees, s.files.n, &p->name, err));
  take_sources (p, &s);
  struct file_set set = { .loading = l, .variables = &p->variables, .directory = p->directory, .files = &p->files,
                          .base = l->options->no_path_resolution ? "" : p->directory };
  for (size_t i = 0; i < p->files.n; i++)
    TRY (file_prepare (&set, trees[i], err));
  TRY (set_merge (&set, trees, p->files.n, &p->tree, err));
  map_set_text (l->arena, p->tree, "name", p->name);
  load_warn_unset (l, &p->variables);
  return 0;
}

/* From what is written to what is meant. */
static int
complete (struct loading *l, struct project *p, struct error **err)
{
  const struct load_options *o = l->options;
  if (! o->no_interpolate)
    schema_cast (l->arena, p->tree, &compose_Project_schema);
  if (! o->no_normalize)
    TRY (normalize (l, p, err)); /* it says what depends on what */
  if (! o->no_env_resolution && ! o->no_interpolate)
    TRY (environment_resolve (l, p, err));
  if (! o->no_interpolate)
    TRY (policy_apply (l, p, err));
  if (! o->no_consistency && ! o->no_interpolate)
    TRY (references_check (p, err));
  if (! o->all_resources && ! o->no_normalize && ! o->no_interpolate)
    project_drop_unused (p);
  schema_order (p->tree, &compose_Project_schema);
  return 0;
}

static int
check (struct loading *l, struct project *p, struct error **err)
{
  struct node *view = schema_view (l->arena, p->tree, &compose_Project_schema);
  p->model = node_parse (view, &compose_Project_schema, "", &p->document, err);
  if (! p->model)
    return -E_COMPOSE_FILE;
  if (l->options->no_consistency)
    return 0;
  TRY (consistency_check (p, err));
  TRY (enforcement_apply (l, p, err));
  autograph struct graph g = { 0 };
  return graph_build (p, &g, err);
}

int
project_load (const struct load_options *options, struct project *ret, struct error **err)
{
  autoproject struct project p = { 0 };
  struct loading l = { .arena = &p.arena, .options = options, .warnings = &p.warnings };
  TRY (read_project (&l, &p, err));
  TRY (profiles_apply (&l, &p, err));
  TRY (complete (&l, &p, err));
  if (! options->no_interpolate)
    TRY (check (&l, &p, err));
  *ret = p;
  p = (struct project) { 0 };
  return 0;
}

/* What the service names in ATTRIBUTE is what it is called: no project's name goes before it. */
static void
declare (struct arena *a, struct node *tree, const struct node *service, const char *section)
{
  const struct node *uses = node_get (service, section);
  for (const struct node *c = uses ? uses->first : NULL; c; c = c->next)
    {
      const char *type = map_text (c, "type");
      const char *name = c->key ? c->key : type && streq (type, "volume") ? map_text (c, "source") : NULL;
      if (name)
        map_set_text (a, map_need (a, map_need (a, tree, section), name), "name", name);
    }
}

int
project_from_service (const struct load_options *options, struct node *service, struct project *ret, struct error **err)
{
  extern char **environ;
  struct arena *a = &ret->arena;
  struct loading l = { .arena = a, .options = options, .warnings = &ret->warnings };
  struct file_set set = { .loading = &l, .variables = &ret->variables, .files = &ret->files };
  ret->name = mem_strdup ("container");
  ret->directory = fs_absolute (".");
  set.directory = set.base = ret->directory;
  for (char **e = environ; *e; e++)
    strv_add (&ret->variables.v, *e);
  ret->tree = node_new (a, NODE_MAP, NULL);
  node_set (a, map_need (a, ret->tree, "services"), ret->name, service);
  TRY (canonical (&set, ret->tree, err));
  TRY (paths_resolve (&set, ret->tree, err));
  TRY (merge_unique (a, ret->tree, err));
  declare (a, ret->tree, service, "networks");
  declare (a, ret->tree, service, "volumes");
  TRY (complete (&l, ret, err));
  return check (&l, ret, err);
}

int
project_name_of (const struct load_options *options, char **ret_name, char **ret_directory, struct error **err)
{
  autoarena struct arena arena = { 0 };
  autowarnings struct load_warnings warnings = { 0 };
  struct loading l = { .arena = &arena, .options = options, .warnings = &warnings };
  struct sources s __attribute__ ((cleanup (sources_free))) = { 0 };
  TRY (sources_find (&l, false, &s, err));
  bool named = (options->project_name && *options->project_name)
               || variables_get (&s.variables, "COMPOSE_PROJECT_NAME");
  size_t n = named ? 0 : s.files.n;
  autofree struct node **trees = mem_alloc ((n + 1) * sizeof (*trees));
  for (size_t i = 0; i < n; i++)
    TRY (file_parse (&l, s.files.v[i], &trees[i], err));
  TRY (name_find (options, &s, trees, n, ret_name, err));
  *ret_directory = named || n ? NULL : TAKE_PTR (s.directory);
  return 0;
}

const struct compose_Service *
project_service (const struct project *p, const char *name)
{
  for (size_t i = 0; p->model && i < p->model->services.n; i++)
    if (streq (p->model->services.keys[i], name))
      return &p->model->services.v[i];
  return NULL;
}
