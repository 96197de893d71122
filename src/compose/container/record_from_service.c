/* record_from_service.c - what perry-monitor and later commands need of a service -> the record. Pure but for the
 * clock and the search for the OCI runtime. */
#include "backend.h"
#include "bundle_parts.h"
#include "errors.h"
#include "units.h"

enum
{
  MS = 1000, /* microseconds, the model's unit */
  DEFAULT_STOP_TIMEOUT = 10000,
  DEFAULT_HEALTH_INTERVAL = 30000,
  DEFAULT_HEALTH_TIMEOUT = 30000,
  DEFAULT_HEALTH_START_INTERVAL = 5000,
  DEFAULT_HEALTH_RETRIES = 3,
};

/* A duration of the service, then of the image, then by default; 0 is none, as for docker. */
static struct opt_i64
health_time (struct opt_i64 given, int64_t of_image, int64_t otherwise)
{
  return int_is (given.set && given.value >= MS ? given.value / MS : of_image ? of_image : otherwise);
}

static int
set_test (struct making *m, struct record_Health *h, const char *const *test, size_t n, struct error **err)
{
  if (n && streq (test[0], "CMD-SHELL"))
    {
      if (n != 2)
        return fail (err, E_COMPOSE_FILE, "healthcheck.test: CMD-SHELL takes one line");
      strings_add (m->arena, &h->test, "/bin/sh");
      strings_add (m->arena, &h->test, "-c");
      strings_add (m->arena, &h->test, test[1]);
      return 0;
    }
  if (n < 2 || ! streq (test[0], "CMD"))
    return fail (err, E_COMPOSE_FILE,
                 "healthcheck.test: NONE, CMD and its words, or CMD-SHELL and a line are expected");
  for (size_t i = 1; i < n; i++)
    strings_add (m->arena, &h->test, test[i]);
  return 0;
}

static int
set_health (struct making *m, struct error **err)
{
  static const struct compose_Healthcheck nothing;
  const struct compose_Healthcheck *c = m->service->healthcheck ? m->service->healthcheck : &nothing;
  const struct image *i = m->in->image;
  const char *const *test = c->test.n ? c->test.v : (const char *const *) i->health_test.v;
  size_t n = c->test.n ? c->test.n : i->health_test.n;
  if (flag_on (c->disable) || n == 0 || streq (test[0], "NONE"))
    return 0;
  struct record_Health *h = m->record->health = MAKE (m->arena, struct record_Health);
  TRY (set_test (m, h, test, n, err));
  h->interval = health_time (c->interval, i->health_interval, DEFAULT_HEALTH_INTERVAL);
  h->timeout = health_time (c->timeout, i->health_timeout, DEFAULT_HEALTH_TIMEOUT);
  h->start_period = health_time (c->start_period, i->health_start_period, 0);
  h->start_interval = health_time (c->start_interval, i->health_start_interval, DEFAULT_HEALTH_START_INTERVAL);
  h->retries = c->retries.set && c->retries.value ? c->retries
         : int_is (i->health_retries ? i->health_retries : DEFAULT_HEALTH_RETRIES);
  const struct compose_ServiceExtension *perry = m->service->perry;
  h->on_unhealthy = perry && perry->on_unhealthy ? make_string (m->arena, perry->on_unhealthy) : "none";
  return 0;
}

static int
set_short_restart (const char *text, struct record_Restart *r, struct error **err)
{
  static const char *const conditions[] = { "no", "always", "unless-stopped", "on-failure" };
  const char *count = after_prefix (text, "on-failure:");
  for (size_t i = 0; ! count && i < ARRAY_LEN (conditions); i++)
    if (streq (text, conditions[i]))
      {
        r->condition = conditions[i];
        return 0;
      }
  char *end = NULL;
  long n = count ? strtol (count, &end, 10) : -1;
  if (n < 0 || end == count || *end)
    return fail (err, E_COMPOSE_FILE,
                 "restart '%s': no, always, unless-stopped, on-failure or on-failure:N is expected", text);
  r->condition = "on-failure";
  r->max_retries = int_is (n);
  return 0;
}

static const char *
deploy_condition (const char *condition)
{
  return ! condition || streq (condition, "any") ? "always" : streq (condition, "none") ? "no" : "on-failure";
}

/* What is run once does not come back. */
static int
set_restart (struct making *m, struct error **err)
{
  const struct compose_Deploy *d = m->service->deploy;
  struct record_Restart *r = m->record->restart = MAKE (m->arena, struct record_Restart);
  r->condition = "no";
  if (m->overrides->oneoff)
    return 0;
  if (d && d->restart_policy)
    {
      const struct compose_RestartPolicy *p = d->restart_policy;
      r->condition = deploy_condition (p->condition);
      r->max_retries = p->max_attempts;
      if (p->delay.set)
        r->delay = int_is (p->delay.value / MS);
      if (p->window.set)
        r->window = int_is (p->window.value / MS);
      return 0;
    }
  return m->service->restart ? set_short_restart (m->service->restart, r, err) : 0;
}

static int
set_logging (struct making *m, struct error **err)
{
  const struct compose_Logging *l = m->service->logging;
  if (! l)
    return 0;
  struct record_LogSettings *r = m->record->logging = MAKE (m->arena, struct record_LogSettings);
  /* A driver of others was told of when the file was loaded. */
  r->driver = l->driver && streq (l->driver, "none") ? "none" : "json";
  const char *size = map_get (&l->options, "max-size"), *files = map_get (&l->options, "max-file");
  int64_t bytes;
  if (size && units_bytes (size, &bytes) < 0)
    return fail (err, E_COMPOSE_FILE, "logging.options.max-size '%s': a size is expected", size);
  if (size && bytes > 0)
    r->max_size = int_is (bytes);
  if (files)
    {
      char *end;
      long n = strtol (files, &end, 10);
      if (*end || end == files || n < 1 || n > 1000)
        return fail (err, E_COMPOSE_FILE, "logging.options.max-file '%s': 1 to 1000 is expected", files);
      r->max_files = int_is (n);
    }
  r->tag = make_string (m->arena, map_get (&l->options, "tag"));
  return 0;
}

static void
set_dependencies (struct making *m)
{
  for (size_t i = 0; i < m->service->depends_on.n; i++)
    {
      const struct compose_DependsOn *from = &m->service->depends_on.v[i];
      *LIST_ADD (m->arena, &m->record->depends_on)
        = (struct record_Dependency) { .service = make_string (m->arena, m->service->depends_on.keys[i]),
                                       .condition = make_string (m->arena, from->condition),
                                       .required = from->required,
                                       .restart = from->restart };
    }
}

static void
set_hook (struct making *m, struct record_Hook *to, const struct compose_ServiceHook *from)
{
  for (size_t i = 0; i < from->command.n; i++)
    strings_add (m->arena, &to->command, from->command.v[i]);
  for (size_t i = 0; i < from->environment.n; i++)
    environment_set (m->arena, &to->environment, from->environment.keys[i], from->environment.v[i]);
  to->user = make_string (m->arena, from->user);
  to->working_dir = make_string (m->arena, from->working_dir);
  to->privileged = from->privileged;
}

static void
set_hooks (struct making *m)
{
  for (size_t i = 0; i < m->service->post_start.n; i++)
    set_hook (m, LIST_ADD (m->arena, &m->record->post_start), &m->service->post_start.v[i]);
  for (size_t i = 0; i < m->service->pre_stop.n; i++)
    set_hook (m, LIST_ADD (m->arena, &m->record->pre_stop), &m->service->pre_stop.v[i]);
}

/* One that both have is there twice, which does not matter: to compare all took long where an image has very many. */
static void
set_exposed (struct making *m)
{
  strings_addv (m->arena, &m->record->exposed, &m->in->image->exposed);
  for (size_t i = 0; i < m->service->expose.n; i++)
    strings_add (m->arena, &m->record->exposed, m->service->expose.v[i]);
}

static int
set_runtime (struct making *m, struct error **err)
{
  autofree char *own = NULL;
  if (m->service->runtime && *m->service->runtime)
    TRY_DOING (err, backend_choose (m->service->runtime, &own, err), "runtime");
  m->record->runtime = make_string (m->arena, own ? own : m->settings->runtime);
  return 0;
}

static void
set_overlay (struct making *m)
{
  struct record_Overlay *o = m->record->overlay = MAKE (m->arena, struct record_Overlay);
  strings_addv (m->arena, &o->lower, &m->in->image->layers);
  o->upper = make_printf (m->arena, "%s/upper", m->record->bundle);
  o->work = make_printf (m->arena, "%s/work", m->record->bundle);
}

int
bundle_record (struct making *m, struct error **err)
{
  struct record_Container *r = m->record;
  const struct compose_Service *s = m->service;
  const struct image *i = m->in->image;
  char now[RECORD_TIME_SIZE];
  record_time (now);
  r->created = make_string (m->arena, now);
  r->project = m->in->project ? make_string (m->arena, m->in->project->name) : NULL;
  r->number = int_is (m->in->number);
  r->oneoff = flag_is (m->overrides->oneoff);
  r->image = make_string (m->arena, s->image ? s->image : i->names.n ? i->names.v[0] : i->id);
  r->image_id = make_string (m->arena, i->id);
  r->config_hash = make_string (m->arena, m->in->config_hash);
  r->tty = m->config->process->terminal;
  r->open_stdin = flag_is (m->overrides->open_stdin || flag_on (s->stdin_open));
  r->remove = flag_is (m->overrides->remove);
  const char *of_image = i->stop_signal && *i->stop_signal ? i->stop_signal : "SIGTERM";
  r->stop_signal = make_string (m->arena, s->stop_signal ? s->stop_signal : of_image);
  r->stop_timeout = int_is (s->stop_grace_period.set ? s->stop_grace_period.value / MS : DEFAULT_STOP_TIMEOUT);
  set_overlay (m);
  set_dependencies (m);
  set_exposed (m);
  set_hooks (m);
  TRY (set_health (m, err));
  TRY (set_restart (m, err));
  TRY (set_logging (m, err));
  return set_runtime (m, err);
}
