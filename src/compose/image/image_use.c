/* image_use.c - reads the records below DATA/containers. */
#include "image_use.h"

#include <fcntl.h>

#include "record_store.h"

void
image_use_free (struct image_use *u)
{
  strv_free (&u->ids);
  strv_free (&u->containers);
  strv_free (&u->layers);
}

static int
read_one (int containers, const char *id, struct image_use *u, struct error **err)
{
  struct oci_document doc = { 0 };
  autoclose int directory = openat (containers, id, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (directory < 0)
    return errno == ENOENT || errno == ENOTDIR ? 0 : fail_sys (err, errno, "container %s", id);
  autoerror struct error *why = NULL;
  const struct record_Container *c = record_read (directory, CONTAINER_RECORD, &record_Container_schema, &doc, &why);
  if (! c && why && why->code == ENOENT)
    return 0; /* being made: the command that does so holds the store */
  if (! c)
    return fail (err, why ? why->code : EBADMSG, "container %s: %s", id, error_text (why));
  if (c->image_id)
    {
      strv_add (&u->ids, c->image_id);
      strv_add (&u->containers, c->name);
    }
  for (size_t i = 0; c->overlay && i < c->overlay->lower.n; i++)
    strv_add (&u->layers, c->overlay->lower.v[i]);
  oci_document_free (&doc);
  return 0;
}

int
image_use_read (const struct settings *s, struct image_use *ret, struct error **err)
{
  autofree char *path = data_path (s, "containers");
  autodir DIR *d = opendir (path);
  autouse u = { 0 };
  if (! d && errno != ENOENT)
    return fail_sys (err, errno, "open %s", path);
  for (struct dirent *e; d && (e = readdir (d));)
    if (e->d_name[0] != '.')
      TRY (read_one (dirfd (d), e->d_name, &u, err));
  *ret = u;
  u = (struct image_use) { 0 };
  return 0;
}

const char *
image_use_by (const struct image_use *u, const char *id)
{
  for (size_t i = 0; i < u->ids.n; i++)
    if (streq (u->ids.v[i], id))
      return u->containers.v[i];
  return NULL;
}
