/* reader.h - what a reader of some syntax (JSON, YAML) tells the schema engine: one event after the other.
 *
 * A reader checks the syntax, and that strings are well-formed UTF-8; the engine checks everything else. Starts and
 * ends are balanced, and in an object keys and values alternate: the engine relies on it. When the engine stops, the
 * reader alone knows where in the text the event was, and says it. Internal to the library. */
#ifndef OCISPEC_READER_H
#define OCISPEC_READER_H

#include "ocispec.h"

enum oci_event_kind
{
  EV_NULL,
  EV_BOOLEAN,
  EV_NUMBER, /* TEXT as written */
  EV_STRING, /* TEXT with escapes resolved */
  EV_ARRAY,
  EV_ARRAY_END,
  EV_OBJECT,
  EV_KEY, /* TEXT with escapes resolved */
  EV_OBJECT_END,
};

struct oci_event
{
  enum oci_event_kind kind;
  bool truth;       /* EV_BOOLEAN; TEXT is "true" or "false", or as written where there are other ways */
  const char *text; /* LENGTH bytes, without NUL at the end, valid during the call */
  size_t length;
};

/* Whoever takes the events: embedded in what it needs. */
struct oci_sink
{
  /* 0, or -1 to stop the reader. */
  int (*take) (struct oci_sink *sink, const struct oci_event *event);
};

/* Why and where a reader stopped. */
struct oci_fault
{
  unsigned line, column; /* from 1; a column is a character; 0 if it has no place */
  char message[256];     /* "" if the sink stopped it */
};

/* Read LENGTH bytes of TEXT as one JSON document into SINK. 0, or -1 and *FAULT. */
int oci_read_json (const char *text, size_t length, struct oci_sink *sink, struct oci_fault *fault);

/* Whatever makes events, and how they are to be taken: embedded in what it needs. */
struct oci_source
{
  /* Tell SINK the document. 0, or -1 and *FAULT, which is zeroed before. */
  int (*tell) (const struct oci_source *source, struct oci_sink *sink, struct oci_fault *fault);
  /* An unknown key is an error that names the nearest one that is known; keys "x-…" are ignored all the same. */
  bool strict;
  /* Written by hand: a string is an integer or a boolean if its text is one, a number or a boolean is a string where
   * one is wanted, null is "" in a map of strings and {} in a dict. Messages speak of lists and mappings. */
  bool loose;
};

/* oci_parse() (see ocispec.h) from a source of one's choice. */
const void *oci_parse_source (const struct oci_source *source, const struct oci_schema *schema,
                              struct oci_document *doc);

#endif
