/* emit.c - structs of a schema as JSON (RFC 8259). Owns the text until it returns it; pure, in any process. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "many.h"
#include "ocispec.h"
#include "utf8.h"

struct out
{
  char *text;
  size_t length, room;
  bool failed; /* no memory: what follows is dropped */
  const char *indent;
  unsigned depth;
};

static void
put_bytes (struct out *o, const char *s, size_t n)
{
  if (o->room - o->length <= n && ! o->failed)
    {
      size_t room = (o->length + n + 1) * 2 + 1000;
      char *text = realloc (o->text, room);
      o->failed = ! text;
      o->text = text ? text : o->text;
      o->room = text ? room : o->room;
    }
  if (o->failed)
    return;
  memcpy (o->text + o->length, s, n);
  o->length += n;
  o->text[o->length] = '\0';
}

static void
put_text (struct out *o, const char *s)
{
  put_bytes (o, s, strlen (s));
}

static void put_format (struct out *o, const char *fmt, ...) __attribute__ ((format (printf, 2, 3)));

/* Numbers and escapes: short. */
static void
put_format (struct out *o, const char *fmt, ...)
{
  char text[32];
  va_list ap;
  va_start (ap, fmt);
  int n = vsnprintf (text, sizeof text, fmt, ap);
  va_end (ap);
  put_bytes (o, text, (size_t) n);
}

static void
put_control (struct out *o, unsigned char c)
{
  static const char short_forms[0x20] = { ['\b'] = 'b', ['\f'] = 'f', ['\n'] = 'n', ['\r'] = 'r', ['\t'] = 't' };
  if (short_forms[c])
    put_format (o, "\\%c", short_forms[c]);
  else
    put_format (o, "\\u%04x", c);
}

/* Bytes that are not UTF-8 (a path may have them) cannot be said in JSON: each becomes U+FFFD. */
static void
put_string (struct out *o, const char *s)
{
  put_text (o, "\"");
  const char *end = s + strlen (s), *plain = s;
  while (s < end)
    {
      unsigned char c = (unsigned char) *s;
      size_t length = c < 0x80 ? 1 : utf8_length (s, (size_t) (end - s));
      if (length && c >= 0x20 && c != '"' && c != '\\')
        {
          s += length;
          continue;
        }
      put_bytes (o, plain, (size_t) (s - plain));
      if (! length)
        put_text (o, "\xef\xbf\xbd");
      else if (c < 0x20)
        put_control (o, c);
      else
        put_format (o, "\\%c", c);
      plain = ++s;
    }
  put_bytes (o, plain, (size_t) (s - plain));
  put_text (o, "\"");
}

static void
new_line (struct out *o)
{
  if (! o->indent)
    return;
  put_text (o, "\n");
  for (unsigned i = 0; i < o->depth; i++)
    put_text (o, o->indent);
}

static void
open_with (struct out *o, const char *bracket)
{
  put_text (o, bracket);
  o->depth++;
}

/* Before item I of an array or object; KEY is NULL in an array. */
static void
next_item (struct out *o, size_t i, const char *key)
{
  if (i)
    put_text (o, ",");
  new_line (o);
  if (key)
    {
      put_string (o, key);
      put_text (o, o->indent ? ": " : ":");
    }
}

/* After N items. */
static void
close_with (struct out *o, size_t n, const char *bracket)
{
  o->depth--;
  if (n)
    new_line (o);
  put_text (o, bracket);
}

static void emit_object (struct out *o, const struct oci_schema *schema, const char *object);

static void
emit_item (struct out *o, const struct oci_field *f, const char *item)
{
  const char *string;
  switch (f->kind)
    {
    case K_INTS:
      put_format (o, "%" PRId64, *(const int64_t *) (const void *) item);
      break;
    case K_LIST:
    case K_DICT:
      emit_object (o, f->of.object, item);
      break;
    default:
      memcpy (&string, item, sizeof string);
      put_string (o, string);
    }
}

static void
emit_many (struct out *o, const struct oci_field *f, const struct oci_many *m)
{
  bool keys = oci_has_keys (f);
  open_with (o, keys ? "{" : "[");
  for (size_t i = 0; i < m->n; i++)
    {
      next_item (o, i, keys ? m->keys[i] : NULL);
      emit_item (o, f, (const char *) m->v + i * oci_item_size (f));
    }
  close_with (o, m->n, keys ? "}" : "]");
}

bool
oci_is_given (const struct oci_field *f, const void *member)
{
  const char *pointer;
  switch (f->kind)
    {
    case K_STR:
    case K_ONEOF:
    case K_OBJ:
    case K_JSON:
      memcpy (&pointer, member, sizeof pointer);
      return pointer;
    case K_FLAG:
      return ((const struct opt_bool *) member)->set;
    case K_INT:
      return ((const struct opt_i64 *) member)->set;
    case K_U64:
      return ((const struct opt_u64 *) member)->set;
    default:
      {
        struct oci_many m = oci_many_load (f, member);
        return m.set || m.n;
      }
    }
}

static void
emit_member (struct out *o, const struct oci_field *f, const void *member)
{
  const char *pointer;
  struct oci_many many;
  switch (f->kind)
    {
    case K_STR:
    case K_ONEOF:
      memcpy (&pointer, member, sizeof pointer);
      put_string (o, pointer);
      break;
    case K_JSON:
      memcpy (&pointer, member, sizeof pointer);
      put_text (o, pointer);
      break;
    case K_OBJ:
      memcpy (&pointer, member, sizeof pointer);
      emit_object (o, f->of.object, pointer);
      break;
    case K_FLAG:
      put_text (o, ((const struct opt_bool *) member)->value ? "true" : "false");
      break;
    case K_INT:
      put_format (o, "%" PRId64, ((const struct opt_i64 *) member)->value);
      break;
    case K_U64:
      put_format (o, "%" PRIu64, ((const struct opt_u64 *) member)->value);
      break;
    default:
      many = oci_many_load (f, member);
      emit_many (o, f, &many);
    }
}

static void
emit_object (struct out *o, const struct oci_schema *schema, const char *object)
{
  size_t n = 0;
  open_with (o, "{");
  for (const struct oci_field *f = schema->fields; f < schema->fields + schema->n_fields; f++)
    if (oci_is_given (f, object + f->offset))
      {
        next_item (o, n++, f->key);
        emit_member (o, f, object + f->offset);
      }
  close_with (o, n, "}");
}

char *
oci_emit (const struct oci_schema *schema, const void *object, const char *indent)
{
  struct out o = { .indent = indent };
  emit_object (&o, schema, object);
  if (! o.failed)
    return o.text;
  free (o.text);
  return NULL;
}
