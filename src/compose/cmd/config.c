/* config.c - the command `config`: the project as it was understood. Needs no state, and makes none. */
#include <fcntl.h>

#include "commands.h"
#include "config_lists.h"
#include "fs.h"
#include "image.h"
#include "log.h"

struct config_args
{
  const char *format, *hash, *output, *graph;
  bool services, volumes, networks, models, profiles, images, variables, environment, order, quiet;
  bool resolve_digests, lock_digests;
  bool no_interpolate, no_normalize, no_path_resolution, no_consistency, no_env_resolution;
};

static const struct opt config_options[] = {
  TEXT (config_args, format, 0, "format", "FORMAT", "yaml or json (default: yaml)")
  FLAG (config_args, quiet, 'q', "quiet", "check only, print nothing")
  TEXT (config_args, output, 'o', "output", "FILE", "write to FILE")
  FLAG (config_args, services, 0, "services", "print the names of the services")
  FLAG (config_args, volumes, 0, "volumes", "print the names of the volumes")
  FLAG (config_args, networks, 0, "networks", "print the names of the networks")
  FLAG (config_args, models, 0, "models", "print the names of the models")
  FLAG (config_args, profiles, 0, "profiles", "print the names of the profiles")
  FLAG (config_args, images, 0, "images", "print the names of the images")
  TEXT (config_args, hash, 0, "hash", "SERVICES", "print hashes of the services' configurations; * is all of them")
  FLAG (config_args, variables, 0, "variables", "print the variables that the files ask for, and their defaults")
  FLAG (config_args, environment, 0, "environment", "print the variables that interpolation can use")
  FLAG (config_args, order, 0, "order", "print the order of start, a level a line")
  TEXT (config_args, graph, 0, "graph", "FORMAT", "print what depends on what: json or dot")
  FLAG (config_args, resolve_digests, 0, "resolve-image-digests", "name images by the digests that are here")
  FLAG (config_args, lock_digests, 0, "lock-image-digests", "print an override file with the images' digests")
  FLAG (config_args, no_interpolate, 0, "no-interpolate", "leave variables as they are written")
  FLAG (config_args, no_normalize, 0, "no-normalize", "do not fill in defaults")
  FLAG (config_args, no_path_resolution, 0, "no-path-resolution", "leave relative paths as they are written")
  FLAG (config_args, no_consistency, 0, "no-consistency", "do not check that it fits together")
  FLAG (config_args, no_env_resolution, 0, "no-env-resolution", "do not read env files")
  END_OF_OPTIONS
};

/* The services named, with all that they depend on; nothing else is printed. */
static int
select_services (struct project *p, const struct strv *targets, struct error **err)
{
  struct node *services = node_get (p->tree, "services");
  autograph struct graph g = { 0 };
  autofree bool *in = NULL;
  TRY (graph_build (p, &g, err));
  TRY (graph_select (&g, targets, false, &in, err));
  for (size_t i = 0; i < g.n; i++)
    if (! in[i])
      node_remove (services, g.v[i].name);
  project_drop_unused (p);
  return 0;
}

/* "repository[:tag]" at KEY of MAP becomes "repository[:tag]@sha256:…". */
static int
pin (struct context *c, struct arena *a, struct node *map, const char *key, struct error **err)
{
  const struct node *name = node_get (map, key);
  autoimage struct image image = { 0 };
  if (! name || ! name->text || strchr (name->text, '@'))
    return 0;
  TRY (image_find (&c->settings, name->text, &image, err));
  node_set (a, map, key, node_printf (a, &name->place, "%s@%s", name->text, image.digest));
  return 0;
}

static int
pin_service (struct context *c, struct arena *a, struct node *service, struct error **err)
{
  const struct node *hooks = node_get (service, "pre_start"), *mounts = node_get (service, "volumes");
  TRY (pin (c, a, service, "image", err));
  for (struct node *h = hooks ? hooks->first : NULL; h; h = h->next)
    TRY (pin (c, a, h, "image", err));
  for (struct node *m = mounts ? mounts->first : NULL; m; m = m->next)
    {
      const struct node *type = node_get (m, "type");
      if (type && type->text && streq (type->text, "image"))
        TRY (pin (c, a, m, "source", err));
    }
  return 0;
}

/* All images of the project must be here. */
static int
resolve_digests (const struct global_args *g, struct project *p, struct error **err)
{
  autocontext struct context c = { 0 };
  TRY (context_open (g, &c, err));
  for (struct node *s = node_get (p->tree, "services")->first; s; s = s->next)
    TRY_DOING (err, pin_service (&c, &p->arena, s, err), "services.%s", s->key);
  return 0;
}

/* Only the images: what pins them when it is put on top of the other files. */
static struct node *
lock_tree (struct project *p)
{
  struct node *tree = node_new (&p->arena, NODE_MAP, NULL), *services = node_new (&p->arena, NODE_MAP, NULL);
  node_set (&p->arena, tree, "services", services);
  for (struct node *s = node_get (p->tree, "services")->first; s; s = s->next)
    {
      struct node *image = node_get (s, "image"), *only = node_new (&p->arena, NODE_MAP, NULL);
      if (! image)
        continue;
      node_set (&p->arena, only, "image", node_copy (&p->arena, image));
      node_set (&p->arena, services, s->key, only);
    }
  return tree;
}

/* A dollar sign in what is printed is one when it is read again. */
static void
escape_dollars (struct arena *a, struct node *n)
{
  for (struct node *c = n->first; c; c = c->next)
    escape_dollars (a, c);
  if (n->kind != NODE_STRING || ! strchr (n->text, '$'))
    return;
  autotext struct text t = { 0 };
  for (const char *p = n->text; *p; p++)
    text_add_bytes (&t, *p == '$' ? "$$" : p, *p == '$' ? 2 : 1);
  n->text = mem_arena_text (a, t.s, t.len);
}

static int
print_all (const struct config_args *a, struct project *p, FILE *out, struct error **err)
{
  bool json = a->format && streq (a->format, "json");
  if (a->format && ! json && ! streq (a->format, "yaml"))
    return fail (err, EINVAL, "--format: want yaml or json, not '%s'", a->format);
  struct node *tree = a->lock_digests ? lock_tree (p) : p->tree;
  if (! a->no_interpolate)
    escape_dollars (&p->arena, tree);
  autofree char *text = json ? node_to_json (tree, "  ") : node_to_yaml (tree);
  fprintf (out, "%s%s", text, *text && text[strlen (text) - 1] != '\n' ? "\n" : "");
  return 0;
}

static config_list *
list_of (const struct config_args *a)
{
  const struct { bool wanted; config_list *print; } lists[] = {
    { a->services, config_services },   { a->volumes, config_volumes },     { a->networks, config_networks },
    { a->models, config_models },       { a->profiles, config_profiles },   { a->images, config_images },
    { a->environment, config_environment },
  };
  for (size_t i = 0; i < ARRAY_LEN (lists); i++)
    if (lists[i].wanted)
      return lists[i].print;
  return NULL;
}

static int
print (const struct config_args *a, struct project *p, FILE *out, struct error **err)
{
  config_list *list = list_of (a);
  if (list)
    {
      list (p, out);
      return 0;
    }
  if (a->variables)
    return config_variables (p, a->format, out, err);
  if (a->hash)
    return config_hashes (p, a->hash, out, err);
  if (a->order)
    return config_order (p, out, err);
  if (a->graph)
    return config_graph (p, a->graph, out, err);
  return print_all (a, p, out, err);
}

static int
write_file (const char *path, const char *data, size_t n, struct error **err)
{
  const char *slash = strrchr (path, '/');
  autofree char *parent = slash ? mem_strndup (path, (size_t) (slash - path) + 1) : mem_strdup (".");
  autoclose int dir = open (parent, O_DIRECTORY | O_CLOEXEC);
  if (dir < 0)
    return fail_sys (err, errno, "open %s", parent);
  return fs_replace (dir, slash ? slash + 1 : path, data, n, 0666, err);
}

static int
print_to (const struct config_args *a, struct project *p, struct error **err)
{
  autofree char *data = NULL;
  size_t n = 0;
  autofile FILE *out = open_memstream (&data, &n);
  if (! out)
    return fail_sys (err, errno, "open_memstream");
  TRY (print (a, p, out, err));
  if (fflush (out) != 0)
    return fail_sys (err, errno, "write");
  if (a->quiet)
    return 0;
  if (a->output)
    return write_file (a->output, data, n, err);
  int r = fs_write_all (STDOUT_FILENO, data, n);
  return r < 0 ? fail_sys (err, -r, "write standard output") : 0;
}

static struct load_options
options_of (const struct config_args *a, const struct global_args *g, const struct strv *targets)
{
  struct load_options o = global_load_options (g, targets);
  o.any_host = true;
  o.no_interpolate = a->no_interpolate || a->variables;
  o.no_normalize = a->no_normalize;
  o.no_path_resolution = a->no_path_resolution;
  o.no_consistency = a->no_consistency;
  o.no_env_resolution = a->no_env_resolution;
  return o;
}

static int
run (const void *global, void *args, int argc, char **argv, struct error **err)
{
  const struct config_args *a = args;
  const struct strv targets = { .v = argv, .n = (size_t) argc };
  autostrv struct strv hashed = { 0 };
  if (a->hash && ! streq (a->hash, "*"))
    strv_split (&hashed, a->hash, ",");
  struct load_options o = options_of (a, global, hashed.n ? &hashed : &targets);
  autoproject struct project p = { 0 };
  TRY (project_load (&o, &p, err));
  print_load_warnings (global, &p.warnings, NULL);
  if (targets.n && ! p.model)
    log_warning ("%s: the services that are named are not picked out, it is about the whole project",
                 a->variables ? "--variables" : "--no-interpolate");
  if (targets.n && p.model)
    TRY (select_services (&p, &targets, err));
  if (a->resolve_digests || a->lock_digests)
    TRY (resolve_digests (global, &p, err));
  return print_to (a, &p, err);
}

const struct command cmd_config = {
  .name = "config",
  .operands = "[SERVICE...]",
  .max_operands = -1,
  .help = "check the compose files and print what they mean",
  .opts = config_options,
  .args_size = sizeof (struct config_args),
  .run = run,
};
