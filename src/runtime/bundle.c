/* bundle.c - reads config.json and other documents. Host namespaces; opens only regular files, bounded. */
#include "bundle.h"

#include <fcntl.h>

#include "fs.h"
#include "mem.h"

void
document_free (struct document *d)
{
  oci_document_free (&d->doc);
  free (d->text);
  *d = (struct document) { 0 };
}

int
document_read (int dirfd, const char *path, const struct oci_schema *schema, struct document *ret, struct error **err)
{
  autodocument struct document d = { 0 };
  TRY (fs_read_regular (dirfd, path, DOCUMENT_MAX, &d.text, &d.length, err));
  d.object = oci_parse (schema, d.text, d.length, &d.doc);
  if (! d.object)
    return fail (err, EINVAL, "%s:%u:%u: %s%s%s", path, d.doc.line, d.doc.column, d.doc.path, *d.doc.path ? ": " : "",
                 d.doc.message);
  *ret = d;
  d = (struct document) { 0 };
  return 0;
}

int
bundle_read (const char *bundle, const char *file, struct document *ret, struct error **err)
{
  autofree char *path = file ? mem_strdup (file) : mem_printf ("%s/config.json", bundle);
  int r = document_read (AT_FDCWD, path, &oci_config_schema, ret, err);
  if (r == -ENOENT)
    return fail (err, ENOENT, "JSON specification file %s not found", file ? file : path);
  return r;
}
