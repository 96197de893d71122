/* image_documents.h - an image's own documents as they are in the store, for image/ and `image inspect`. */
#ifndef COMPOSE_IMAGE_DOCUMENTS_H
#define COMPOSE_IMAGE_DOCUMENTS_H

#include "image_spec.h"
#include "image_store.h"

struct image_documents
{
  struct oci_document document;             /* owns CONFIG */
  const struct image_Configuration *config;
  char *manifest_text, *config_text, *digest;
};
void image_documents_free (struct image_documents *d);
#define autodocuments __attribute__ ((cleanup (image_documents_free))) struct image_documents
/* Those of image ID, "sha256:…". */
int image_documents_read (store_db db, const char *id, struct image_documents *ret, struct error **err);

/* Has entry S a name and a value? One without "=" is no variable; an engine that hands it on as it is gives the
 * container the host's (CVE-2026-57231). */
static inline bool
environment_valid (const char *s)
{
  return strchr (s, '=') && *s != '=';
}

#endif
