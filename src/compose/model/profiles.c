/* profiles.c - which services take part: those without `profiles` or with one that is enabled; the others are kept
 * aside, for commands that name them and for messages. Pure but for the environment's COMPOSE_PROFILES. */
#include "loading.h"

static bool
is_enabled (const struct strv *active, const struct node *service)
{
  const struct node *own = node_get (service, "profiles");
  if (! own || ! own->first || strv_has (active, "*"))
    return true;
  for (const struct node *c = own->first; c; c = c->next)
    if (c->text && strv_has (active, c->text))
      return true;
  return false;
}

/* Names that can be told apart from "*" and in comma lists: as the compose schema has them. */
static int
check_names (const struct node *service, struct error **err)
{
  static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-";
  const struct node *own = node_get (service, "profiles");
  for (const struct node *c = own ? own->first : NULL; c; c = c->next)
    if (! c->text || ! *c->text || strspn (c->text, allowed) != strlen (c->text) || strchr ("_.-", *c->text))
      {
        autofree char *path = mem_printf ("services.%s.profiles", service->key);
        return node_fail (err, E_COMPOSE_FILE, c, path, "'%s' is no name of a profile", c->text ? c->text : "");
      }
  return 0;
}

/* Options, otherwise the variable; and what the named services have. */
static void
find_active (const struct loading *l, const struct project *p, const struct node *services, struct strv *active)
{
  const struct load_options *o = l->options;
  const char *env = variables_get (&p->variables, "COMPOSE_PROFILES");
  for (size_t i = 0; o->profiles && i < o->profiles->n; i++)
    strv_split (active, o->profiles->v[i], ", ");
  if (! active->n && env)
    strv_split (active, env, ", ");
  if (o->all_profiles)
    strv_add (active, "*");
  for (size_t i = 0; o->targets && i < o->targets->n; i++)
    {
      const struct node *own = node_at (services, o->targets->v[i], "profiles", NULL);
      for (const struct node *c = own ? own->first : NULL; c; c = c->next)
        if (c->text)
          strv_add (active, c->text);
    }
}

int
profiles_apply (struct loading *l, struct project *p, struct error **err)
{
  struct node *services = map_need (l->arena, p->tree, "services");
  autostrv struct strv active = { 0 };
  p->disabled = node_new (l->arena, NODE_MAP, NULL);
  find_active (l, p, services, &active);
  for (struct node *c = services->first, *next; c; c = next)
    {
      next = c->next;
      TRY (check_names (c, err));
      if (is_enabled (&active, c))
        continue;
      node_remove (services, c->key);
      node_set (l->arena, p->disabled, c->key, c);
    }
  return 0;
}
