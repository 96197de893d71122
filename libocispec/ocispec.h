/* ocispec.h - OCI documents in C: parse with checks, emit. The library's whole interface.
 *
 *     #include <ocispec/ocispec.h>
 *     …
 *     struct oci_document doc;
 *     const struct oci_config *config = oci_parse (&oci_config_schema, text, length, &doc);
 *     if (! config)
 *       fprintf (stderr, "config.json:%u:%u: %s: %s\n", doc.line, doc.column, doc.path, doc.message);
 *     oci_document_free (&doc);
 *
 * Types are strict: a wrong type, a number out of range or with a fraction, a key given twice, a string with NUL, bad
 * UTF-8, more than 128 levels or anything after the document is an error with its JSON path, line and column. `null`
 * for a member is the same as its absence; in an array or a map it is an error. Unknown members are ignored, as the
 * specification demands, and counted; their syntax is checked. Reentrant; touches nothing but memory. */
#ifndef OCISPEC_OCISPEC_H
#define OCISPEC_OCISPEC_H

#include "config.h"
#include "features_json.h"
#include "state_json.h"

#define OCI_SPEC_VERSION "1.3.0"

struct oci_document
{
  void *arena;          /* owns all that was parsed */
  unsigned line, column; /* of the error, from 1, a column is a character; 0 if it has no place (out of memory) */
  char path[512];       /* of the error: "linux.namespaces[2].type"; "" for the document itself */
  char message[256];    /* "expected integer, found string"; like path one line of UTF-8 without controls */
  size_t unknown;       /* members that were ignored, those inside of ignored ones not counted */
};

/* Parse LENGTH bytes of TEXT as the object that SCHEMA describes; TEXT is not needed afterwards. The result (a struct
 * oci_T for oci_T_schema) lives until oci_document_free(). NULL on error: see DOC, which then owns nothing. What DOC
 * held before is overwritten. */
const void *oci_parse (const struct oci_schema *schema, const char *text, size_t length, struct oci_document *doc);

/* OBJECT as JSON, NUL-terminated, for the caller to free. INDENT: NULL for one line, otherwise what to indent each
 * level with ("\t", "  "). Absent members are left out, empty arrays and maps that are `set` are not. What is not UTF-8
 * in a string becomes U+FFFD. NULL when there is no memory. */
char *oci_emit (const struct oci_schema *schema, const void *object, const char *indent);

/* Is MEMBER, which F describes, there: a value that is set, an object or a string that is not NULL, an array or a
 * map that is set or has something in it? */
bool oci_is_given (const struct oci_field *f, const void *member);

/* Release what a parse gave. DOC may be zeroed, or freed already. */
void oci_document_free (struct oci_document *doc);

#endif
