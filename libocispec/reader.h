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
  bool truth;       /* EV_BOOLEAN */
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

/* Read LENGTH bytes of TEXT as one document into SINK. 0, or -1 and *FAULT. */
typedef int oci_reader (const char *text, size_t length, struct oci_sink *sink, struct oci_fault *fault);
oci_reader oci_read_json;

/* oci_parse() (see ocispec.h) with a reader of one's choice. */
const void *oci_parse_from (oci_reader *read, const struct oci_schema *schema, const char *text, size_t length,
                            struct oci_document *doc);

#endif
