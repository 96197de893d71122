/* yaml.h - YAML 1.1/1.2 text to a tree of nodes, by libyaml (JSON is YAML: no second reader). */
#ifndef COMPOSE_YAML_H
#define COMPOSE_YAML_H

#include "node.h"

/* The limits, whatever the text says: nodes made (also by aliases: "billion laughs"), levels, bytes. */
enum
{
  YAML_MAX_NODES = 200000,
  YAML_MAX_DEPTH = 100,
  YAML_MAX_BYTES = 16 << 20,
};

/* Parse LENGTH bytes of TEXT as one document; NAME is what messages and places call the file. Anchors and aliases are
 * expanded, merge keys (<<) merged. Scalars are typed by the core schema of YAML 1.2 (yes, no, on, off are strings).
 * Duplicate keys, keys that are no scalars, several documents, unknown tags (but !reset, !override and the core
 * ones), NUL, aliases within their own anchor are errors with place. An empty document gives a NODE_NULL. */
int yaml_parse (struct arena *a, const char *name, const char *text, size_t length, struct node **ret,
                struct error **err);

/* The tree N as the typed struct that SCHEMA (model.h) describes, by libocispec's engine in its strict mode: an
 * unknown key is an error that names the nearest one that is known (keys "x-…" are skipped), a scalar of another type
 * is taken where its text is one ("80" for an integer: interpolation makes strings). NAME is put before paths
 * ("services.db"), may be "". The result lives until oci_document_free (DOC). */
struct oci_document;
struct oci_schema;
const void *node_parse (const struct node *n, const struct oci_schema *schema, const char *name,
                        struct oci_document *doc, struct error **err);

#endif
