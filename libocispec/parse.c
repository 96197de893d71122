/* parse.c - the schema engine: events of a reader become the structs that a schema describes, or an error with its
 * path. Keeps its own stack of frames, so that a hostile document costs no C stack. Owns nothing but the document's
 * arena; pure, in any process. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "parser.h"

enum
{
  FIRST_ROOM = 8,
  FEW_KEYS = 64, /* above, a map is checked for equal keys at its end: comparing all to all takes too long */
};

static const char *
name_of (enum oci_event_kind kind)
{
  static const char *const names[] = {
    [EV_NULL] = "null",      [EV_BOOLEAN] = "boolean", [EV_NUMBER] = "number",
    [EV_STRING] = "string",  [EV_ARRAY] = "array",     [EV_OBJECT] = "object",
  };
  return names[kind];
}

/* ---- frames */

static struct frame *
top (struct parser *p)
{
  return &p->frames[p->depth - 1];
}

static int
push (struct parser *p, struct frame frame)
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

/* ---- values: each puts EVENT, which is of the right kind, to TO */

static int
copy_text (struct parser *p, const struct oci_event *event, const char **ret)
{
  if (memchr (event->text, '\0', event->length))
    return oci_refuse (p, "NUL character in a string");
  *ret = arena_strndup (&p->arena, event->text, event->length);
  return *ret ? 0 : oci_no_memory (p);
}

static int
put_string (struct parser *p, const struct oci_field *f, const struct oci_event *event, void *to)
{
  (void) f;
  return copy_text (p, event, to);
}

static int
put_oneof (struct parser *p, const struct oci_field *f, const struct oci_event *event, void *to)
{
  const char *text;
  if (copy_text (p, event, &text) < 0)
    return -1;
  for (size_t i = 0; f->of.names[i]; i++)
    if (strcmp (f->of.names[i], text) == 0)
      {
        *(const char **) to = f->of.names[i];
        return 0;
      }
  char *message = p->doc->message;
  const size_t size = sizeof p->doc->message;
  oci_refuse (p, "unknown value '");
  oci_add_clean (message, 64, text, event->length);
  oci_add_text (message, size, "', expected ");
  for (size_t i = 0; f->of.names[i]; i++)
    {
      oci_add_text (message, size, i ? ", " : "");
      oci_add_text (message, size, f->of.names[i]);
    }
  return -1;
}

static int
put_flag (struct parser *p, const struct oci_field *f, const struct oci_event *event, void *to)
{
  (void) p;
  (void) f;
  *(struct opt_bool *) to = (struct opt_bool) { event->truth, true };
  return 0;
}

/* How much of a number to show. */
static int
shown (const struct oci_event *event)
{
  return event->length < 40 ? (int) event->length : 40;
}

/* The integer of EVENT as a sign and a magnitude; *FITS is false if the magnitude is 2^64 or more. */
static int
split_integer (struct parser *p, const struct oci_event *event, bool *negative, uint64_t *magnitude, bool *fits)
{
  const char *s = event->text, *end = s + event->length;
  *negative = s < end && *s == '-';
  *magnitude = 0;
  *fits = true;
  for (s += *negative; s < end; s++)
    {
      if (*s < '0' || *s > '9')
        return oci_refuse (p, "expected integer, found %.*s", shown (event), event->text);
      *fits = *fits && ! __builtin_mul_overflow (*magnitude, UINT64_C (10), magnitude)
              && ! __builtin_add_overflow (*magnitude, (uint64_t) (*s - '0'), magnitude);
    }
  return 0;
}

static int
put_integer (struct parser *p, const struct oci_field *f, const struct oci_event *event, int64_t *ret)
{
  bool negative, fits;
  uint64_t magnitude;
  if (split_integer (p, event, &negative, &magnitude, &fits) < 0)
    return -1;
  fits = fits && magnitude <= (uint64_t) INT64_MAX + negative;
  int64_t value = fits ? (int64_t) (negative ? -magnitude : magnitude) : 0;
  if (! fits || value < f->min || value > f->max)
    return oci_refuse (p, "%.*s is out of range: %" PRId64 " to %" PRId64, shown (event), event->text, f->min, f->max);
  *ret = value;
  return 0;
}

static int
put_opt_i64 (struct parser *p, const struct oci_field *f, const struct oci_event *event, void *to)
{
  struct opt_i64 *opt = to;
  opt->set = true;
  return put_integer (p, f, event, &opt->value);
}

static int
put_opt_u64 (struct parser *p, const struct oci_field *f, const struct oci_event *event, void *to)
{
  (void) f;
  bool negative, fits;
  uint64_t magnitude;
  if (split_integer (p, event, &negative, &magnitude, &fits) < 0)
    return -1;
  if (! fits || (negative && magnitude))
    return oci_refuse (p, "%.*s is out of range: 0 to %" PRIu64, shown (event), event->text, UINT64_MAX);
  *(struct opt_u64 *) to = (struct opt_u64) { magnitude, true };
  return 0;
}

static int
put_int_item (struct parser *p, const struct oci_field *f, const struct oci_event *event, void *to)
{
  return put_integer (p, f, event, to);
}

/* The items are stored in TO when they are complete. */
static int
put_many (struct parser *p, const struct oci_field *f, const struct oci_event *event, void *to)
{
  (void) event;
  return push (p, (struct frame) { .kind = F_MANY, .field = f, .target = to, .items.set = true });
}

static int
put_object_item (struct parser *p, const struct oci_field *f, const struct oci_event *event, void *to)
{
  (void) event;
  return push (p, (struct frame) { .kind = F_OBJECT, .schema = f->of.object, .target = to });
}

static int
put_object (struct parser *p, const struct oci_field *f, const struct oci_event *event, void *to)
{
  void *object = arena_alloc (&p->arena, f->of.object->size);
  if (! object)
    return oci_no_memory (p);
  memcpy (to, &object, sizeof object);
  return put_object_item (p, f, event, object);
}

struct rule
{
  enum oci_event_kind event;
  const char *name;
  int (*put) (struct parser *p, const struct oci_field *f, const struct oci_event *event, void *to);
};

static const struct rule member_rules[] = {
  [K_STR] = { EV_STRING, "string", put_string },
  [K_ONEOF] = { EV_STRING, "string", put_oneof },
  [K_FLAG] = { EV_BOOLEAN, "boolean", put_flag },
  [K_INT] = { EV_NUMBER, "integer", put_opt_i64 },
  [K_U64] = { EV_NUMBER, "integer", put_opt_u64 },
  [K_STRS] = { EV_ARRAY, "array", put_many },
  [K_INTS] = { EV_ARRAY, "array", put_many },
  [K_LIST] = { EV_ARRAY, "array", put_many },
  [K_MAP] = { EV_OBJECT, "object", put_many },
  [K_DICT] = { EV_OBJECT, "object", put_many },
  [K_OBJ] = { EV_OBJECT, "object", put_object },
};

static const struct rule item_rules[] = {
  [K_STRS] = { EV_STRING, "string", put_string },
  [K_MAP] = { EV_STRING, "string", put_string },
  [K_INTS] = { EV_NUMBER, "integer", put_int_item },
  [K_LIST] = { EV_OBJECT, "object", put_object_item },
  [K_DICT] = { EV_OBJECT, "object", put_object_item },
};

static int
expect (struct parser *p, const struct rule *rule, const struct oci_event *event)
{
  if (event->kind != rule->event)
    return oci_refuse (p, "expected %s, found %s", rule->name, name_of (event->kind));
  return 0;
}

static int
put_member (struct parser *p, const struct oci_field *f, const struct oci_event *event, void *to)
{
  const struct rule *rule = &member_rules[f->kind];
  if (expect (p, rule, event) < 0)
    return -1;
  return rule->put (p, f, event, to);
}

/* ---- events */

static int
take_item (struct parser *p, struct frame *f, const struct oci_event *event)
{
  const struct rule *rule = &item_rules[f->field->kind];
  if (expect (p, rule, event) < 0 || grow (p, f) < 0)
    return -1;
  char *to = (char *) f->items.v + f->items.n * oci_item_size (f->field);
  if (rule->put (p, f->field, event, to) < 0)
    return -1;
  f->items.n++;
  return 0;
}

static int
take_value (struct parser *p, const struct oci_event *event)
{
  if (p->depth == 0)
    return put_member (p, p->root, event, &p->result);
  struct frame *f = top (p);
  if (f->kind == F_MANY)
    return take_item (p, f, event);
  if (f->kind == F_IGNORED || ! f->field)
    return event->kind == EV_OBJECT || event->kind == EV_ARRAY ? push (p, (struct frame) { .kind = F_IGNORED }) : 0;
  if (event->kind == EV_NULL)
    return 0;
  f->given |= UINT64_C (1) << (f->field - f->schema->fields);
  return put_member (p, f->field, event, f->target + f->field->offset);
}

/* A kind without a rule is only emitted: to the parser such a member is unknown. */
static bool
is_parsed (const struct oci_field *f)
{
  return (size_t) f->kind < ARRAY_LEN (member_rules);
}

static const struct oci_field *
find_field (const struct oci_schema *schema, const char *key, size_t length)
{
  for (size_t i = 0; i < schema->n_fields; i++)
    {
      const struct oci_field *f = &schema->fields[i];
      if (strncmp (f->key, key, length) == 0 && f->key[length] == '\0')
        return is_parsed (f) ? f : NULL;
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
      return 0;
    }
  uint64_t bit = UINT64_C (1) << (f->field - f->schema->fields);
  if (f->seen & bit)
    return oci_refuse (p, "given twice");
  f->seen |= bit;
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
  if (f->kind == F_OBJECT)
    return take_member_key (p, f, event);
  if (grow (p, f) < 0 || copy_text (p, event, &f->key) < 0)
    return -1;
  for (size_t i = 0; f->items.n < FEW_KEYS && i < f->items.n; i++)
    if (strcmp (f->items.keys[i], f->key) == 0)
      return oci_refuse (p, "given twice");
  f->items.keys[f->items.n] = f->key;
  return 0;
}

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
  for (size_t i = 0; i < f->schema->n_fields; i++)
    if (f->schema->fields[i].required && ! (f->given >> i & 1))
      {
        const char *key = f->schema->fields[i].key;
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
take_end (struct parser *p)
{
  struct frame *f = top (p);
  if (f->kind == F_OBJECT && end_object (p, f) < 0)
    return -1;
  if (f->kind == F_MANY && end_many (p, f) < 0)
    return -1;
  p->depth--;
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
      r = take_end (p);
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
oci_parse_from (oci_reader *read, const struct oci_schema *schema, const char *text, size_t length,
                struct oci_document *doc)
{
  *doc = (struct oci_document) { 0 };
  const struct oci_field root = { .kind = K_OBJ, .of.object = schema };
  struct parser p; /* the frames (12 KiB) are set as they are used */
  p.sink = (struct oci_sink) { take };
  p.arena = (struct arena) { 0 };
  p.doc = doc;
  p.root = &root;
  p.result = NULL;
  p.out_of_memory = false;
  p.depth = 0;

  struct oci_fault fault;
  if (read (text, length, &p.sink, &fault) == 0)
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

const void *
oci_parse (const struct oci_schema *schema, const char *text, size_t length, struct oci_document *doc)
{
  return oci_parse_from (oci_read_json, schema, text, length, doc);
}

void
oci_document_free (struct oci_document *doc)
{
  struct arena arena = { .top = doc->arena };
  arena_free (&arena);
  doc->arena = NULL;
}
