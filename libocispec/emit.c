/* emit.c - structs of a schema as JSON (RFC 8259). Owns the text until it returns it; pure, in any process. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json_out.h"
#include "many.h"
#include "ocispec.h"

static void emit_object (struct json_out *o, const struct oci_schema *schema, const char *object);

static void
emit_item (struct json_out *o, const struct oci_field *f, const char *item)
{
  const char *string;
  switch (f->kind)
    {
    case K_INTS:
      json_out_format (o, "%" PRId64, *(const int64_t *) (const void *) item);
      break;
    case K_LIST:
    case K_DICT:
      emit_object (o, f->of.object, item);
      break;
    default:
      memcpy (&string, item, sizeof string);
      json_out_string (o, string);
    }
}

static void
emit_many (struct json_out *o, const struct oci_field *f, const struct oci_many *m)
{
  bool keys = oci_has_keys (f);
  json_out_open (o, keys ? "{" : "[");
  for (size_t i = 0; i < m->n; i++)
    {
      json_out_item (o, i, keys ? m->keys[i] : NULL);
      emit_item (o, f, (const char *) m->v + i * oci_item_size (f));
    }
  json_out_close (o, m->n, keys ? "}" : "]");
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
    case K_SCALAR:
      memcpy (&pointer, member, sizeof pointer);
      return pointer;
    case K_FLAG:
      return ((const struct opt_bool *) member)->set;
    case K_INT:
    case K_DURATION:
    case K_BYTES:
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
emit_member (struct json_out *o, const struct oci_field *f, const void *member)
{
  const char *pointer;
  struct oci_many many;
  switch (f->kind)
    {
    case K_STR:
    case K_ONEOF:
    case K_SCALAR:
      memcpy (&pointer, member, sizeof pointer);
      json_out_string (o, pointer);
      break;
    case K_JSON:
      memcpy (&pointer, member, sizeof pointer);
      json_out_text (o, pointer);
      break;
    case K_OBJ:
      memcpy (&pointer, member, sizeof pointer);
      emit_object (o, f->of.object, pointer);
      break;
    case K_FLAG:
      json_out_text (o, ((const struct opt_bool *) member)->value ? "true" : "false");
      break;
    case K_DURATION:
      json_out_format (o, "\"%" PRId64 "us\"", ((const struct opt_i64 *) member)->value);
      break;
    case K_INT:
    case K_BYTES:
      json_out_format (o, "%" PRId64, ((const struct opt_i64 *) member)->value);
      break;
    case K_U64:
      json_out_format (o, "%" PRIu64, ((const struct opt_u64 *) member)->value);
      break;
    default:
      many = oci_many_load (f, member);
      emit_many (o, f, &many);
    }
}

static void
emit_object (struct json_out *o, const struct oci_schema *schema, const char *object)
{
  size_t n = 0;
  json_out_open (o, "{");
  for (const struct oci_field *f = schema->fields; f < schema->fields + schema->n_fields; f++)
    if (oci_is_given (f, object + f->offset))
      {
        json_out_item (o, n++, f->key);
        emit_member (o, f, object + f->offset);
      }
  json_out_close (o, n, "}");
}

char *
oci_emit (const struct oci_schema *schema, const void *object, const char *indent)
{
  struct json_out o = { .indent = indent };
  emit_object (&o, schema, object);
  if (! o.failed)
    return o.text;
  free (o.text);
  return NULL;
}
