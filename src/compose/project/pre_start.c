/* pre_start.c - runs a service's pre_start hooks: each is a container that lives as long as its command. Runs in a job
 * of `up`, under the project's lock; the journal has each container before it is made, so that a failure or a kill
 * leaves none. */
#include <fcntl.h>

#include "errors.h"
#include "log_reader.h"
#include "up_parts.h"

/* What the container said last, for the message; NULL: nothing. */
static char *
last_line (const struct settings *s, const char *id)
{
  autofree char *dir = data_path (s, "containers/%s", id);
  int fd = open (dir, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  struct log_reader reader;
  struct oci_document doc = { 0 };
  const char *record;
  char *text = NULL;
  size_t n;
  if (fd < 0)
    return NULL;
  log_reader_init (&reader, fd, &(struct log_filter) { 0 });
  if (log_reader_tail (&reader, 1, NULL) >= 0 && log_reader_peek (&reader, &record, &n, NULL) == 1)
    {
      const struct log_Line *line = oci_parse (&log_Line_schema, record, n, &doc);
      text = line ? log_line_bytes (line, &n) : NULL;
      oci_document_free (&doc);
    }
  log_reader_close (&reader);
  while (text && *text && strchr ("\r\n ", text[strlen (text) - 1]))
    text[strlen (text) - 1] = '\0';
  return text;
}

/* The service as its hook sees it: what belongs to one running container of it is left out. NETWORKS: room for
 * copies. */
static struct compose_Service
hook_service (const struct compose_Service *s, const struct compose_ServiceHook *hook,
              struct compose_ServiceNetwork *networks)
{
  static const struct compose_Healthcheck no_check = { .disable = { true, true } };
  struct compose_Service h = *s;
  h.command = hook->command;
  h.image = hook->image ? hook->image : s->image;
  h.user = hook->user;
  h.working_dir = hook->working_dir;
  h.privileged = hook->privileged;
  h.healthcheck = (struct compose_Healthcheck *) &no_check;
  h.mac_address = NULL;
  memset (&h.entrypoint, 0, sizeof h.entrypoint);
  memset (&h.post_start, 0, sizeof h.post_start);
  memset (&h.pre_stop, 0, sizeof h.pre_stop);
  memset (&h.tty, 0, sizeof h.tty);
  memset (&h.stdin_open, 0, sizeof h.stdin_open);
  for (size_t i = 0; i < s->networks.n; i++)
    {
      networks[i] = s->networks.v[i];
      networks[i].ipv4_address = networks[i].ipv6_address = networks[i].mac_address = NULL;
    }
  h.networks.v = networks;
  return h;
}

/* One that an earlier command has left, for somebody to look at (--no-rollback). */
static int
remove_older (const struct up *u, const char *service, const char *name, struct error **err)
{
  for (size_t i = 0; i < u->there.n; i++)
    {
      const struct record_Container *c = u->there.v[i].record;
      if (c->oneoff.value && c->service && streq (c->service, service) && streq (c->name, name))
        TRY (container_remove (u->s, &u->there.v[i], &(struct container_removal) { .volumes = true }, err));
    }
  return 0;
}

static int
make (const struct up *u, const struct plan_item *item, size_t index, struct bundle *ret, struct error **err)
{
  const struct graph_node *node = &u->graph.v[item->node];
  const struct compose_ServiceHook *hook = &node->service->pre_start.v[index];
  autofree struct compose_ServiceNetwork *networks = mem_alloc ((node->service->networks.n + 1) * sizeof *networks);
  struct compose_Service service = hook_service (node->service, hook, networks);
  autostrv struct strv environment = { 0 };
  autofree char *name = mem_printf ("%s-%s-pre_start-%zu", u->project->name, node->name, index + 1);
  autoimage struct image other = { 0 };
  char id[BUNDLE_ID_SIZE];
  bool own = ! hook->image || (node->service->image && streq (hook->image, node->service->image));
  for (size_t i = 0; i < hook->environment.n; i++)
    {
      const char *value = hook->environment.v[i];
      strv_printf (&environment, "%s=%s", hook->environment.keys[i], value ? value : "");
    }
  TRY (remove_older (u, node->name, name, err));
  if (! own)
    TRY (image_find (u->s, hook->image, &other, err));
  TRY (bundle_new_id (id, err));
  TRY (journal_add (u->s, u->project->name, JOURNAL_CONTAINER, id, err));
  struct bundle_overrides overrides = { .environment = &environment, .name = name, .no_ports = true, .oneoff = true };
  struct bundle_input in = {
    .settings = u->s,
    .project = u->project,
    .id = id,
    .service_name = node->name,
    .service = &service,
    .image = own ? &u->images[item->node] : &other,
    .number = 1,
    .overrides = &overrides,
  };
  return bundle_create (&in, ret, err);
}

static int
run_hook (const struct up *u, const struct plan_item *item, size_t index, struct error **err)
{
  autobundle struct bundle b = { 0 };
  autocontainers struct containers ended = { 0 };
  int status = 0;
  TRY (make (u, item, index, &b, err));
  TRY (container_start (u->s, u->project, b.record, err));
  TRY (container_wait (u->s, b.record->id, WAIT_EXITED, u->o->wait_timeout, &status, err));
  if (status != 0)
    {
      autofree char *said = last_line (u->s, b.record->id);
      return fail (err, E_DEPENDENCY, "exit status %d%s%s", status, said ? ": " : "", said ? said : "");
    }
  TRY (container_find (u->s, b.record->id, &ended, err));
  return container_remove (u->s, &ended.v[0], &(struct container_removal) { .volumes = true }, err);
}

int
up_pre_start (const struct up *u, const struct plan_item *item, struct error **err)
{
  const struct compose_Service *service = u->graph.v[item->node].service;
  for (size_t i = 0; i < service->pre_start.n && ! u->o->no_start; i++)
    TRY_DOING (err, run_hook (u, item, i, err), "pre_start[%zu]", i);
  return 0;
}
