/* image_inspect.c - the command `image inspect`. */
#include "image_documents.h"
#include "image_print.h"
#include "inspect_each.h"

static const struct opt options[] = { END_OF_OPTIONS };

/* The member "config" of an image's configuration, as it is. */
#undef OCI_PREFIX
#define OCI_PREFIX imageinspect_
#define SPEC_Raw(F, T) F (T, json, config, "config")
DECLARE (Raw)
DEFINE (Raw)
#undef OCI_PREFIX
#define OCI_PREFIX oci_

/* DOCUMENTS of image I as one JSON object, for the caller to free. */
static char *
details (const struct image *i, const struct image_documents *d)
{
  struct oci_document manifest_doc = { 0 }, raw_doc = { 0 };
  const struct image_Manifest *m
      = oci_parse (&image_Manifest_schema, d->manifest_text, strlen (d->manifest_text), &manifest_doc);
  const struct imageinspect_Raw *raw
      = oci_parse (&imageinspect_Raw_schema, d->config_text, strlen (d->config_text), &raw_doc);
  autostrv struct strv layers = { 0 };
  for (size_t k = 0; m && k < m->layers.n; k++)
    strv_add (&layers, m->layers.v[k].digest);
  struct imageprint_Details all = { IMAGE_SUMMARY (i),
                                    .author = i->author,
                                    .layers = { .n = layers.n, .v = (const char **) layers.v, .set = true },
                                    .diff_ids = d->config->rootfs->diff_ids,
                                    .config = raw ? raw->config : NULL };
  char *text = oci_emit (&imageprint_Details_schema, &all, "    ");
  if (! text)
    out_of_memory ();
  oci_document_free (&manifest_doc);
  oci_document_free (&raw_doc);
  return text;
}

static int
inspect (const struct settings *s, const char *reference, char **ret, struct error **err)
{
  autoimage struct image i = { 0 };
  autodb db = NULL;
  autodocuments d = { 0 };
  TRY (image_find (s, reference, &i, err));
  TRY (store_db_open (s, &db, err));
  TRY (image_documents_read (db, i.id, &d, err));
  *ret = details (&i, &d);
  return 0;
}

static int
run (const void *global, void *args UNUSED, int argc, char **argv, struct error **err)
{
  return inspect_each (global, argc, argv, inspect, err);
}

const struct command cmd_image_inspect = {
  .name = "image inspect",
  .operands = "IMAGE...",
  .min_operands = 1,
  .max_operands = -1,
  .help = "show all that is known of images, as JSON",
  .opts = options,
  .run = run,
};
