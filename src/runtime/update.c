/* update.c - the verb update: other limits for a container that is there. In the runtime's namespaces.
 *
 * state.json gets the new limits before the cgroup does, and the old ones back when the cgroup refuses, so that what it says
 * is never less than what is in force. Device rules are never touched: they are part of what confines the container. */
#include "cgroup/cgroup.h"
#include "container.h"
#include "log.h"
#include "merge.h"
#include "ocispec.h"
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

static int
apply (struct container *c, const struct cgroup *cg, const struct oci_resources *changes, struct error **err)
{
  struct arena arena = { 0 };
  struct oci_state_file with = *c->state;
  with.resources = merge_objects (&oci_resources_schema, c->state->resources, changes, &arena);
  int r = state_write (c, &with, err);
  if (r == 0)
    r = cgroup_set (cg, changes, false, err);
  autoerror struct error *e = NULL;
  if (r < 0 && state_write (c, c->state, &e) < 0)
    log_warning ("taking a failed update back: %s", error_text (e));
  arena_free (&arena);
  return r;
}

static int
update (struct container *c, const struct oci_resources *resources, struct error **err)
{
  autocgroup struct cgroup cg = { .join_fd = -1 };
  enum status status = state_status (c, NULL);
  if (status == STATUS_STOPPED || status == STATUS_CREATING)
    return fail (err, EINVAL, "container not running: its limits cannot be changed while it is %s", status_names[status]);
  TRY (plan_check_resources (resources, "resources", err));
  if (c->state->cgroup)
    TRY (cgroup_load (c->state->cgroup, &cg, err));
  struct oci_resources changes = *resources;
  if (changes.devices.n)
    log_debug ("resources.devices: ignored, an update does not change device rules");
  memset (&changes.devices, 0, sizeof changes.devices);
  return apply (c, &cg, &changes, err);
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
