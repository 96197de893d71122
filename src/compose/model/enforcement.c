/* enforcement.c - attributes that we know and do not honour: a table says which, how bad it is and why. What a mode
 * makes of it:
 *
 *              strict   default  warn, lenient
 *   IGNORED    error    warning  warning
 *   REFUSED    error    error    warning
 *   SECURITY   error    error    warning
 *   IMPOSSIBLE error    error    error
 *
 * Lenient says it only where it is REFUSED or SECURITY. Reads PERRY_ENFORCEMENT and what the kernel has in /sys. */
#include "loading.h"

enum weight
{
  IGNORED,    /* the container runs all the same */
  REFUSED,    /* it would run without what was asked for */
  SECURITY,   /* it would run with less protection than was asked for */
  IMPOSSIBLE, /* there is nothing to run */
};

/* True: TEXT (NULL for what is no scalar) asks for nothing that is missing here. */
typedef bool fine_fn (const char *text);

static bool
is_replicated (const char *text)
{
  return text && streq (text, "replicated");
}

static bool
is_default (const char *text)
{
  return text && streq (text, "default");
}

static bool
is_local (const char *text)
{
  return text && streq (text, "local");
}

static bool
is_host (const char *text)
{
  return text && (streq (text, "host") || ! *text);
}

static bool
is_our_logging (const char *text)
{
  static const char *const ours[] = { "json-file", "json", "local", "k8s-file", "none", "" };
  for (size_t i = 0; text && i < ARRAY_LEN (ours); i++)
    if (streq (text, ours[i]))
      return true;
  return false;
}

static bool
is_false (const char *text)
{
  return text && (streq (text, "false") || ! *text);
}

static bool
is_zero (const char *text)
{
  return text && strtod (text, NULL) == 0;
}

static bool
is_mountable (const char *text)
{
  return text && ! streq (text, "npipe") && ! streq (text, "cluster");
}

static bool
is_no_swarm (const char *text)
{
  return text && ! streq (text, "overlay");
}

static bool
has_no_selinux (const char *text UNUSED)
{
  return access ("/sys/fs/selinux/enforce", F_OK) != 0;
}

/* security_opt: "apparmor=PROFILE" (or with a colon) wants AppArmor, "label=…" wants SELinux. */
static bool
is_enforceable (const char *text)
{
  const char *apparmor = text ? after_prefix (text, "apparmor") : NULL,
             *label = text ? after_prefix (text, "label") : NULL;
  if (apparmor && *apparmor && ! streq (apparmor + 1, "unconfined"))
    return access ("/sys/kernel/security/apparmor/profiles", F_OK) == 0;
  if (label && *label && ! streq (label + 1, "disable"))
    return ! has_no_selinux (NULL);
  return true;
}

static bool
has_cgroup_v1_memory (const char *text)
{
  return is_false (text) || access ("/sys/fs/cgroup/memory/memory.swappiness", F_OK) == 0;
}

static const char *const logging_options[] = { "max-size", "max-file", "tag", NULL };

static const struct row
{
  const char *pattern;
  enum weight weight;
  fine_fn *fine; /* NULL: never */
  bool host;     /* FINE asks this machine */
  const char *why;
  const char *const *but; /* keys at the pattern's end that it is not about; NULL: none */
} rows[] = {
  { "services.*.build.entitlements", IGNORED, NULL, false, "our builder has no entitlements" },
  { "services.*.build.isolation", IGNORED, is_default, false, "there is one kind of isolation for builds" },
  { "services.*.build.privileged", IGNORED, is_false, false, "builds are never privileged" },
  { "services.*.build.provenance", IGNORED, is_false, false, "attestations are not made" },
  { "services.*.build.sbom", IGNORED, is_false, false, "attestations are not made" },
  { "services.*.cpu_count", IGNORED, NULL, false, "only Windows counts processors: use cpus" },
  { "services.*.credential_spec", REFUSED, NULL, false, "only Windows has credential specs" },
  { "services.*.deploy.endpoint_mode", IGNORED, NULL, false, "there is no swarm" },
  { "services.*.deploy.labels", IGNORED, NULL, false, "there is no swarm: use labels of the service" },
  { "services.*.deploy.mode", IGNORED, is_replicated, false, "there is no swarm" },
  { "services.*.deploy.placement", IGNORED, NULL, false, "there is one machine" },
  { "services.*.deploy.resources.limits.devices", REFUSED, NULL, false, "devices are not reserved: use devices" },
  { "services.*.deploy.resources.limits.generic_resources", REFUSED, NULL, false, "there is no swarm" },
  { "services.*.deploy.resources.reservations.devices", REFUSED, NULL, false, "devices are not reserved: use devices" },
  { "services.*.deploy.resources.reservations.generic_resources", REFUSED, NULL, false, "there is no swarm" },
  { "services.*.deploy.rollback_config", IGNORED, NULL, false, "a rollback brings all containers back at once" },
  { "services.*.deploy.update_config.max_failure_ratio", IGNORED, is_zero, false, "the first failure counts" },
  { "services.*.develop", IGNORED, NULL, false, "nothing is watched" },
  { "services.*.external_links", IGNORED, NULL, false, "use a network that both projects are in" },
  { "services.*.gpus", REFUSED, NULL, false, "devices are not reserved: use devices" },
  { "services.*.isolation", IGNORED, is_default, false, "use runtime" },
  { "services.*.logging.driver", IGNORED, is_our_logging, false, "logs are kept here, as lines of JSON" },
  { "services.*.logging.options.*", IGNORED, NULL, false, "max-size, max-file and tag are what there is",
    logging_options },
  { "services.*.mem_swappiness", IGNORED, has_cgroup_v1_memory, true, "control groups version 2 have no such limit" },
  { "services.*.models", IGNORED, NULL, false, "models are not run" },
  { "services.*.networks.*.driver_opts", IGNORED, NULL, false, "an interface has no options" },
  { "services.*.networks.*.link_local_ips", IGNORED, NULL, false, "no such addresses are given" },
  { "services.*.oom_kill_disable", IGNORED, has_cgroup_v1_memory, true, "control groups version 2 cannot do it" },
  { "services.*.post_start.*.image", IGNORED, NULL, false, "the hook runs in the service's container" },
  { "services.*.post_start.*.per_replica", IGNORED, NULL, false, "the hook runs in each container" },
  { "services.*.pre_stop.*.image", IGNORED, NULL, false, "the hook runs in the service's container" },
  { "services.*.pre_stop.*.per_replica", IGNORED, NULL, false, "the hook runs in each container" },
  { "services.*.pre_start.*.per_replica", REFUSED, is_false, false, "hooks run once for all replicas" },
  { "services.*.provider", IMPOSSIBLE, NULL, false, "providers are not supported" },
  { "services.*.security_opt.*", SECURITY, is_enforceable, true, "this machine's kernel does not have it" },
  { "services.*.storage_opt", REFUSED, NULL, false, "the size of a container is not limited" },
  { "services.*.use_api_socket", IGNORED, is_false, false, "there is no daemon, so there is no socket of it" },
  { "services.*.userns_mode", SECURITY, is_host, false, "containers share the user namespace of perry-compose" },
  { "services.*.volumes.*.bind.selinux", IGNORED, has_no_selinux, true, "files are not given labels" },
  { "services.*.volumes.*.type", IMPOSSIBLE, is_mountable, false, "no such mounts on Linux without a swarm" },
  { "networks.*.driver", IMPOSSIBLE, is_no_swarm, false, "there is no swarm: use bridge" },
  { "networks.*.ipam.driver", IGNORED, is_default, false, "addresses are given by the default driver" },
  { "networks.*.ipam.options", IGNORED, NULL, false, "the default driver has no options" },
  { "volumes.*.driver", IMPOSSIBLE, is_local, false, "there are no volume plugins: use local" },
  { "secrets.*.driver", REFUSED, NULL, false, "there is no swarm" },
  { "secrets.*.driver_opts", REFUSED, NULL, false, "there is no swarm" },
  { "secrets.*.template_driver", REFUSED, NULL, false, "there is no swarm" },
  { "configs.*.driver", REFUSED, NULL, false, "there is no swarm" },
  { "configs.*.driver_opts", REFUSED, NULL, false, "there is no swarm" },
  { "configs.*.template_driver", REFUSED, NULL, false, "there is no swarm: use ${…} in content" },
  { "models", IGNORED, NULL, false, "models are not run" },
};

enum mode
{
  MODE_DEFAULT,
  MODE_STRICT,
  MODE_WARN,
  MODE_LENIENT,
};

struct enforcing
{
  struct loading *l;
  const struct project *p;
  enum mode outer;
};

/* NULL: it is not of a service. */
static const char *
service_of (const struct step *s)
{
  const struct step *top = s, *second = NULL;
  for (; top->up; top = top->up)
    second = top;
  return second && streq (top->key, "services") ? second->key : NULL;
}

static bool
mode_named (const char *text, enum mode *ret)
{
  static const char *const names[] = { [MODE_STRICT] = "strict", [MODE_WARN] = "warn", [MODE_LENIENT] = "lenient" };
  for (enum mode m = MODE_STRICT; m <= MODE_LENIENT; m++)
    if (streq (text, names[m]))
      {
        *ret = m;
        return true;
      }
  return false;
}

/* What wins over the files: the option, then the variable. MODE_DEFAULT: neither is given. */
static int
find_outer (const struct load_options *o, enum mode *ret, struct error **err)
{
  const char *env = getenv ("PERRY_ENFORCEMENT"), *text = o->enforcement ? o->enforcement : env && *env ? env : NULL;
  *ret = MODE_DEFAULT;
  if (! text || mode_named (text, ret))
    return 0;
  return fail (err, EINVAL, "%s: want strict, warn or lenient, not '%s'",
               o->enforcement ? "--enforcement" : "PERRY_ENFORCEMENT", text);
}

/* For what is at S; the schema has seen to the words of the files. */
static enum mode
mode_at (const struct enforcing *e, const struct step *s)
{
  const char *service = service_of (s);
  const struct node *x = service ? node_at (e->p->tree, "services", service, "x-perry", NULL) : NULL;
  const char *own = map_text (x, "enforcement"), *all = map_text (node_get (e->p->tree, "x-perry"), "enforcement");
  enum mode mode = e->outer;
  if (mode == MODE_DEFAULT && (own || all))
    mode_named (own ? own : all, &mode);
  return mode;
}

static int
apply (const struct enforcing *e, const struct row *row, const struct node *n, const struct step *s, struct error **err)
{
  enum mode mode = mode_at (e, s);
  bool error = row->weight == IMPOSSIBLE || mode == MODE_STRICT || (mode == MODE_DEFAULT && row->weight != IGNORED);
  if (error)
    return fail_at (err, E_ENFORCEMENT, n, s, "cannot be honoured: %s%s", row->why,
                    row->weight == IMPOSSIBLE ? "" : " (--enforcement warn goes on without it)");
  if (mode == MODE_LENIENT && row->weight == IGNORED)
    return 0;
  autoerror struct error *text = NULL;
  autofree char *field = step_text (s);
  fail_at (&text, E_ENFORCEMENT, n, s, "is ignored: %s", row->why);
  load_warn_field (e->l, error_text (text), service_of (s), field, "ignored", row->why);
  return 0;
}

static bool
is_left_out (const struct row *row, const struct step *s)
{
  for (const char *const *k = row->but; k && *k; k++)
    if (streq (*k, s->key))
      return true;
  return false;
}

static int
visit (void *context, struct node *n, const struct step *s, struct error **err)
{
  const struct enforcing *e = context;
  bool empty = n->kind == NODE_NULL || (! node_is_scalar (n) && ! n->first);
  for (const struct row *row = rows; row < rows + ARRAY_LEN (rows); row++)
    if (! empty && step_matches (s, row->pattern) && ! (row->host && e->l->options->any_host)
        && ! is_left_out (row, s) && ! (row->fine && row->fine (n->text)))
      TRY (apply (e, row, n, s, err));
  return 0;
}

int
enforcement_apply (struct loading *l, struct project *p, struct error **err)
{
  struct enforcing e = { .l = l, .p = p };
  TRY (find_outer (l->options, &e.outer, err));
  return tree_walk (p->tree, NULL, visit, &e, err);
}
