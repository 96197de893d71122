/* up_images.c - the image of every selected service: by its pull policy from where it is, or built. */
#include <time.h>

#include "build.h"
#include "errors.h"
#include "up_parts.h"

enum policy { POLICY_MISSING, POLICY_ALWAYS, POLICY_NEVER, POLICY_BUILD, POLICY_AGE };

static const struct policy_name
{
  const char *name;
  enum policy policy;
  int64_t seconds;
} policies[] = {
  { "missing", POLICY_MISSING, 0 },       { "if_not_present", POLICY_MISSING, 0 }, { "always", POLICY_ALWAYS, 0 },
  { "never", POLICY_NEVER, 0 },           { "build", POLICY_BUILD, 0 },            { "newer", POLICY_ALWAYS, 0 },
  { "daily", POLICY_AGE, 24 * 3600 },     { "weekly", POLICY_AGE, 7 * 24 * 3600 }, { "refresh", POLICY_AGE, 24 * 3600 },
};

/* "12h", "2d", "1w3d": seconds. */
static int
parse_period (const char *s, int64_t *ret)
{
  static const struct { char unit; int64_t seconds; } units[] = {
    { 'w', 7 * 24 * 3600 }, { 'd', 24 * 3600 }, { 'h', 3600 }, { 'm', 60 }, { 's', 1 },
  };
  int64_t sum = 0;
  do
    {
      char *end;
      long n = strtol (s, &end, 10);
      size_t u = 0;
      while (u < ARRAY_LEN (units) && units[u].unit != *end)
        u++;
      if (end == s || n < 0 || n > INT32_MAX || u == ARRAY_LEN (units))
        return -EINVAL;
      sum += n * units[u].seconds;
      s = end + 1;
    }
  while (*s);
  *ret = sum;
  return 0;
}

/* "every_12h": a period; the others are words. */
static int
parse_policy (const char *s, enum policy *ret, int64_t *ret_seconds, struct error **err)
{
  const char *every = after_prefix (s, "every_");
  for (size_t i = 0; i < ARRAY_LEN (policies); i++)
    if (streq (policies[i].name, s))
      {
        *ret = policies[i].policy;
        *ret_seconds = policies[i].seconds;
        return 0;
      }
  if (! every || parse_period (every, ret_seconds) < 0)
    return fail (err, E_COMPOSE_FILE,
                 "pull policy %s: want always, missing, never, build, daily, weekly or every_DURATION", s);
  *ret = POLICY_AGE;
  return 0;
}

/* One image to get, for one service or several. */
struct fetch
{
  const struct up *u;
  const struct graph_node *node;
  const char *reference;
  bool build;
};

static int
run_fetch (void *arg, struct error **err)
{
  struct fetch *f = arg;
  if (f->build)
    return build_service (f->u->s, f->u->project, f->node->name, f->node->service, NULL, err);
  struct image_pull how = { .platform = f->node->service->platform, .quiet = f->u->o->quiet_pull };
  return image_pull (f->u->s, f->reference, &how, NULL, err);
}

static char *
reference_of (const struct up *u, const struct graph_node *node)
{
  if (node->service->image)
    return mem_strdup (node->service->image);
  return mem_printf ("%s-%s", u->project->name, node->name);
}

static bool
is_old (const struct up *u, const char *reference, int64_t seconds)
{
  int64_t pulled;
  return image_pulled_at (u->s, reference, &pulled, NULL) < 0 || time (NULL) - pulled / 1000000000 >= seconds;
}

static const char *
policy_word (const struct up *u, const struct compose_Service *service)
{
  return u->o->pull ? u->o->pull : service->pull_policy ? service->pull_policy : "missing";
}

/* Does NODE's image have to be got? HERE: there is one. */
static int
must_fetch (const struct up *u, const struct graph_node *node, const char *reference, bool here, bool *ret,
            bool *ret_build, struct error **err)
{
  const struct compose_Service *service = node->service;
  const char *word = policy_word (u, service);
  enum policy policy = POLICY_MISSING;
  int64_t seconds = 0;
  *ret = *ret_build = false;
  TRY_DOING (err, parse_policy (word, &policy, &seconds, err), "service %s", node->name);
  if (streq (word, "refresh") && service->pull_refresh_after
      && parse_period (service->pull_refresh_after, &seconds) < 0)
    return fail (err, E_COMPOSE_FILE, "service %s: pull_refresh_after %s: want a period like 12h or 1w", node->name,
                 service->pull_refresh_after);
  bool can_build = service->build && ! u->o->no_build;
  *ret_build = can_build && (u->o->build || policy == POLICY_BUILD || ! here);
  *ret = *ret_build || policy == POLICY_ALWAYS || (policy == POLICY_AGE && (! here || is_old (u, reference, seconds)))
         || (policy == POLICY_MISSING && ! here);
  if (service->build && ! *ret_build && policy == POLICY_ALWAYS)
    *ret = ! here;
  if (! here && ! *ret)
    return fail (err, E_NO_IMAGE, "service %s: image %s is not here and the pull policy is %s", node->name, reference,
                 word);
  return 0;
}

static const struct fetch *
already (const struct fetch *v, size_t n, const char *reference)
{
  for (size_t i = 0; i < n; i++)
    if (streq (v[i].reference, reference))
      return &v[i];
  return NULL;
}

/* What there is into u->images. */
static int
look_in_store (struct up *u, struct error **err)
{
  size_t n = u->graph.n;
  autofree char **references = mem_alloc ((n + 1) * sizeof *references);
  for (size_t i = 0; i < n; i++)
    references[i] = u->selected[i] ? reference_of (u, &u->graph.v[i]) : NULL;
  int r = image_find_each (u->s, references, n, u->images, err);
  for (size_t i = 0; i < n; i++)
    free (references[i]);
  return r;
}

/* What is to be got into FETCHES. */
static int
look (struct up *u, struct fetch *fetches, size_t *n, struct strv *references, struct error **err)
{
  for (size_t i = 0; i < u->graph.n; i++)
    {
      const struct graph_node *node = &u->graph.v[i];
      if (! u->selected[i])
        continue;
      autofree char *reference = reference_of (u, node);
      bool fetch, build, here = u->images[i].id;
      TRY (must_fetch (u, node, reference, here, &fetch, &build, err));
      if (! fetch || already (fetches, *n, reference))
        continue;
      strv_add (references, reference);
      fetches[(*n)++] = (struct fetch) { u, node, references->v[references->n - 1], build };
    }
  return 0;
}

/* Images that pre_start names; they cannot be built. */
static int
look_at_hooks (struct up *u, const struct graph_node *node, struct fetch *fetches, size_t *n, struct strv *references,
               struct error **err)
{
  for (size_t i = 0; i < node->service->pre_start.n; i++)
    {
      const char *reference = node->service->pre_start.v[i].image;
      enum policy policy = POLICY_MISSING;
      int64_t seconds;
      autofree char *id = NULL, *own = reference_of (u, node);
      if (! reference || streq (reference, own) || already (fetches, *n, reference))
        continue;
      TRY_DOING (err, parse_policy (policy_word (u, node->service), &policy, &seconds, err), "service %s", node->name);
      bool here = image_resolve (u->s, reference, &id, NULL, NULL) >= 0;
      if (here && policy != POLICY_ALWAYS)
        continue;
      if (! here && policy == POLICY_NEVER)
        return fail (err, E_NO_IMAGE, "service %s: pre_start[%zu]: image %s is not here and the pull policy is never",
                     node->name, i, reference);
      strv_add (references, reference);
      fetches[(*n)++] = (struct fetch) { u, node, references->v[references->n - 1], false };
    }
  return 0;
}

static size_t
count_images (const struct up *u)
{
  size_t n = u->graph.n;
  for (size_t i = 0; i < u->graph.n; i++)
    n += u->graph.v[i].service->pre_start.n;
  return n;
}

static int
fetch_all (struct up *u, struct fetch *fetches, size_t n, struct error **err)
{
  autofree struct job *jobs = mem_alloc ((n + 1) * sizeof *jobs);
  autostrv struct strv names = { 0 };
  for (size_t i = 0; i < n; i++)
    {
      strv_printf (&names, "Image %s", fetches[i].reference);
      jobs[i] = (struct job) { .name = names.v[i],
                              .run = run_fetch,
                              .arg = &fetches[i],
                              .doing = fetches[i].build ? "Building" : "Pulling",
                              .done = fetches[i].build ? "Built" : "Pulled" };
    }
  struct jobs_options o = { .parallel = u->s->parallel, .screen = u->screen, .cancel_fd = u->cancel_fd };
  int r = jobs_run (jobs, n, &o, err);
  jobs_free (jobs, n);
  return r;
}

int
up_images (struct up *u, struct error **err)
{
  autofree struct fetch *fetches = mem_alloc ((count_images (u) + 1) * sizeof *fetches);
  autostrv struct strv references = { 0 };
  size_t n = 0;
  TRY (look_in_store (u, err));
  TRY (look (u, fetches, &n, &references, err));
  for (size_t i = 0; i < u->graph.n; i++)
    if (u->selected[i])
      TRY (look_at_hooks (u, &u->graph.v[i], fetches, &n, &references, err));
  if (u->s->dry_run)
    for (size_t i = 0; i < n; i++)
      screen_line (u->screen, "image %s would be %s", fetches[i].reference, fetches[i].build ? "built" : "pulled");
  else if (n)
    TRY (fetch_all (u, fetches, n, err));
  for (size_t i = 0; i < u->graph.n && ! u->s->dry_run; i++)
    {
      if (! u->selected[i])
        continue;
      autofree char *reference = reference_of (u, &u->graph.v[i]);
      if (u->images[i].id && ! already (fetches, n, reference))
        continue;
      image_free (&u->images[i]);
      TRY_DOING (err, image_find (u->s, reference, &u->images[i], err), "service %s", u->graph.v[i].name);
    }
  return 0;
}
