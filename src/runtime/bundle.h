/* bundle.h - from a path to a checked document: config.json, and other documents of the specification. */
#ifndef RUNTIME_BUNDLE_H
#define RUNTIME_BUNDLE_H

#include "error.h"
#include "ocispec.h"

/* A document's text may be this long; nothing that an engine writes comes near. */
#define DOCUMENT_MAX (16 * 1024 * 1024)

/* A document, the bytes it was read from, and what it owns. */
struct document
{
  char *text;
  size_t length;
  struct oci_document doc;
  const void *object; /* a struct oci_T for the schema it was read with */
};
void document_free (struct document *d);
#define autodocument __attribute__ ((cleanup (document_free)))

/* Read PATH (relative to DIRFD) as SCHEMA says. Errors name file, line, column and place. */
int document_read (int dirfd, const char *path, const struct oci_schema *schema, struct document *ret,
                   struct error **err);

/* config.json of BUNDLE (FILE: another one, absolute or relative to the current directory). -ENOENT as runc says it. */
int bundle_read (const char *bundle, const char *file, struct document *ret, struct error **err);

#endif
