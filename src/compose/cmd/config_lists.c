/* config_lists.c - the parts of a project that `config` prints as lines, and its graph. Reads the project, writes to
 * OUT. */
#include "config_lists.h"

#include "errors.h"
#include "screen.h"

static int
compare (const void *x, const void *y)
{
  return strcmp (*(char *const *) x, *(char *const *) y);
}

/* Sorted, each once. */
static void
print_lines (struct strv *l, FILE *out)
{
  if (l->n)
    qsort (l->v, l->n, sizeof *l->v, compare);
  for (size_t i = 0; i < l->n; i++)
    if (i == 0 || ! streq (l->v[i], l->v[i - 1]))
      fprintf (out, "%s\n", l->v[i]);
}

static void
print_keys (const struct project *p, const char *section, FILE *out)
{
  const struct node *map = node_get (p->tree, section);
  autostrv struct strv names = { 0 };
  for (const struct node *c = map ? map->first : NULL; c; c = c->next)
    strv_add (&names, c->key);
  print_lines (&names, out);
}

void
config_services (const struct project *p, FILE *out)
{
  print_keys (p, "services", out);
}

void
config_volumes (const struct project *p, FILE *out)
{
  print_keys (p, "volumes", out);
}

void
config_networks (const struct project *p, FILE *out)
{
  print_keys (p, "networks", out);
}

void
config_models (const struct project *p, FILE *out)
{
  print_keys (p, "models", out);
}

static void
add_profiles (const struct node *services, struct strv *to)
{
  for (const struct node *s = services ? services->first : NULL; s; s = s->next)
    {
      const struct node *list = node_get (s, "profiles");
      for (const struct node *c = list ? list->first : NULL; c; c = c->next)
        if (c->text)
          strv_add (to, c->text);
    }
}

void
config_profiles (const struct project *p, FILE *out)
{
  autostrv struct strv names = { 0 };
  add_profiles (node_get (p->tree, "services"), &names);
  add_profiles (p->disabled, &names);
  print_lines (&names, out);
}

void
config_images (const struct project *p, FILE *out)
{
  autostrv struct strv names = { 0 };
  const struct node *services = node_get (p->tree, "services");
  for (const struct node *s = services->first; s; s = s->next)
    {
      const struct node *image = node_get (s, "image");
      if (image && image->text)
        strv_add (&names, image->text);
      else
        strv_printf (&names, "%s-%s", p->name, s->key);
    }
  print_lines (&names, out);
}

void
config_environment (const struct project *p, FILE *out)
{
  autostrv struct strv lines = { 0 };
  for (size_t i = 0; i < p->variables.v.n; i++)
    {
      const char *eq = strchr (p->variables.v.v[i], '=');
      autofree char *name = eq ? mem_strndup (p->variables.v.v[i], (size_t) (eq - p->variables.v.v[i])) : NULL;
      if (name)
        strv_printf (&lines, "%s=%s", name, variables_get (&p->variables, name));
    }
  print_lines (&lines, out);
}

static const char *
cell (const struct node *row, const char *key)
{
  const struct node *n = node_get (row, key);
  return n && n->text ? n->text : "";
}

/* {NAME: {name, defaultvalue, presencevalue, required}}; in JSON, docker compose writes these keys in capitals. */
static struct node *
variables_tree (struct arena *a, const struct node *list, bool json)
{
  struct node *tree = node_new (a, NODE_MAP, NULL);
  for (const struct node *c = list->first; c; c = c->next)
    {
      struct node *one = node_new (a, NODE_MAP, NULL);
      node_set (a, one, json ? "Name" : "name", node_string (a, cell (c, "name"), NULL));
      node_set (a, one, json ? "DefaultValue" : "defaultvalue", node_string (a, cell (c, "default"), NULL));
      node_set (a, one, json ? "PresenceValue" : "presencevalue", node_string (a, cell (c, "alternate"), NULL));
      node_set (a, one, json ? "Required" : "required", node_copy (a, node_get (c, "required")));
      node_set (a, tree, cell (c, "name"), one);
    }
  return tree;
}

int
config_variables (const struct project *p, const char *format, FILE *out, struct error **err)
{
  static const char *const columns[] = { "NAME", "REQUIRED", "DEFAULT VALUE", "ALTERNATE VALUE", NULL };
  autoarena struct arena arena = { 0 };
  struct node *list = node_new (&arena, NODE_LIST, NULL);
  bool json = format && streq (format, "json");
  if (format && ! json && ! streq (format, "yaml"))
    return fail (err, EINVAL, "--format: want yaml or json, not '%s'", format);
  interpolate_names (&arena, p->tree, list);
  if (format)
    {
      struct node *tree = variables_tree (&arena, list, json);
      autofree char *text = json ? node_to_json (tree, "    ") : node_to_yaml (tree);
      fprintf (out, "%s%s", text, *text && text[strlen (text) - 1] != '\n' ? "\n" : "");
      return 0;
    }
  struct table *t = table_new (columns);
  for (const struct node *c = list->first; c; c = c->next)
    table_row (t, (const char *const[]) { cell (c, "name"), cell (c, "required"), cell (c, "default"),
                                          cell (c, "alternate"), NULL });
  table_print (t, out, true);
  return 0;
}

int
config_hashes (const struct project *p, const char *names, FILE *out, struct error **err)
{
  const struct node *services = node_get (p->tree, "services");
  autostrv struct strv wanted = { 0 };
  if (! streq (names, "*"))
    strv_split (&wanted, names, ",");
  for (const struct node *s = services->first; streq (names, "*") && s; s = s->next)
    strv_add (&wanted, s->key);
  for (size_t i = 0; i < wanted.n; i++)
    {
      autofree char *hash = project_config_hash (p, wanted.v[i], NULL);
      if (! node_get (services, wanted.v[i]))
        return fail (err, E_NOT_FOUND, "no such service: %s", wanted.v[i]);
      fprintf (out, "%s %s\n", wanted.v[i], hash);
    }
  return 0;
}

int
config_order (const struct project *p, FILE *out, struct error **err)
{
  autograph struct graph g = { 0 };
  TRY (graph_build (p, &g, err));
  for (size_t i = 0; i < g.n; i++)
    {
      bool first = i == 0 || g.v[i].level != g.v[i - 1].level;
      if (first)
        fprintf (out, "%s%u:", i ? "\n" : "", g.v[i].level);
      fprintf (out, " %s", g.v[i].name);
    }
  fputs (g.n ? "\n" : "", out);
  return 0;
}

static void
print_dot (const struct project *p, const struct graph *g, FILE *out)
{
  fprintf (out, "digraph \"%s\" {\n", p->name);
  for (size_t i = 0; i < g->n; i++)
    {
      fprintf (out, "  \"%s\";\n", g->v[i].name);
      for (size_t e = 0; e < g->v[i].n_edges; e++)
        fprintf (out, "  \"%s\" -> \"%s\" [label=\"%s\"%s];\n", g->v[i].name, g->v[g->v[i].edges[e].to].name,
                 g->v[i].edges[e].condition, g->v[i].edges[e].required ? "" : ", style=dashed");
    }
  fputs ("}\n", out);
}

static const char *
yes_no (bool b)
{
  return b ? "true" : "false";
}

/* Names of services need no escapes (check.c). */
static void
print_json (const struct graph *g, FILE *out)
{
  const char *comma = "";
  fputs ("{\"nodes\":[", out);
  for (size_t i = 0; i < g->n; i++)
    fprintf (out, "%s{\"name\":\"%s\",\"level\":%u}", i ? "," : "", g->v[i].name, g->v[i].level);
  fputs ("],\"edges\":[", out);
  for (size_t i = 0; i < g->n; i++)
    for (size_t e = 0; e < g->v[i].n_edges; e++)
      {
        const struct graph_edge *d = &g->v[i].edges[e];
        fprintf (out, "%s{\"from\":\"%s\",\"to\":\"%s\",\"condition\":\"%s\",\"required\":%s,\"restart\":%s}", comma,
                 g->v[i].name, g->v[d->to].name, d->condition, yes_no (d->required), yes_no (d->restart));
        comma = ",";
      }
  fputs ("]}\n", out);
}

int
config_graph (const struct project *p, const char *format, FILE *out, struct error **err)
{
  autograph struct graph g = { 0 };
  if (! streq (format, "json") && ! streq (format, "dot"))
    return fail (err, EINVAL, "--graph: want json or dot, not '%s'", format);
  TRY (graph_build (p, &g, err));
  if (streq (format, "dot"))
    print_dot (p, &g, out);
  else
    print_json (&g, out);
  return 0;
}
