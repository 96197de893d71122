/* put.c - one value of a document as the C type of its member: which kinds of values a member takes, what their texts
 * may be. Owns nothing: what it makes is in the document's arena. Pure, in any process. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "parser.h"
#include "units.h"

enum
{
  SHOWN = 40, /* of a wrong text, in messages */
};

/* EVENT, a number or a string, is no WANTED. */
static int
refuse_text (struct parser *p, const char *wanted, const struct oci_event *event)
{
  char *message = p->doc->message;
  const size_t size = sizeof p->doc->message;
  bool string = event->kind == EV_STRING;
  oci_refuse (p, "expected %s, found %s", wanted, string ? "string '" : "");
  size_t room = strlen (message) + SHOWN + 1;
  oci_add_clean (message, room < size ? room : size, event->text, event->length);
  oci_add_text (message, size, string ? "'" : "");
  return -1;
}

int
oci_copy_text (struct parser *p, const struct oci_event *event, const char **ret)
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
  return oci_copy_text (p, event, to);
}

static int
put_oneof (struct parser *p, const struct oci_field *f, const struct oci_event *event, void *to)
{
  const char *text;
  if (oci_copy_text (p, event, &text) < 0)
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

/* The ways of YAML 1.1 and 1.2, in any case. */
static int
flag_of_text (struct parser *p, const struct oci_event *event, bool *ret)
{
  static const struct
  {
    const char *text;
    bool truth;
  } words[] = {
    { "true", true }, { "false", false }, { "yes", true }, { "no", false }, { "on", true }, { "off", false },
    { "y", true },    { "n", false },
  };
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (strlen (words[i].text) == event->length && strncasecmp (words[i].text, event->text, event->length) == 0)
      {
        *ret = words[i].truth;
        return 0;
      }
  return refuse_text (p, "boolean", event);
}

static int
put_flag (struct parser *p, const struct oci_field *f, const struct oci_event *event, void *to)
{
  (void) f;
  struct opt_bool *opt = to;
  opt->set = true;
  opt->value = event->truth;
  return event->kind == EV_STRING ? flag_of_text (p, event, &opt->value) : 0;
}

/* How much of a number to show. */
static int
shown (const struct oci_event *event)
{
  return event->length < SHOWN ? (int) event->length : SHOWN;
}

/* The integer of EVENT as a sign and a magnitude; *FITS is false if the magnitude is 2^64 or more. */
static int
split_integer (struct parser *p, const struct oci_event *event, bool *negative, uint64_t *magnitude, bool *fits)
{
  const char *s = event->text, *end = s + event->length;
  *negative = s < end && *s == '-';
  *magnitude = 0;
  *fits = true;
  s += *negative;
  if (s == end)
    return refuse_text (p, "integer", event);
  for (; s < end; s++)
    {
      if (*s < '0' || *s > '9')
        return refuse_text (p, "integer", event);
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
put_duration (struct parser *p, const struct oci_field *f, const struct oci_event *event, void *to)
{
  (void) f;
  const char *text;
  struct opt_i64 opt = { .set = true };
  if (oci_copy_text (p, event, &text) < 0)
    return -1;
  if (units_microseconds (text, &opt.value) < 0)
    return refuse_text (p, "duration like 1m30s", event);
  *(struct opt_i64 *) to = opt;
  return 0;
}

static int
put_bytes (struct parser *p, const struct oci_field *f, const struct oci_event *event, void *to)
{
  (void) f;
  const char *text;
  struct opt_i64 opt = { .set = true };
  if (oci_copy_text (p, event, &text) < 0)
    return -1;
  if (units_bytes (text, &opt.value) < 0)
    return refuse_text (p, "size like 64m", event);
  *(struct opt_i64 *) to = opt;
  return 0;
}

static int
put_json (struct parser *p, const struct oci_field *f, const struct oci_event *event, void *to)
{
  (void) f;
  p->json.length = 0;
  if (oci_json_event (p, event) < 0)
    return -1;
  if (event->kind != EV_ARRAY && event->kind != EV_OBJECT)
    return oci_json_store (p, to);
  p->frames[p->depth - 1].target = to;
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
  return oci_push (p, (struct frame) { .kind = F_MANY, .field = f, .target = to, .items.set = true });
}

static int
put_object_item (struct parser *p, const struct oci_field *f, const struct oci_event *event, void *to)
{
  (void) event;
  return oci_push (p, (struct frame) { .kind = F_OBJECT, .schema = f->of.object, .target = to });
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

/* What kinds of events there may be: always, and also when the source is loose. */
struct rule
{
  unsigned events, loosely;
  const char *name; /* NULL: that of the event */
  int (*put) (struct parser *p, const struct oci_field *f, const struct oci_event *event, void *to);
};

#define ON(kind) (1U << (kind))
enum
{
  ON_TEXT = ON (EV_STRING) | ON (EV_NUMBER) | ON (EV_BOOLEAN),
};

static const struct rule member_rules[] = {
  [K_STR] = { ON (EV_STRING), ON_TEXT, NULL, put_string },
  [K_ONEOF] = { ON (EV_STRING), ON_TEXT, NULL, put_oneof },
  [K_FLAG] = { ON (EV_BOOLEAN), ON (EV_STRING), NULL, put_flag },
  [K_INT] = { ON (EV_NUMBER), ON (EV_STRING), "integer", put_opt_i64 },
  [K_U64] = { ON (EV_NUMBER), ON (EV_STRING), "integer", put_opt_u64 },
  [K_STRS] = { ON (EV_ARRAY), 0, NULL, put_many },
  [K_INTS] = { ON (EV_ARRAY), 0, NULL, put_many },
  [K_LIST] = { ON (EV_ARRAY), 0, NULL, put_many },
  [K_MAP] = { ON (EV_OBJECT), 0, NULL, put_many },
  [K_DICT] = { ON (EV_OBJECT), 0, NULL, put_many },
  [K_OBJ] = { ON (EV_OBJECT), 0, NULL, put_object },
  [K_JSON] = { ON_TEXT | ON (EV_ARRAY) | ON (EV_OBJECT), 0, NULL, put_json },
  [K_SCALAR] = { ON_TEXT, 0, NULL, put_string },
  [K_DURATION] = { ON (EV_STRING), ON (EV_NUMBER), "duration like 1m30s", put_duration },
  [K_BYTES] = { ON (EV_STRING) | ON (EV_NUMBER), 0, "size like 64m", put_bytes },
};

static const struct rule item_rules[] = {
  [K_STRS] = { ON (EV_STRING), ON_TEXT, NULL, put_string },
  [K_MAP] = { ON (EV_STRING), ON_TEXT | ON (EV_NULL), NULL, put_string },
  [K_INTS] = { ON (EV_NUMBER), ON (EV_STRING), "integer", put_int_item },
  [K_LIST] = { ON (EV_OBJECT), 0, NULL, put_object_item },
  [K_DICT] = { ON (EV_OBJECT), ON (EV_NULL), NULL, put_object_item },
};

static const char *
name_of (const struct parser *p, unsigned kind)
{
  static const char *const names[][2] = {
    [EV_NULL] = { "null", "null" },       [EV_BOOLEAN] = { "boolean", "boolean" },
    [EV_NUMBER] = { "number", "number" }, [EV_STRING] = { "string", "string" },
    [EV_ARRAY] = { "array", "list" },     [EV_OBJECT] = { "object", "mapping" },
  };
  return names[kind][p->loose];
}

static int
put (struct parser *p, const struct rule *rule, const struct oci_field *f, const struct oci_event *event, void *to)
{
  unsigned good = rule->events | (p->loose ? rule->loosely : 0);
  if (good & ON (event->kind))
    return rule->put (p, f, event, to);
  const char *wanted = rule->name ? rule->name : name_of (p, (unsigned) __builtin_ctz (rule->events));
  return oci_refuse (p, "expected %s, found %s", wanted, name_of (p, event->kind));
}

int
oci_put_member (struct parser *p, const struct oci_field *f, const struct oci_event *event, void *to)
{
  return put (p, &member_rules[f->kind], f, event, to);
}

int
oci_put_item (struct parser *p, const struct oci_field *f, const struct oci_event *event, void *to)
{
  return put (p, &item_rules[f->kind], f, event, to);
}
