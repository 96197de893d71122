/* parse.c - the schema engine: events of a reader become the structs that a schema describes, or an error with its
 * path. Keeps its own stack of frames, so that a hostile document costs no C stack. Owns nothing but the document's
 * arena; pure, in any process. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "parser.h"

enum
{
  FIRST_ROOM = 8,
  FEW_KEYS = 64, /* above, a map is checked for equal keys at its end: comparing all to all takes too long */
};

/* ---- frames */

static struct frame *
top (struct parser *p)
{
  return &p->frames[p->depth - 1];
}

int
oci_push (struct parser *p, struct frame frame)
{
  if (p->depth == MAX_DEPTH)
    return oci_refuse (p, "nested deeper than %d levels", MAX_DEPTH);
  p->frames[p->depth++] = frame;
  return 0;
}

/* Room for one more item, and its key. */
static int
grow (struct parser *p, struct frame *f)
{
  if (f->items.n < f->room)
    return 0;
  size_t room = f->room ? f->room * 2 : FIRST_ROOM, size = oci_item_size (f->field);
  if (room > SIZE_MAX / 2 / size)
    return oci_no_memory (p);
  void *v = arena_alloc (&p->arena, room * size);
  const char **keys = oci_has_keys (f->field) ? arena_alloc (&p->arena, room * sizeof *keys) : NULL;
  if (! v || (oci_has_keys (f->field) && ! keys))
    return oci_no_memory (p);
  if (f->items.n)
    memcpy (v, f->items.v, f->items.n * size);
  if (f->items.n && keys)
    memcpy (keys, f->items.keys, f->items.n * sizeof *keys);
  f->items.v = v;
  f->items.keys = keys;
  f->room = room;
  return 0;
}

/* ---- sets of members */

static bool
set_has (const struct field_set *set, const struct oci_schema *schema, const struct oci_field *f)
{
  size_t i = (size_t) (f - schema->fields);
  return set->bits[i / 64] >> (i % 64) & 1;
}

static void
set_add (struct field_set *set, const struct oci_schema *schema, const struct oci_field *f)
{
  size_t i = (size_t) (f - schema->fields);
  set->bits[i / 64] |= UINT64_C (1) << (i % 64);
}

/* ---- ends: what only the whole can tell */

static int
compare_keys (const void *a, const void *b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static int
end_many (struct parser *p, struct frame *f)
{
  size_t n = f->items.n;
  if (oci_has_keys (f->field) && n > FEW_KEYS)
    {
      const char **sorted = arena_alloc (&p->arena, n * sizeof *sorted);
      if (! sorted)
        return oci_no_memory (p);
      memcpy (sorted, f->items.keys, n * sizeof *sorted);
      qsort (sorted, n, sizeof *sorted, compare_keys);
      for (size_t i = 1; i < n; i++)
        if (strcmp (sorted[i - 1], sorted[i]) == 0)
          {
            f->key = sorted[i];
            return oci_refuse (p, "given twice");
          }
    }
  oci_many_store (f->field, f->target, &f->items);
  return 0;
}

static int
end_object (struct parser *p, struct frame *f)
{
  size_t missing = 0;
  const struct oci_field *fields = f->schema->fields;
  for (size_t i = 0; i < f->schema->n_fields; i++)
    if (fields[i].required && ! set_has (&f->given, f->schema, &fields[i]))
      {
        const char *key = fields[i].key;
        f->key = key;
        if (missing++ == 0)
          snprintf (p->doc->message, sizeof p->doc->message, "required members missing: ");
        else
          oci_add_text (p->doc->message, sizeof p->doc->message, ", ");
        oci_add_text (p->doc->message, sizeof p->doc->message, key);
      }
  if (missing == 0)
    return 0;
  if (missing == 1)
    return oci_refuse (p, "required");
  oci_set_path (p, false);
  return -1;
}

static int
take_end (struct parser *p, const struct oci_event *event)
{
  struct frame *f = top (p);
  if (f->kind == F_OBJECT && end_object (p, f) < 0)
    return -1;
  if (f->kind == F_MANY && end_many (p, f) < 0)
    return -1;
  if (f->kind == F_JSON)
    return oci_json_event (p, event);
  p->depth--;
  return 0;
}

/* ---- events */

static int
take_item (struct parser *p, struct frame *f, const struct oci_event *event)
{
  if (grow (p, f) < 0)
    return -1;
  char *to = (char *) f->items.v + f->items.n * oci_item_size (f->field);
  if (oci_put_item (p, f->field, event, to) < 0)
    return -1;
  f->items.n++;
  return event->kind == EV_NULL && f->field->kind == K_DICT ? take_end (p, event) : 0;
}

static int
take_value (struct parser *p, const struct oci_event *event)
{
  if (p->depth == 0)
    return oci_put_member (p, p->root, event, &p->result);
  struct frame *f = top (p);
  if (f->kind == F_MANY)
    return take_item (p, f, event);
  if (f->kind == F_JSON)
    return oci_json_event (p, event);
  if (f->kind == F_IGNORED || ! f->field)
    return event->kind == EV_OBJECT || event->kind == EV_ARRAY ? oci_push (p, (struct frame) { .kind = F_IGNORED }) : 0;
  if (event->kind == EV_NULL)
    return 0;
  set_add (&f->given, f->schema, f->field);
  return oci_put_member (p, f->field, event, f->target + f->field->offset);
}

static const struct oci_field *
find_field (const struct oci_schema *schema, const char *key, size_t length)
{
  for (size_t i = 0; i < schema->n_fields; i++)
    {
      const struct oci_field *f = &schema->fields[i];
      if (strncmp (f->key, key, length) == 0 && f->key[length] == '\0')
        return f;
    }
  return NULL;
}

static int
take_member_key (struct parser *p, struct frame *f, const struct oci_event *event)
{
  f->field = find_field (f->schema, event->text, event->length);
  f->key = f->field ? f->field->key : NULL;
  if (! f->field)
    {
      p->doc->unknown++;
      bool extension = event->length >= 2 && memcmp (event->text, "x-", 2) == 0;
      return p->strict && ! extension ? oci_refuse_key (p, f->schema, event) : 0;
    }
  if (set_has (&f->seen, f->schema, f->field))
    return oci_refuse (p, "given twice");
  set_add (&f->seen, f->schema, f->field);
  return 0;
}

static int
take_key (struct parser *p, const struct oci_event *event)
{
  struct frame *f = top (p);
  if (memchr (event->text, '\0', event->length))
    return oci_refuse (p, "NUL character in a key");
  if (f->kind == F_IGNORED)
    return 0;
  if (f->kind == F_JSON)
    return oci_json_event (p, event);
  if (f->kind == F_OBJECT)
    return take_member_key (p, f, event);
  if (grow (p, f) < 0 || oci_copy_text (p, event, &f->key) < 0)
    return -1;
  for (size_t i = 0; f->items.n < FEW_KEYS && i < f->items.n; i++)
    if (strcmp (f->items.keys[i], f->key) == 0)
      return oci_refuse (p, "given twice");
  f->items.keys[f->items.n] = f->key;
  return 0;
}

static int
take (struct oci_sink *sink, const struct oci_event *event)
{
  struct parser *p = (struct parser *) ((char *) sink - offsetof (struct parser, sink));
  int r;
  switch (event->kind)
    {
    case EV_KEY:
      return take_key (p, event);
    case EV_ARRAY:
    case EV_OBJECT:
      return take_value (p, event);
    case EV_ARRAY_END:
    case EV_OBJECT_END:
      r = take_end (p, event);
      break;
    default:
      r = take_value (p, event);
    }
  if (r == 0 && p->depth)
    top (p)->key = NULL; /* the value is complete: what is wrong from here on is not its fault */
  return r;
}

/* ---- the interface */

const void *
oci_parse_source (const struct oci_source *source, const struct oci_schema *schema, struct oci_document *doc)
{
  *doc = (struct oci_document) { 0 };
  const struct oci_field root = { .kind = K_OBJ, .of.object = schema };
  struct parser p; /* the frames (16 KiB) are set as they are used */
  p.sink = (struct oci_sink) { take };
  p.arena = (struct arena) { 0 };
  p.json = (struct json_out) { 0 };
  p.doc = doc;
  p.root = &root;
  p.result = NULL;
  p.strict = source->strict;
  p.loose = source->loose;
  p.out_of_memory = false;
  p.depth = 0;

  struct oci_fault fault = { 0 };
  int r = source->tell (source, &p.sink, &fault);
  free (p.json.text);
  if (r == 0)
    {
      doc->arena = p.arena.top;
      return p.result;
    }
  if (p.out_of_memory)
    fault = (struct oci_fault) { .message = "out of memory" };
  if (*fault.message)
    oci_refuse (&p, "%s", fault.message);
  if (fault.line == 0)
    *doc->path = '\0';
  doc->line = fault.line;
  doc->column = fault.column;
  arena_free (&p.arena);
  return NULL;
}

struct json_source
{
  struct oci_source source;
  const char *text;
  size_t length;
};

static int
tell_json (const struct oci_source *source, struct oci_sink *sink, struct oci_fault *fault)
{
  const struct json_source *json = (const struct json_source *) source;
  return oci_read_json (json->text, json->length, sink, fault);
}

const void *
oci_parse (const struct oci_schema *schema, const char *text, size_t length, struct oci_document *doc)
{
  const struct json_source json = { .source.tell = tell_json, .text = text, .length = length };
  return oci_parse_source (&json.source, schema, doc);
}

void
oci_document_free (struct oci_document *doc)
{
  struct arena arena = { .top = doc->arena };
  arena_free (&arena);
  doc->arena = NULL;
}
