/* json_out.h - JSON as a growing text, for emit.c and for what the parser keeps as text. Internal to the library. */
#ifndef OCISPEC_JSON_OUT_H
#define OCISPEC_JSON_OUT_H

#include <stdbool.h>
#include <stddef.h>

/* Starts as { 0 } or with an indent; TEXT is the owner's to free. */
struct json_out
{
  char *text;
  size_t length, room;
  bool failed; /* no memory: what follows is dropped */
  const char *indent;
  unsigned depth;
};

void json_out_bytes (struct json_out *o, const char *s, size_t n);
void json_out_text (struct json_out *o, const char *s);
/* Numbers and escapes: at most 31 bytes. */
void json_out_format (struct json_out *o, const char *fmt, ...) __attribute__ ((format (printf, 2, 3)));
/* With quotes. Bytes that are not UTF-8 (a path may have them) cannot be said in JSON: each becomes U+FFFD. */
void json_out_string (struct json_out *o, const char *s);
/* TEXT if it is a number of JSON, otherwise as a string: 007, 0x1f and .inf of YAML cannot be said. */
void json_out_number (struct json_out *o, const char *text);
/* A list or an object: open; before item I (KEY is NULL in a list); after all N. */
void json_out_open (struct json_out *o, const char *bracket);
void json_out_item (struct json_out *o, size_t i, const char *key);
void json_out_close (struct json_out *o, size_t n, const char *bracket);

#endif
