/* parser.h - the schema engine's state, shared by parse.c (what comes in) and parse_error.c (what is wrong with it).
 * Internal to the library. */
#ifndef OCISPEC_PARSER_H
#define OCISPEC_PARSER_H

#include "arena.h"
#include "many.h"
#include "reader.h"

enum
{
  MAX_DEPTH = 128,
};

enum frame_kind
{
  F_OBJECT, /* members that a schema knows */
  F_MANY,   /* items of an array or map */
  F_IGNORED,
};

struct frame
{
  enum frame_kind kind;
  const struct oci_schema *schema; /* F_OBJECT */
  const struct oci_field *field;   /* F_OBJECT: of the value to come, NULL if unknown; F_MANY: of the whole */
  char *target;                    /* F_OBJECT: the struct; F_MANY: the member */
  const char *key;                 /* of the value to come, for paths; NULL in arrays */
  uint64_t seen, given;            /* F_OBJECT, bits by field: keys there were, members that are not null */
  struct oci_many items;           /* F_MANY */
  size_t room;
};

struct parser
{
  struct oci_sink sink;
  struct arena arena;
  struct oci_document *doc;
  const struct oci_field *root; /* the document as if it were a member */
  void *result;
  bool out_of_memory;
  unsigned depth;
  struct frame frames[MAX_DEPTH];
};

/* Say what is wrong with the value to come: path and message of the document. Always -1. */
int oci_refuse (struct parser *p, const char *fmt, ...) __attribute__ ((format (printf, 2, 3)));

/* An allocation failed. Always -1. */
int oci_no_memory (struct parser *p);

/* The path of the document: that of the value to come in the topmost frame if VALUE, otherwise of that frame itself. */
void oci_set_path (struct parser *p, bool value);

/* Append to the SIZE bytes at TO what fits of the N bytes at S: whole characters, controls as '?'. */
void oci_add_clean (char *to, size_t size, const char *s, size_t n);
void oci_add_text (char *to, size_t size, const char *s);

#endif
