/* normalize.c - what compose files leave unsaid: the default network, full names, implied dependencies, defaults. On
 * the tree; done twice it changes nothing. Pure. */
#include "loading.h"

static void
name_resources (struct loading *l, struct project *p, const char *section)
{
  const struct node *resources = node_get (p->tree, section);
  for (struct node *c = resources && resources->kind == NODE_MAP ? resources->first : NULL; c; c = c->next)
    if (c->kind == NODE_MAP && ! map_text (c, "name"))
      {
        bool external = map_flag (c, "external");
        node_set (l->arena, c, "name", external ? node_string (l->arena, c->key, &c->place)
                                                : node_printf (l->arena, &c->place, "%s_%s", p->name, c->key));
      }
}

/* A service that says nothing of networks is in the default one. */
static bool
join_default (struct loading *l, struct node *service)
{
  struct node *networks = node_get (service, "networks");
  if (node_get (service, "network_mode") || node_get (service, "provider"))
    return false;
  if (! networks || ! networks->first)
    {
      networks = node_new (l->arena, NODE_MAP, &service->place);
      node_set (l->arena, networks, "default", node_new (l->arena, NODE_NULL, &service->place));
      node_set (l->arena, service, "networks", networks);
    }
  return node_get (networks, "default") != NULL;
}

static void
depend (struct loading *l, struct node *service, const char *on, size_t length, bool restart)
{
  char *name = mem_arena_text (l->arena, on, length);
  struct node *depends = map_need (l->arena, service, "depends_on"), *d;
  if (node_get (depends, name) || ! *name)
    return;
  d = node_new (l->arena, NODE_MAP, &service->place);
  map_set_text (l->arena, d, "condition", "service_started");
  map_set_flag (l->arena, d, "required", true);
  if (restart)
    map_set_flag (l->arena, d, "restart", true);
  node_set (l->arena, depends, name, d);
}

/* Whose namespaces, links or volumes are used must be there first. */
static void
imply_dependencies (struct loading *l, struct node *service)
{
  static const char *const shared[] = { "network_mode", "ipc", "pid", "uts", "cgroup" };
  for (size_t i = 0; i < ARRAY_LEN (shared); i++)
    {
      const char *value = map_text (service, shared[i]), *name = value ? after_prefix (value, "service:") : NULL;
      if (name)
        depend (l, service, name, strlen (name), true);
    }
  const struct node *links = node_get (service, "links"), *from = node_get (service, "volumes_from");
  for (const struct node *c = links ? links->first : NULL; c; c = c->next)
    if (c->text)
      depend (l, service, c->text, strcspn (c->text, ":"), true);
  for (const struct node *c = from ? from->first : NULL; c; c = c->next)
    if (c->text && ! after_prefix (c->text, "container:"))
      depend (l, service, c->text, strcspn (c->text, ":"), false);
}

/* Where configs and secrets are mounted: a name is below DIR. */
static void
place_files (struct loading *l, const struct node *service, const char *attribute, const char *dir)
{
  const struct node *list = node_get (service, attribute);
  for (struct node *c = list && list->kind == NODE_LIST ? list->first : NULL; c; c = c->next)
    {
      const char *target = map_text (c, "target"), *name = target && *target ? target : map_text (c, "source");
      if (name && (! target || *name != '/'))
        node_set (l->arena, c, "target", node_printf (l->arena, &c->place, "%s/%s", dir, name));
    }
}

static void
complete_volumes (struct loading *l, const struct node *service)
{
  const struct node *list = node_get (service, "volumes");
  for (struct node *c = list && list->kind == NODE_LIST ? list->first : NULL; c; c = c->next)
    {
      const char *type = map_text (c, "type"), *target = map_text (c, "target");
      if (target && *target == '/')
        {
          autofree char *clean = path_join ("/", target);
          map_set_text (l->arena, c, "target", clean);
        }
      if (type && streq (type, "bind"))
        {
          struct node *bind = map_need (l->arena, c, "bind");
          if (! node_get (bind, "create_host_path"))
            map_set_flag (l->arena, bind, "create_host_path", true);
        }
    }
}

static void
complete_build (struct loading *l, const struct project *p, const struct node *service)
{
  struct node *build = node_get (service, "build");
  if (! build || build->kind != NODE_MAP)
    return;
  if (! map_text (build, "context"))
    map_set_text (l->arena, build, "context", p->directory);
  if (! map_text (build, "dockerfile") && ! map_text (build, "dockerfile_inline"))
    map_set_text (l->arena, build, "dockerfile", "Dockerfile");
}

static void
complete_service (struct loading *l, struct project *p, struct node *service)
{
  const char *pull = map_text (service, "pull_policy"), *image = map_text (service, "image");
  const char *platform = variables_get (&p->variables, "DOCKER_DEFAULT_PLATFORM");
  const struct node *replicas = node_at (service, "deploy", "replicas", NULL), *hooks = node_get (service, "pre_start");
  if (platform && *platform && ! node_get (service, "platform"))
    map_set_text (l->arena, service, "platform", platform);
  if (pull && streq (pull, "if_not_present"))
    map_set_text (l->arena, service, "pull_policy", "missing");
  if (replicas && ! node_get (service, "scale"))
    node_set (l->arena, service, "scale", node_copy (l->arena, replicas));
  for (struct node *c = hooks && hooks->kind == NODE_LIST ? hooks->first : NULL; c; c = c->next)
    if (image && c->kind == NODE_MAP && ! map_text (c, "image"))
      map_set_text (l->arena, c, "image", image);
  imply_dependencies (l, service);
  place_files (l, service, "secrets", "/run/secrets");
  place_files (l, service, "configs", "");
  complete_volumes (l, service);
  complete_build (l, p, service);
}

int
normalize (struct loading *l, struct project *p, struct error **err UNUSED)
{
  static const char *const sections[] = { "networks", "volumes", "secrets", "configs" };
  bool used = false;
  for (struct node *c = node_get (p->tree, "services")->first; c; c = c->next)
    {
      complete_service (l, p, c);
      used |= join_default (l, c);
    }
  if (used)
    map_need (l->arena, map_need (l->arena, p->tree, "networks"), "default");
  for (size_t i = 0; i < ARRAY_LEN (sections); i++)
    name_resources (l, p, sections[i]);
  return 0;
}
