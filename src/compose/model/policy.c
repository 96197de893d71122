/* policy.c - policy tiers: what a service must at least give up. A tier is a floor: it sets what is not set, never
 * clears what is, and what contradicts it is an error. On the tree, so that `config` shows what holds. Reads
 * PERRY_ALLOW_UNTRUSTED_SHARED_KERNEL. */
#include "loading.h"

static const struct tier
{
  const char *name;
  bool no_network, read_only_root, seccomp, own_kernel;
} tiers[] = {
  { "default", false, false, false, false },
  { "isolated", true, false, false, false },
  { "hardened", false, true, true, false },
  { "untrusted", true, true, true, true },
};

/* Runtimes that give a container a kernel of its own. */
static const char *const microvms[] = { "microvm", "kata", "kata-runtime", "kata-qemu", "kata-clh", "kata-fc", "krun",
                                        "io.containerd.kata.v2" };

static int
conflict (const struct node *service, const char *attribute, const char *why, const char *tier, struct error **err)
{
  const struct node *at = node_get (service, attribute);
  autofree char *path = mem_printf ("services.%s.%s", service->key, attribute);
  return node_fail (err, E_POLICY, at ? at : service, path, "policy %s: %s", tier, why);
}

/* Raise *FLOOR to tier NAME (NULL: none is asked for); AT is where NAME is written, PATH what that is called. */
static int
raise_to (struct tier *floor, const char *name, const struct node *at, const char *path, struct error **err)
{
  for (const struct tier *t = tiers; name && t < tiers + ARRAY_LEN (tiers); t++)
    if (streq (t->name, name))
      {
        floor->name = t > tiers ? t->name : floor->name;
        floor->no_network |= t->no_network;
        floor->read_only_root |= t->read_only_root;
        floor->seccomp |= t->seccomp;
        floor->own_kernel |= t->own_kernel;
        return 0;
      }
  if (! name)
    return 0;
  return node_fail (err, E_POLICY, at, path, "want default, isolated, hardened or untrusted, not '%s'", name);
}

/* All who ask for a tier are heard: the service's own word, its label, the command line. */
static int
find_floor (const struct loading *l, const struct node *service, struct tier *ret, struct error **err)
{
  const struct node *x = node_get (service, "x-perry"), *labels = node_get (service, "labels");
  autofree char *in_x = mem_printf ("services.%s.x-perry.policy", service->key),
                *in_labels = mem_printf ("services.%s.labels.perry.policy", service->key);
  struct tier t = tiers[0];
  TRY (raise_to (&t, map_text (x, "policy"), node_get (x, "policy"), in_x, err));
  TRY (raise_to (&t, map_text (labels, "perry.policy"), node_get (labels, "perry.policy"), in_labels, err));
  TRY (raise_to (&t, l->options->policy, NULL, "--policy", err));
  if (t.name == tiers[0].name)
    t.name = "of x-perry";
  t.no_network |= map_flag (x, "no_network");
  t.read_only_root |= map_flag (x, "read_only_root");
  t.seccomp |= map_flag (x, "seccomp");
  *ret = t;
  return 0;
}

/* The default network is added before; that one is ours to take away again. */
static bool
only_default (const struct node *networks)
{
  return ! networks || ! networks->first
         || (! networks->first->next && streq (networks->first->key, "default") && networks->first->kind == NODE_NULL);
}

static int
cut_network (struct loading *l, struct node *service, const struct tier *t, struct error **err)
{
  const char *mode = map_text (service, "network_mode");
  const struct node *ports = node_get (service, "ports");
  if (mode && ! streq (mode, "none"))
    return conflict (service, "network_mode", "only none is allowed", t->name, err);
  if (! only_default (node_get (service, "networks")))
    return conflict (service, "networks", "the service must have no network", t->name, err);
  if (ports && ports->first)
    return conflict (service, "ports", "a service without network publishes nothing", t->name, err);
  node_remove (service, "networks");
  map_set_text (l->arena, service, "network_mode", "none");
  return 0;
}

/* Commands before, in and after the life of a container of SERVICE. */
static int
need_plain_hooks (const struct node *service, const struct tier *t, struct error **err)
{
  static const char *const kinds[] = { "pre_start", "post_start", "pre_stop" };
  for (size_t i = 0; i < ARRAY_LEN (kinds); i++)
    {
      const struct node *hooks = node_get (service, kinds[i]);
      for (const struct node *h = hooks ? hooks->first : NULL; h; h = h->next)
        if (map_flag (h, "privileged"))
          return conflict (service, kinds[i], "a privileged hook has no seccomp filter", t->name, err);
    }
  return 0;
}

static int
need_seccomp (const struct node *service, const struct tier *t, struct error **err)
{
  const struct node *options = node_get (service, "security_opt");
  for (const struct node *o = options ? options->first : NULL; o; o = o->next)
    if (o->text && (streq (o->text, "seccomp=unconfined") || streq (o->text, "seccomp:unconfined")))
      return conflict (service, "security_opt", "seccomp cannot be unconfined", t->name, err);
  if (map_flag (service, "privileged"))
    return conflict (service, "privileged", "a privileged container has no seccomp filter", t->name, err);
  return need_plain_hooks (service, t, err);
}

static int
need_own_kernel (struct loading *l, struct node *service, const struct tier *t, struct error **err)
{
  const char *runtime = map_text (service, "runtime"), *allowed = getenv ("PERRY_ALLOW_UNTRUSTED_SHARED_KERNEL");
  for (size_t i = 0; runtime && i < ARRAY_LEN (microvms); i++)
    if (streq (runtime, microvms[i]))
      return 0;
  if (! allowed || ! streq (allowed, "1"))
    return node_fail (err, E_BACKEND, service, NULL,
                      "services.%s: policy %s wants a runtime with a kernel of its own (runtime: kata, krun, …); "
                      "PERRY_ALLOW_UNTRUSTED_SHARED_KERNEL=1 does without", service->key, t->name);
  autofree char *text = mem_printf ("service %s is untrusted and SHARES THIS MACHINE'S KERNEL: "
                                    "PERRY_ALLOW_UNTRUSTED_SHARED_KERNEL=1 is set", service->key);
  autofree char *field = mem_printf ("services.%s.runtime", service->key);
  load_warn_field (l, text, service->key, field, "shared-kernel", "PERRY_ALLOW_UNTRUSTED_SHARED_KERNEL=1 is set");
  map_set_text (l->arena, map_need (l->arena, service, "annotations"), UNTRUSTED_ANNOTATION, "1");
  return 0;
}

static void
warn_of_privileges (struct loading *l, const struct node *service)
{
  autofree char *field = mem_printf ("services.%s.privileged", service->key);
  autofree char *text =
      mem_printf ("service %s is privileged: it has all capabilities and devices of this machine, and no seccomp "
                  "filter",
                  service->key);
  load_warn_field (l, text, service->key, field, "honoured",
                   "a privileged container can do what root on this machine can");
}

static int
apply (struct loading *l, struct node *service, struct error **err)
{
  struct tier t = tiers[0];
  TRY (find_floor (l, service, &t, err));
  if (map_flag (service, "privileged"))
    warn_of_privileges (l, service);
  struct node *x = t.no_network || t.read_only_root || t.seccomp ? map_need (l->arena, service, "x-perry") : NULL;
  if (t.no_network)
    {
      TRY (cut_network (l, service, &t, err));
      map_set_flag (l->arena, x, "no_network", true);
    }
  if (t.read_only_root)
    {
      if (node_get (service, "read_only") && ! map_flag (service, "read_only"))
        return conflict (service, "read_only", "the root file system must be read-only", t.name, err);
      map_set_flag (l->arena, service, "read_only", true);
      map_set_flag (l->arena, x, "read_only_root", true);
    }
  if (t.seccomp)
    {
      TRY (need_seccomp (service, &t, err));
      map_set_flag (l->arena, x, "seccomp", true);
    }
  return t.own_kernel ? need_own_kernel (l, service, &t, err) : 0;
}

int
policy_apply (struct loading *l, struct project *p, struct error **err)
{
  for (struct node *c = node_get (p->tree, "services")->first; c; c = c->next)
    TRY (apply (l, c, err));
  return 0;
}
