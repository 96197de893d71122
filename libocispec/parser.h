/* parser.h - the schema engine's state, shared by parse.c (what comes in) and parse_error.c (what is wrong with it).
 * Internal to the library. */
#ifndef OCISPEC_PARSER_H
#define OCISPEC_PARSER_H

#include "arena.h"
#include "json_out.h"
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
  F_JSON, /* a list or an object that is taken as text */
  F_IGNORED,
};

struct field_set
{
  uint64_t bits[OCI_MAX_FIELDS / 64];
};

struct frame
{
  enum frame_kind kind;
  const struct oci_schema *schema; /* F_OBJECT */
  const struct oci_field *field;   /* F_OBJECT: of the value to come, NULL if unknown; F_MANY: of the whole */
  char *target;                    /* F_OBJECT: the struct; F_MANY: the member */
  const char *key;                 /* of the value to come, for paths; NULL in arrays */
  struct field_set seen, given;    /* F_OBJECT: keys there were, members that are not null */
  struct oci_many items;           /* F_MANY; F_JSON: only their number */
  size_t room;
};

struct parser
{
  struct oci_sink sink;
  struct arena arena;
  struct oci_document *doc;
  const struct oci_field *root; /* the document as if it were a member */
  void *result;
  struct json_out json;         /* of the F_JSON frames */
  bool strict, loose;           /* reader.h */
  bool out_of_memory;
  unsigned depth;
  struct frame frames[MAX_DEPTH];
};

/* put.c: put EVENT, the value of member F or an item of it, to TO, which starts a frame if the value is a list or an
 * object. 0, or -1 after oci_refuse(). */
int oci_put_member (struct parser *p, const struct oci_field *f, const struct oci_event *event, void *to);
int oci_put_item (struct parser *p, const struct oci_field *f, const struct oci_event *event, void *to);
/* The text of EVENT in the arena; NUL within it is an error. */
int oci_copy_text (struct parser *p, const struct oci_event *event, const char **ret);

/* json_text.c: an event within an F_JSON frame (or the value of a `json` member, which may start one), and the frame's
 * end: text goes to the parser's `json`. oci_json_store() puts what is there to TO. */
int oci_json_event (struct parser *p, const struct oci_event *event);
int oci_json_store (struct parser *p, void *to);

int oci_push (struct parser *p, struct frame frame);

/* Say what is wrong with the value to come: path and message of the document. Always -1. */
int oci_refuse (struct parser *p, const char *fmt, ...) __attribute__ ((format (printf, 2, 3)));

/* The object being read has no member EVENT: say so, and which one may be meant. Always -1. */
int oci_refuse_key (struct parser *p, const struct oci_schema *schema, const struct oci_event *event);

/* An allocation failed. Always -1. */
int oci_no_memory (struct parser *p);

/* The path of the document: that of the value to come in the topmost frame if VALUE, otherwise of that frame itself. */
void oci_set_path (struct parser *p, bool value);

/* Append to the SIZE bytes at TO what fits of the N bytes at S: whole characters, controls as '?'. */
void oci_add_clean (char *to, size_t size, const char *s, size_t n);
void oci_add_text (char *to, size_t size, const char *s);

#endif
