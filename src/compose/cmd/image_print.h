/* image_print.h - images as tables and JSON show them: for `image ls`, `image inspect`, `images`. */
#ifndef COMPOSE_IMAGE_PRINT_H
#define COMPOSE_IMAGE_PRINT_H

#include "image.h"
#include "ocispec.h"

#undef OCI_PREFIX
#define OCI_PREFIX imageprint_
#define SPEC_Summary(F, T)                                                                                             \
  F (T, str,                   id,           "Id")                                                                     \
  F (T, strs,                  names,        "RepoTags")                                                               \
  F (T, str,                   digest,       "Digest")                                                                 \
  F (T, str,                   created,      "Created")                                                                \
  F (T, str,                   architecture, "Architecture")                                                           \
  F (T, str,                   os,           "Os")                                                                     \
  F (T, i64,                   size,         "Size")
#define SPEC_Details(F, T)                                                                                             \
  SPEC_Summary (F, T)                                                                                                  \
  F (T, str,                   author,       "Author")                                                                 \
  F (T, strs,                  layers,       "Layers")       /* digests of the blobs, as `skopeo inspect` has them */  \
  F (T, strs,                  diff_ids,     "DiffIds")                                                                \
  F (T, json,                  config,       "Config")
DECLARE (Summary)
DECLARE (Details)
#undef OCI_PREFIX
#define OCI_PREFIX oci_

/* What both have from an image. I lives longer. */
#define IMAGE_SUMMARY(i)                                                                                               \
  .id = (i)->id, .names = { .n = (i)->names.n, .v = (const char **) (i)->names.v, .set = true },                       \
  .digest = (i)->digest,                                                                                               \
  .created = (i)->created, .architecture = (i)->architecture, .os = (i)->os, .size = { .value = (i)->size, .set = true }

/* "12.3MB", in powers of 1000 as others show images. */
enum { IMAGE_SIZE_TEXT = 24 };
void image_size_text (int64_t bytes, char ret[IMAGE_SIZE_TEXT]);
/* The twelve digits that people use, or all of ID. For the caller to free. */
char *image_short_id (const char *id, bool whole);
/* "2026-11-20" of a time in RFC 3339; "" for none. For the caller to free. */
char *image_date (const char *created);

#endif
