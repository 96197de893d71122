/* update.c - the verb update: other limits for a container that is there. In the runtime's namespaces.
 *
 * state.json gets the new limits before the cgroup does, and the old ones back when the cgroup refuses, so that what it
 * says is never less than what is in force. Device rules are never touched: they are part of what confines the
 * container. */
#include "bundle.h"
#include "cgroup/cgroup.h"
#include "container.h"
#include "log.h"
#include "merge.h"
#include "state.h"

static int
parse_resources (const char *text, size_t length, const char *name, struct oci_document *doc,
                 const struct oci_resources **ret, struct error **err)
{
  *ret = oci_parse (&oci_resources_schema, text, length, doc);
  if (*ret)
    return 0;
  return fail (err, EINVAL, "%s:%u:%u: %s%s%s", name, doc->line, doc->column, doc->path, *doc->path ? ": " : "",
               doc->message);
}

/* The limits so far: those of config.json, until an update puts others on record. DOC owns what it parses. */
static int
limits_so_far (const struct container *c, struct document *doc, const struct oci_resources **ret, struct error **err)
{
  *ret = c->state->resources;
  if (*ret)
    return 0;
  TRY (document_read (c->dir_fd, CONFIG_FILE, &oci_config_schema, doc, err));
  const struct oci_config *config = doc->object;
  *ret = config->linux_ ? config->linux_->resources : NULL;
  return 0;
}

static int
apply (struct container *c, const struct cgroup *cg, const struct oci_resources *old,
       const struct oci_resources *changes, struct error **err)
{
  autoarena struct arena arena = { 0 };
  struct oci_state_file with = *c->state;
  with.resources = merge_objects (&oci_resources_schema, old, changes, &arena);
  int r = state_write (c, &with, err);
  if (r == 0)
    r = cgroup_set (cg, changes, false, err);
  autoerror struct error *e = NULL;
  if (r < 0 && state_write (c, c->state, &e) < 0)
    log_warning ("taking a failed update back: %s", error_text (e));
  return r;
}

static int
update (struct container *c, const struct oci_resources *resources, struct error **err)
{
  autocgroup struct cgroup cg = { .join_fd = -1 };
  enum status status = state_status (c, NULL);
  if (status == STATUS_STOPPED || status == STATUS_CREATING)
    return fail (err, EINVAL, "container not running: its limits cannot be changed while it is %s",
                 status_names[status]);
  TRY (plan_check_resources (resources, "resources", err));
  if (c->state->cgroup)
    TRY (cgroup_load (c->state->cgroup, &cg, err));
  struct oci_resources changes = *resources;
  if (changes.devices.n)
    log_debug ("resources.devices: ignored, an update does not change device rules");
  memset (&changes.devices, 0, sizeof changes.devices);
  autodocument struct document doc = { 0 };
  const struct oci_resources *old = NULL;
  TRY (limits_so_far (c, &doc, &old, err));
  return apply (c, &cg, old, &changes, err);
}

int
container_update (const struct context *ctx, const char *id, const char *text, size_t length, const char *name,
                  const struct oci_resources *resources, struct error **err)
{
  autocontainer struct container c = CONTAINER_INIT;
  struct oci_document doc = { 0 };
  int r = text ? parse_resources (text, length, name, &doc, &resources, err) : 0;
  if (r == 0)
    r = state_open (ctx->root, id, true, &c, err);
  if (r == 0)
    r = update (&c, resources, err);
  oci_document_free (&doc);
  return r;
}
