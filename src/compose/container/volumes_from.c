/* volumes_from.c - volumes_from: the mounts that another container's record and config.json tell of. Reads both. */
#include <fcntl.h>

#include "bundle_parts.h"
#include "container.h"
#include "errors.h"
#include "fs.h"

static void
copy_mount (struct making *m, const struct oci_mount *from, const struct record_MountRef *ref, bool read_only)
{
  struct record_MountRef *own = LIST_ADD (m->arena, &m->record->mounts);
  *own = (struct record_MountRef) {
    .type = make_string (m->arena, ref->type),     .volume = make_string (m->arena, ref->volume),
    .source = make_string (m->arena, ref->source), .target = make_string (m->arena, ref->target),
    .read_only = flag_is (read_only || flag_on (ref->read_only)),
  };
  const char *source = ref->subpath ? part_of_volume (m, own, ref->subpath) : from->source;
  struct oci_mount *mount = mount_add (m, make_string (m->arena, from->type), source, from->destination, NULL);
  for (size_t i = 0; i < from->options.n; i++)
    strings_add (m->arena, &mount->options, from->options.v[i]);
  if (read_only)
    strings_add (m->arena, &mount->options, "ro");
}

static int
copy_from (struct making *m, const struct record_Container *other, bool read_only, struct error **err)
{
  autoclose int dir = open (other->bundle, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (dir < 0)
    return fail_sys (err, errno, "%s", other->bundle);
  struct oci_document doc = { 0 };
  const struct oci_config *config = record_read (dir, CONTAINER_CONFIG, &oci_config_schema, &doc, err);
  if (! config)
    return wrap (err, "%s", other->bundle);
  for (size_t i = 0; i < other->mounts.n; i++)
    for (size_t k = 0; k < config->mounts.n; k++)
      if (streq (config->mounts.v[k].destination, other->mounts.v[i].target))
        copy_mount (m, &config->mounts.v[k], &other->mounts.v[i], read_only);
  oci_document_free (&doc);
  return 0;
}

/* "NAME", "NAME:ro", "container:NAME:ro"; a NAME alone is a service's. */
static int
add_from (struct making *m, const char *text, struct error **err)
{
  const char *colon = strrchr (text, ':');
  bool read_only = colon && streq (colon, ":ro"), mode = read_only || (colon && streq (colon, ":rw"));
  autofree char *name = mem_strndup (text, mode ? (size_t) (colon - text) : strlen (text));
  autofree char *full = after_prefix (name, "container:") ? mem_strdup (name) : mem_printf ("service:%s", name);
  const char *id;
  TRY (joined_container (m, full, &id, err));
  autocontainers struct containers found = { 0 };
  TRY (container_find (m->settings, id, &found, err));
  return copy_from (m, found.v[0].record, read_only, err);
}

int
mounts_from (struct making *m, struct error **err)
{
  for (size_t i = 0; i < m->service->volumes_from.n; i++)
    TRY_DOING (err, add_from (m, m->service->volumes_from.v[i], err), "volumes_from[%zu]", i);
  return 0;
}
