/* check.c - what is right attribute by attribute but not together: what excludes each other, names that are none,
 * words that mean nothing. On tree and model; touches nothing. */
#include <stdarg.h>

#include "loading.h"
#include "signals.h"
#include "units.h"

enum
{
  LONGEST_NAME = 128, /* files and host names are made of it, with project and number around it */
};

struct checking
{
  const struct project *p;
  const char *name;                     /* of the service */
  const struct node *node;
  const struct compose_Service *service;
};

/* Fail at ATTRIBUTE of the service, or at the service. */
static int __attribute__ ((format (printf, 4, 5)))
bad (const struct checking *c, struct error **err, const char *attribute, const char *fmt, ...)
{
  va_list ap;
  va_start (ap, fmt);
  autofree char *message = mem_vprintf (fmt, ap);
  va_end (ap);
  const struct node *at = attribute ? node_get (c->node, attribute) : NULL;
  autofree char *path = mem_printf ("services.%s%s%s", c->name, attribute ? "." : "", attribute ? attribute : "");
  return node_fail (err, E_COMPOSE_FILE, at ? at : c->node, path, "%s", message);
}

static bool
good_name (const char *s)
{
  static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-";
  size_t n = strlen (s);
  return n > 0 && n <= LONGEST_NAME && strspn (s, allowed) == n && ! strchr (".-", *s);
}

static int
check_name (const struct node *n, const char *path, const char *name, struct error **err)
{
  if (good_name (name))
    return 0;
  return node_fail (err, E_COMPOSE_FILE, n, path,
                    "'%.140s' is no name: letters, digits, _, . and -, neither . nor - first, at most %d", name,
                    LONGEST_NAME);
}

static int
check_names (const struct project *p, struct error **err)
{
  static const char *const sections[] = { "services", "networks", "volumes", "secrets", "configs" };
  for (size_t i = 0; i < ARRAY_LEN (sections); i++)
    {
      const struct node *section = node_get (p->tree, sections[i]);
      for (const struct node *c = section && section->kind == NODE_MAP ? section->first : NULL; c; c = c->next)
        {
          const char *full = i ? map_text (c, "name") : map_text (c, "container_name");
          autofree char *path = mem_printf ("%s.%.140s", sections[i], c->key);
          TRY (check_name (c, sections[i], c->key, err));
          if (full)
            TRY (check_name (node_get (c, i ? "name" : "container_name"), path, full, err));
        }
    }
  return 0;
}

static int
check_exclusive (const struct checking *c, struct error **err)
{
  const struct compose_Service *s = c->service;
  if (! s->image && ! s->build && ! s->provider)
    return bad (c, err, NULL, "has neither image nor build");
  if (s->network_mode && s->networks.n)
    return bad (c, err, "network_mode", "cannot be given with networks");
  if (s->build && s->build->dockerfile && s->build->dockerfile_inline)
    return bad (c, err, "build", "dockerfile and dockerfile_inline exclude each other");
  if (s->container_name && s->scale.set && s->scale.value > 1)
    return bad (c, err, "container_name", "a name is for one container, and there are to be %lld",
                (long long) s->scale.value);
  for (size_t i = 0; i < c->p->model->services.n; i++)
    {
      const struct compose_Service *o = &c->p->model->services.v[i];
      if (o < s && o->container_name && s->container_name && streq (o->container_name, s->container_name))
        return bad (c, err, "container_name", "service '%s' has the same name", c->p->model->services.keys[i]);
    }
  return 0;
}

/* Attributes that say the same as one of `deploy` must not say it differently. */
static int
check_deploy (const struct checking *c, struct error **err)
{
  const struct compose_Service *s = c->service;
  const struct compose_Deploy *d = s->deploy;
  const struct compose_Limits *limits = d && d->resources ? d->resources->limits : NULL;
  const struct compose_Limits *kept = d && d->resources ? d->resources->reservations : NULL;
  if (d && d->replicas.set && s->scale.set && d->replicas.value != s->scale.value)
    return bad (c, err, "scale", "deploy.replicas says another number");
  if (limits && limits->cpus && s->cpus && strtod (limits->cpus, NULL) != strtod (s->cpus, NULL))
    return bad (c, err, "cpus", "deploy.resources.limits.cpus says another number");
  if (limits && limits->memory.set && s->mem_limit.set && limits->memory.value != s->mem_limit.value)
    return bad (c, err, "mem_limit", "deploy.resources.limits.memory says another size");
  if (limits && limits->pids.set && s->pids_limit.set && limits->pids.value != s->pids_limit.value)
    return bad (c, err, "pids_limit", "deploy.resources.limits.pids says another number");
  if (kept && kept->memory.set && s->mem_reservation.set && kept->memory.value != s->mem_reservation.value)
    return bad (c, err, "mem_reservation", "deploy.resources.reservations.memory says another size");
  return 0;
}

static bool
one_of (const char *value, const char *const *list, size_t n)
{
  for (size_t i = 0; i < n; i++)
    if (streq (value, list[i]))
      return true;
  return false;
}
#define ONE_OF(value, ...) \
  one_of (value, (const char *const[]) { __VA_ARGS__ }, ARRAY_LEN (((const char *const[]) { __VA_ARGS__ })))

static bool
number_after (const char *s, const char *prefix)
{
  const char *n = after_prefix (s, prefix);
  return n && *n && strspn (n, "0123456789") == strlen (n) && strlen (n) < 10;
}

/* "every_12h", "every_2d", "every_1w": pulled again when that old */
static bool
is_period (const char *s)
{
  const char *n = after_prefix (s, "every_");
  size_t digits = n ? strspn (n, "0123456789") : 0;
  return digits > 0 && n[digits] && strspn (n + digits, "0123456789wdhms") == strlen (n + digits);
}

/* -1 is "no limit". */
static uint64_t
as_limit (struct opt_i64 n)
{
  return (uint64_t) n.value;
}

static int
check_words (const struct checking *c, struct error **err)
{
  const struct compose_Service *s = c->service;
  if (s->restart && ! ONE_OF (s->restart, "no", "always", "on-failure", "unless-stopped")
      && ! number_after (s->restart, "on-failure:"))
    return bad (c, err, "restart", "want no, always, unless-stopped or on-failure[:TIMES], not '%s'", s->restart);
  if (s->pull_policy && ! is_period (s->pull_policy)
      && ! ONE_OF (s->pull_policy, "always", "never", "missing", "if_not_present", "build", "daily", "weekly",
                   "refresh"))
    return bad (c, err, "pull_policy", "want always, never, missing, build, daily, weekly or every_TIME, not '%s'",
                s->pull_policy);
  autoerror struct error *unknown = NULL;
  if (s->stop_signal && ! strchr (s->stop_signal, '$') && signal_number (s->stop_signal, &unknown) < 0)
    return bad (c, err, "stop_signal", "%s", error_text (unknown));
  for (size_t i = 0; i < s->ports.n; i++)
    if (s->ports.v[i].protocol && ! ONE_OF (s->ports.v[i].protocol, "tcp", "udp", "sctp"))
      return bad (c, err, "ports", "protocol: want tcp, udp or sctp, not '%s'", s->ports.v[i].protocol);
  for (size_t i = 0; i < s->ulimits.n; i++)
    if (as_limit (s->ulimits.v[i].soft) > as_limit (s->ulimits.v[i].hard))
      return bad (c, err, "ulimits", "%s: the soft limit is above the hard one", s->ulimits.keys[i]);
  return 0;
}

static int
check_hooks (const struct checking *c, struct error **err)
{
  const struct compose_Service *s = c->service;
  const struct { const char *name; const struct compose_ServiceHook *v; size_t n; } lists[] = {
    { "pre_start", s->pre_start.v, s->pre_start.n },
    { "post_start", s->post_start.v, s->post_start.n },
    { "pre_stop", s->pre_stop.v, s->pre_stop.n },
  };
  for (size_t l = 0; l < ARRAY_LEN (lists); l++)
    for (size_t i = 0; i < lists[l].n; i++)
      if (lists[l].v[i].command.n == 0 && (l > 0 || ! lists[l].v[i].image))
        return bad (c, err, lists[l].name, "[%zu]: a command is needed", i);
  return 0;
}

static int
check_tmpfs (const struct checking *c, const char *mount, struct error **err)
{
  int64_t bytes;
  const char *options = strchr (mount, ':');
  autofree char *copy = mem_strdup (options ? options + 1 : "");
  if (*mount != '/')
    return bad (c, err, "tmpfs", "want an absolute path, not '%s'", mount);
  for (char *p = copy, *o; (o = strsep (&p, ","));)
    {
      const char *size = after_prefix (o, "size=");
      if (size && ! strchr (size, '%') && units_bytes (size, &bytes) < 0)
        return bad (c, err, "tmpfs", "'%s' is no size", size);
    }
  return 0;
}

/* One mount for each place of the container. */
static int
check_mounts (const struct checking *c, struct error **err)
{
  const struct compose_Service *s = c->service;
  for (size_t i = 0; i < s->tmpfs.n; i++)
    TRY (check_tmpfs (c, s->tmpfs.v[i], err));
  for (size_t i = 0; i < s->volumes.n; i++)
    {
      const char *target = s->volumes.v[i].target;
      if (*target != '/')
        return bad (c, err, "volumes", "target: want an absolute path, not '%s'", target);
      if (streq (s->volumes.v[i].type, "bind") && ! s->volumes.v[i].source)
        return bad (c, err, "volumes", "%s: a bind mount wants a source", target);
      for (size_t k = 0; k < i; k++)
        if (streq (s->volumes.v[k].target, target))
          return bad (c, err, "volumes", "%s is mounted on twice", target);
      for (size_t k = 0; k < s->tmpfs.n; k++)
        {
          const char *rest = after_prefix (s->tmpfs.v[k], target);
          if (rest && (! *rest || *rest == ':'))
            return bad (c, err, "volumes", "%s is mounted on by tmpfs, too", target);
        }
    }
  return 0;
}

static int
check_service (const struct checking *c, struct error **err)
{
  TRY (check_exclusive (c, err));
  TRY (check_deploy (c, err));
  TRY (check_words (c, err));
  TRY (check_hooks (c, err));
  return check_mounts (c, err);
}

static bool
good_generator (const char *s)
{
  return number_after (s, "hex:") || number_after (s, "base64:");
}

/* Secrets and configs come from one place. */
static int
check_sources (const struct project *p, const char *section, bool with_content, struct error **err)
{
  static const char *const keys[] = { "file", "environment", "content", "x-perry-generate" };
  const struct node *map = node_get (p->tree, section);
  for (const struct node *c = map ? map->first : NULL; c; c = c->next)
    {
      autofree char *path = mem_printf ("%s.%s", section, c->key);
      const char *generate = map_text (c, "x-perry-generate");
      size_t given = 0;
      for (size_t i = 0; i < ARRAY_LEN (keys); i++)
        given += map_text (c, keys[i]) != NULL;
      if (! with_content && map_text (c, "content"))
        return node_fail (err, E_COMPOSE_FILE, node_get (c, "content"), path, "only configs may have content");
      if (map_flag (c, "external") ? given != 0 : given != 1 && ! map_text (c, "driver"))
        return node_fail (err, E_COMPOSE_FILE, c, path, "want one of file, environment, %s%s",
                          with_content ? "content, " : "", "x-perry-generate or external");
      if (generate && ! good_generator (generate))
        return node_fail (err, E_COMPOSE_FILE, node_get (c, "x-perry-generate"), path,
                          "want hex:BYTES or base64:BYTES, not '%s'", generate);
    }
  return 0;
}

int
consistency_check (struct project *p, struct error **err)
{
  TRY (check_names (p, err));
  for (size_t i = 0; i < p->model->services.n; i++)
    {
      struct checking c = { .p = p, .name = p->model->services.keys[i], .service = &p->model->services.v[i] };
      c.node = node_at (p->tree, "services", c.name, NULL);
      TRY (check_service (&c, err));
    }
  TRY (check_sources (p, "secrets", false, err));
  return check_sources (p, "configs", true, err);
}
