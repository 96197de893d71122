/* spec_annotations.c - labels of image and service, ours and those that tools of docker compose look for -> record
 * and config. */
#include "bundle_parts.h"

static void
add_image_labels (struct making *m)
{
  const struct strv *l = &m->in->image->labels;
  for (size_t i = 0; i < l->n; i++)
    {
      const char *equals = strchrnul (l->v[i], '=');
      autofree char *key = mem_strndup (l->v[i], (size_t) (equals - l->v[i]));
      map_set (m->arena, &m->record->labels, key, *equals ? equals + 1 : "");
    }
}

static void
add_label (struct making *m, const char *key, const char *value)
{
  if (value)
    map_set (m->arena, &m->record->labels, key, value);
}

/* "db:service_healthy:false,cache:service_started:true": name, condition, restart. */
static char *
dependencies (const struct compose_Service *s)
{
  autotext struct text t = { 0 };
  for (size_t i = 0; i < s->depends_on.n; i++)
    text_printf (&t, "%s%s:%s:%s", i ? "," : "", s->depends_on.keys[i],
                 s->depends_on.v[i].condition ? s->depends_on.v[i].condition : "service_started",
                 s->depends_on.v[i].restart.value ? "true" : "false");
  return mem_strdup (t.s ? t.s : "");
}

static void
add_project_labels (struct making *m)
{
  const struct project *p = m->in->project;
  autotext struct text files = { 0 };
  for (size_t i = 0; i < p->files.n; i++)
    text_printf (&files, "%s%s", i ? "," : "", p->files.v[i]);
  autofree char *hash = project_config_hash (p, m->in->service_name, NULL), *depends = dependencies (m->service);
  char number[16];
  snprintf (number, sizeof number, "%u", m->in->number);
  const struct { const char *key, *value; } labels[] = {
    { "perry.compose.project", p->name },
    { "perry.compose.service", m->in->service_name },
    { "perry.compose.spec_hash", m->in->config_hash },
    { "com.docker.compose.project", p->name },
    { "com.docker.compose.service", m->in->service_name },
    { "com.docker.compose.config-hash", hash }, /* as `config --hash` prints it */
    { "com.docker.compose.depends_on", depends },
    { "com.docker.compose.version", PACKAGE_VERSION },
    { "com.docker.compose.container-number", number },
    { "com.docker.compose.oneoff", m->overrides->oneoff ? "True" : "False" },
    { "com.docker.compose.project.working_dir", p->directory },
    { "com.docker.compose.project.config_files", files.s },
    { "com.docker.compose.image", m->in->image->id },
    { "perry.workload.policyTier", m->service->perry ? m->service->perry->policy : NULL },
  };
  for (size_t i = 0; i < ARRAY_LEN (labels); i++)
    add_label (m, labels[i].key, labels[i].value);
}

int
spec_annotations (struct making *m, struct error **err)
{
  (void) err;
  const struct compose_Service *s = m->service;
  struct oci_strings *annotations = &m->config->annotations;
  add_image_labels (m);
  for (size_t i = 0; i < s->labels.n; i++)
    add_label (m, s->labels.keys[i], s->labels.v[i]);
  for (size_t i = 0; m->overrides->labels && i < m->overrides->labels->n; i++)
    {
      const char *label = m->overrides->labels->v[i], *equals = strchrnul (label, '=');
      autofree char *key = mem_strndup (label, (size_t) (equals - label));
      add_label (m, key, *equals ? equals + 1 : "");
    }
  if (m->in->project)
    add_project_labels (m);
  for (size_t i = 0; i < m->record->labels.n; i++)
    map_set (m->arena, annotations, m->record->labels.keys[i], m->record->labels.v[i]);
  for (size_t i = 0; i < s->annotations.n; i++)
    map_set (m->arena, annotations, s->annotations.keys[i], s->annotations.v[i]);
  map_set (m->arena, annotations, "perry.container.name", m->record->name);
  /* refresh.c looks for these at each start. */
  for (size_t i = 0; i < m->joined.n; i++)
    map_set (m->arena, annotations, make_printf (m->arena, "perry.join.%s", m->joined.keys[i]), m->joined.v[i]);
  return 0;
}
