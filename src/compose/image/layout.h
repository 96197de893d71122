/* layout.h - images as they come: an OCI layout (image-spec image-layout.md) or the directory that skopeo's dir: makes.
 * All of it is hostile: documents above 4 MiB, links, digests that do not fit and documents that can be read in two
 * ways are refused (E_BAD_IMAGE). */
#ifndef COMPOSE_LAYOUT_H
#define COMPOSE_LAYOUT_H

#include "error.h"
#include "image_spec.h"
#include "mem.h"

enum layout_kind { LAYOUT_OCI, LAYOUT_DIR };

struct layout
{
  enum layout_kind kind;
  int fd;
};
#define LAYOUT_INIT { .fd = -1 }
void layout_close (struct layout *l);
#define autolayout __attribute__ ((cleanup (layout_close))) struct layout

/* "linux/arm64/v8" in parts; NULL means nothing is asked for. */
struct platform
{
  char os[32], architecture[32], variant[32];
};
/* TEXT, or NULL for the host's. E_COMPOSE_FILE if it is none. */
int platform_parse (const char *text, struct platform *ret, struct error **err);

/* One image: documents that were checked against their digests. */
struct layout_image
{
  struct oci_document manifest_document, config_document;  /* own what follows */
  const struct image_Manifest *manifest;
  const struct image_Configuration *config;
  char *manifest_text, *config_text;
  char *digest;                 /* of the manifest; the configuration's is manifest->config->digest */
};
void layout_image_free (struct layout_image *i);
#define autolayoutimage __attribute__ ((cleanup (layout_image_free))) struct layout_image

int layout_open (enum layout_kind kind, const char *path, struct layout *ret, struct error **err);
/* The names in index.json (annotation org.opencontainers.image.ref.name); none for a dir:. *RET_UNNAMED: entries
 * without one. */
int layout_names (const struct layout *l, struct strv *ret, size_t *ret_unnamed, struct error **err);
/* The image that NAME means (NULL: the only one there is), for PLATFORM. E_NO_IMAGE, E_BAD_IMAGE. */
int layout_read (const struct layout *l, const char *name, const struct platform *platform, struct layout_image *ret,
                 struct error **err);
/* The digest of the manifest that TEXT means, as a registry gave it: its own, or of an index' entry for PLATFORM. For
 * the caller to free. *RET_OCI: the manifest is image-spec's own. */
int layout_digest (const char *text, size_t n, const struct platform *platform, char **ret, bool *ret_oci,
                   struct error **err);
/* Where in the layout the blob of a valid DIGEST is. For the caller to free. */
char *layout_blob_name (const struct layout *l, const char *digest);
/* Open the blob of DIGEST, which was checked for its grammar, as a regular file of SIZE bytes. Its content is not
 * checked. */
int layout_blob (const struct layout *l, const struct image_Descriptor *d, int *ret_fd, struct error **err);

#endif
