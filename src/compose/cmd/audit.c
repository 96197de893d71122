/* audit.c - the command `audit`: seven layers of defence, and which of them each service has. From the compose files
 * and, where it is here, the image; nothing is changed. */
#include "commands.h"
#include "image.h"
#include "ocispec.h"

#undef OCI_PREFIX
#define OCI_PREFIX audit_
#define SPEC_Item(F, T)                                                                                               \
  F (T, flag,                  ok,           "ok")                                                                    \
  F (T, str,                   detail,       "detail")
#define SPEC_Score(F, T)                                                                                              \
  F (T, u32,                   score,        "score")                                                                 \
  F (T, u32,                   of,           "of")                                                                    \
  F (T, dict (Item),           items,        "items")
#define SPEC_Scores(F, T)      F (T, dict (Score), services, "services")
DECLARE (Item)
DECLARE (Score)
DECLARE (Scores)
DEFINE (Item)
DEFINE (Score)
DEFINE (Scores)
#undef OCI_PREFIX
#define OCI_PREFIX oci_

struct audit_args
{
  bool json;
  struct cli_number least;
};

static const struct opt audit_options[] = {
  FLAG (audit_args, json, 0, "json", "as a JSON object")
  NUMBER (audit_args, least, 0, "min", "N", "fail if a service has fewer than N of the seven")
  END_OF_OPTIONS
};

struct subject
{
  const struct settings *settings;
  const struct compose_Project *project;
  const struct compose_Service *service;
  struct image image;      /* empty when it is not here */
};

/* Each says why not; NULL: it is so. */
static const char *
verified (const struct subject *s)
{
  return s->service->image && strstr (s->service->image, "@sha256:") ? NULL
         : "the image is not named by its digest (image: NAME@sha256:…)";
}

static const char *
not_root (const struct subject *s)
{
  const char *user = s->service->user && *s->service->user ? s->service->user : s->image.user;
  if (! user || ! *user)
    return s->image.id ? "runs as root: set user"
           : "runs as root unless its image says otherwise, which is not here: set user";
  bool root = (user[0] == '0' && (! user[1] || user[1] == ':')) || streq (user, "root") || after_prefix (user, "root:");
  return root ? "runs as root: set user" : NULL;
}

static const char *
few_capabilities (const struct subject *s)
{
  if (s->service->privileged.value)
    return "privileged: take it away";
  for (size_t i = 0; i < s->service->cap_drop.n; i++)
    if (strcasecmp (s->service->cap_drop.v[i], "ALL") == 0)
      return NULL;
  return "keeps the default capabilities: cap_drop: [ALL], then cap_add what is needed";
}

static const char *
read_only_root (const struct subject *s)
{
  return s->service->read_only.value ? NULL
                                     : "can write to its root file system: read_only: true, and tmpfs or volumes";
}

static const struct compose_Network *
network (const struct compose_Project *p, const char *key)
{
  for (size_t i = 0; i < p->networks.n; i++)
    if (streq (p->networks.keys[i], key))
      return &p->networks.v[i];
  return NULL;
}

static const char *
internal_networks (const struct subject *s)
{
  const char *mode = s->service->network_mode;
  if (mode)
    return streq (mode, "none") ? NULL : "network_mode shares a network with others";
  for (size_t i = 0; i < s->service->networks.n; i++)
    {
      const struct compose_Network *n = network (s->project, s->service->networks.keys[i]);
      if (! n || ! n->internal.value)
        return "is on a network that reaches the outside: internal: true";
    }
  return NULL;
}

static const char *
no_open_ports (const struct subject *s)
{
  for (size_t i = 0; i < s->service->ports.n; i++)
    {
      const char *ip = s->service->ports.v[i].host_ip;
      if (! ip || ! (after_prefix (ip, "127.") || streq (ip, "::1")))
        return "publishes a port to every address: 127.0.0.1:PORT:PORT";
    }
  return NULL;
}

static const char *
limited (const struct subject *s)
{
  const struct compose_Service *v = s->service;
  const struct compose_DeployResources *r = v->deploy ? v->deploy->resources : NULL;
  static const struct compose_Limits none;
  const struct compose_Limits *limits = r && r->limits ? r->limits : &none;
  if ((v->mem_limit.set ? v->mem_limit : limits->memory).value <= 0)
    return "has no limit of memory: mem_limit";
  if (! v->cpus && ! limits->cpus && ! v->cpu_quota.set)
    return "has no limit of processor time: cpus";
  return (v->pids_limit.set ? v->pids_limit : limits->pids).value > 0 ? NULL
                                                                      : "has no limit of processes: pids_limit";
}

static const struct item
{
  const char *name;
  const char *(*check) (const struct subject *s);
} items[] = {
  { "verified-image", verified },       { "non-root", not_root },           { "few-capabilities", few_capabilities },
  { "read-only-root", read_only_root }, { "internal-networks", internal_networks },
  { "no-open-ports", no_open_ports },   { "limits", limited },
};

struct verdict
{
  struct audit_Item v[ARRAY_LEN (items)];
  const char *keys[ARRAY_LEN (items)];
};

static void
judge (const struct subject *s, struct verdict *verdict, struct audit_Score *ret)
{
  *ret = (struct audit_Score) { .score = { 0, true }, .of = { ARRAY_LEN (items), true } };
  for (size_t i = 0; i < ARRAY_LEN (items); i++)
    {
      const char *why_not = items[i].check (s);
      verdict->keys[i] = items[i].name;
      verdict->v[i] = (struct audit_Item) { { ! why_not, true }, why_not };
      ret->score.value += ! why_not;
    }
  ret->items.n = ARRAY_LEN (items);
  ret->items.v = verdict->v;
  ret->items.keys = verdict->keys;
  ret->items.set = true;
}

static void
print (const struct audit_Scores *all, bool json)
{
  autofree char *text = json ? oci_emit (&audit_Scores_schema, all, "  ") : NULL;
  if (json)
    printf ("%s\n", text ? text : "");
  for (size_t i = 0; ! json && i < all->services.n; i++)
    {
      const struct audit_Score *s = &all->services.v[i];
      printf ("%s: %lld of %lld\n", all->services.keys[i], (long long) s->score.value, (long long) s->of.value);
      for (size_t k = 0; k < s->items.n; k++)
        printf ("  %s %s%s%s\n", s->items.v[k].ok.value ? "+" : "-", s->items.keys[k], s->items.v[k].detail ? ": " : "",
                s->items.v[k].detail ? s->items.v[k].detail : "");
    }
}

static int
enough (const struct audit_Scores *all, const struct cli_number *least, struct error **err)
{
  for (size_t i = 0; least->set && i < all->services.n; i++)
    if (all->services.v[i].score.value < least->value)
      return fail (err, E_POLICY, "service %s has %lld of %zu, and --min is %lld", all->services.keys[i],
                   (long long) all->services.v[i].score.value, ARRAY_LEN (items), least->value);
  return 0;
}

static int
run (const void *global, void *args, int argc UNUSED, char **argv UNUSED, struct error **err)
{
  const struct audit_args *a = args;
  autocontext struct context c = { 0 };
  TRY (context_open (global, &c, err));
  TRY (context_project (&c, NULL, err));
  const struct compose_Project *m = c.project.model;
  autofree struct verdict *verdicts = mem_alloc ((m->services.n + 1) * sizeof *verdicts);
  autofree struct audit_Score *scores = mem_alloc ((m->services.n + 1) * sizeof *scores);
  const struct audit_Scores all = { { .n = m->services.n, .v = scores, .keys = m->services.keys, .set = true } };
  for (size_t i = 0; i < m->services.n; i++)
    {
      struct subject s = { &c.settings, m, &m->services.v[i], { 0 } };
      if (s.service->image && image_find (&c.settings, s.service->image, &s.image, NULL) < 0)
        s.image = (struct image) { 0 };
      judge (&s, &verdicts[i], &scores[i]);
      image_free (&s.image);
    }
  print (&all, a->json || c.settings.json);
  return enough (&all, &a->least, err);
}

const struct command cmd_audit = {
  .name = "audit",
  .operands = "",
  .help = "count which of seven layers of defence each service has",
  .opts = audit_options,
  .args_size = sizeof (struct audit_args),
  .run = run,
};
