/* yaml.c - libyaml's events become a tree of nodes, within limits that no document can talk its way out of. Owns the
 * parser and the table of anchors while it works. Pure, in any process. */
#include "yaml.h"

#include <search.h>
#include <yaml.h>

#include "errors.h"
#include "yaml_parts.h"

/* A complete one; what an alias of it costs. */
struct anchor
{
  const char *name;
  struct node *node; /* NULL while it is being read */
  size_t nodes, bytes;
  unsigned height;
};

struct reader
{
  yaml_parser_t parser;
  struct arena *arena;
  const char *name;
  const char *text;
  size_t length;
  void *anchors;     /* tsearch(3) */
  size_t nodes, bytes;
  unsigned deepest;  /* level that the node being read has reached */
  struct error **err;
};

static int read_node (struct reader *r, yaml_event_t *event, unsigned depth, struct node **ret);

static struct place
place_of (const struct reader *r, const yaml_mark_t *mark)
{
  return (struct place) { r->name, (unsigned) mark->line + 1, (unsigned) mark->column + 1 };
}

static int refuse (struct reader *r, const yaml_mark_t *mark, const char *fmt, ...) PRINTF (3, 4);

static int
refuse (struct reader *r, const yaml_mark_t *mark, const char *fmt, ...)
{
  va_list ap;
  va_start (ap, fmt);
  autofree char *message = mem_vprintf (fmt, ap);
  va_end (ap);
  const struct node at = { .place = place_of (r, mark) };
  return node_fail (r->err, E_COMPOSE_FILE, &at, NULL, "%s", message);
}

/* ---- events */

/* Is there a tab among the blanks that MARK's line begins with? libyaml's word for it helps nobody. */
static bool
is_tab_indent (const struct reader *r, const yaml_mark_t *mark)
{
  const char *line = r->text, *end = r->text + r->length;
  for (size_t i = 0; i < mark->line && line < end; i++)
    {
      const char *newline = memchr (line, '\n', (size_t) (end - line));
      line = newline ? newline + 1 : end;
    }
  while (line < end && *line == ' ')
    line++;
  return line < end && *line == '\t';
}

static int
refuse_syntax (struct reader *r)
{
  const yaml_parser_t *p = &r->parser;
  if (p->error == YAML_MEMORY_ERROR)
    out_of_memory ();
  yaml_mark_t mark = p->problem_mark;
  if (p->error == YAML_READER_ERROR)
    {
      mark = (yaml_mark_t) { 0 };
      for (size_t i = 0; i < p->problem_offset && i < r->length; i++)
        {
          mark.line += r->text[i] == '\n';
          mark.column = r->text[i] == '\n' ? 0 : mark.column + ((r->text[i] & 0xc0) != 0x80);
        }
      return refuse (r, &mark, "%s", p->problem);
    }
  if (is_tab_indent (r, &mark))
    return refuse (r, &mark, "a tab at the start of the line: YAML is indented with spaces");
  return refuse (r, &mark, "%s%s%s", p->context ? p->context : "", p->context ? ": " : "", p->problem);
}

static int
next_event (struct reader *r, yaml_event_t *event)
{
  return yaml_parser_parse (&r->parser, event) ? 0 : refuse_syntax (r);
}
#define autoevent __attribute__ ((cleanup (yaml_event_delete)))

/* ---- anchors */

static int
compare_anchors (const void *a, const void *b)
{
  return strcmp (((const struct anchor *) a)->name, ((const struct anchor *) b)->name);
}

static void
keep (void *anchor)
{
  (void) anchor; /* the arena's */
}

static const char *
copy_text (struct reader *r, const yaml_char_t *text)
{
  return mem_arena_text (r->arena, (const char *) text, strlen ((const char *) text));
}

/* The anchor NAME, made when it is new: a later one of the same name takes its place. */
static struct anchor *
anchor_for (struct reader *r, const yaml_char_t *name)
{
  struct anchor *a = mem_arena (r->arena, sizeof *a);
  a->name = copy_text (r, name);
  struct anchor *const *found = tsearch (a, &r->anchors, compare_anchors);
  if (! found)
    out_of_memory ();
  (*found)->node = NULL;
  return *found;
}

/* ---- nodes */

/* NODES more, with BYTES of text, HEIGHT levels below DEPTH: is it within the limits? */
static int
account (struct reader *r, const yaml_mark_t *mark, size_t nodes, size_t bytes, unsigned depth, unsigned height)
{
  r->nodes += nodes;
  r->bytes += bytes;
  if (depth + height > r->deepest)
    r->deepest = depth + height;
  if (r->nodes > YAML_MAX_NODES || r->bytes > YAML_MAX_BYTES)
    return refuse (r, mark, "the document grows beyond %d values or %d MiB, its aliases expanded", YAML_MAX_NODES,
                   YAML_MAX_BYTES >> 20);
  if (depth + height > YAML_MAX_DEPTH)
    return refuse (r, mark, "nested deeper than %d levels", YAML_MAX_DEPTH);
  return 0;
}

static const struct tag
{
  const char *name;
  enum node_kind kind;
  enum node_tag tag; /* not TAG_NONE: for any kind */
} tags[] = {
  { "!reset", NODE_NULL, TAG_RESET },
  { "!override", NODE_NULL, TAG_OVERRIDE },
  { YAML_NULL_TAG, NODE_NULL, TAG_NONE },
  { YAML_BOOL_TAG, NODE_BOOL, TAG_NONE },
  { YAML_INT_TAG, NODE_NUMBER, TAG_NONE },
  { YAML_FLOAT_TAG, NODE_NUMBER, TAG_NONE },
  { YAML_STR_TAG, NODE_STRING, TAG_NONE },
  { YAML_SEQ_TAG, NODE_LIST, TAG_NONE },
  { YAML_MAP_TAG, NODE_MAP, TAG_NONE },
};

/* What TAG (NULL or "!": none) makes of N. A string may be tagged to be nothing else; other tags must agree with the
 * value. */
static int
apply_tag (struct reader *r, const yaml_mark_t *mark, const yaml_char_t *tag, struct node *n)
{
  const char *name = (const char *) tag;
  if (! name || streq (name, "!"))
    return 0;
  for (size_t i = 0; i < ARRAY_LEN (tags); i++)
    if (streq (tags[i].name, name))
      {
        n->tag = tags[i].tag;
        if (n->tag != TAG_NONE || tags[i].kind == n->kind)
          return 0;
        if (! node_is_scalar (n) || tags[i].kind != NODE_STRING)
          return refuse (r, mark, "the value is not what its tag %s says", name);
        n->kind = NODE_STRING;
        n->quoted = true;
        return 0;
      }
  return refuse (r, mark, "unknown tag %s: only !reset, !override and the core ones are known", name);
}

/* Booleans are "true" and "false" from here on. */
static int
read_scalar (struct reader *r, const yaml_event_t *event, struct node *n)
{
  const char *text = (const char *) event->data.scalar.value;
  if (strlen (text) != event->data.scalar.length)
    return refuse (r, &event->start_mark, "NUL character in a string");
  const yaml_char_t *tag = event->data.scalar.tag;
  n->quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE || (tag && streq ((const char *) tag, "!"));
  n->kind = n->quoted ? NODE_STRING : yaml_scalar_kind (text);
  if (n->quoted && tag && ! streq ((const char *) tag, "!") && ! streq ((const char *) tag, YAML_STR_TAG))
    n->kind = yaml_scalar_kind (text); /* !!int "7" */
  TRY (apply_tag (r, &event->start_mark, tag, n));
  n->text = copy_text (r, (const yaml_char_t *) text);
  if (n->kind == NODE_BOOL)
    n->text = (*text | 0x20) == 't' ? "true" : "false";
  return 0;
}

static int
read_list (struct reader *r, const yaml_event_t *start, struct node *n, unsigned depth)
{
  n->kind = NODE_LIST;
  TRY (apply_tag (r, &start->start_mark, start->data.sequence_start.tag, n));
  for (;;)
    {
      autoevent yaml_event_t event = { 0 };
      struct node *item;
      TRY (next_event (r, &event));
      if (event.type == YAML_SEQUENCE_END_EVENT)
        return 0;
      TRY (read_node (r, &event, depth + 1, &item));
      node_append (n, item);
    }
}

/* A key and its value; *MERGE is the value of `<<`. */
static int
read_pair (struct reader *r, yaml_event_t *event, struct node *map, unsigned depth, struct node **merge)
{
  struct node *key, *value;
  TRY (read_node (r, event, depth + 1, &key));
  if (! node_is_scalar (key))
    return refuse (r, &event->start_mark, "a key must be a scalar, not a list or a mapping");
  autoevent yaml_event_t next = { 0 };
  TRY (next_event (r, &next));
  TRY (read_node (r, &next, depth + 1, &value));
  if (! key->quoted && streq (key->text, "<<"))
    {
      if (*merge)
        return refuse (r, &event->start_mark, "merge key (<<) given twice: give a list, <<: [*a, *b]");
      *merge = value;
      return 0;
    }
  node_append (map, value);
  value->key = key->text;
  value->key_place = key->place;
  return 0;
}

static int
read_map (struct reader *r, const yaml_event_t *start, struct node *n, unsigned depth)
{
  n->kind = NODE_MAP;
  TRY (apply_tag (r, &start->start_mark, start->data.mapping_start.tag, n));
  struct node *merge = NULL;
  for (;;)
    {
      autoevent yaml_event_t event = { 0 };
      TRY (next_event (r, &event));
      if (event.type == YAML_MAPPING_END_EVENT)
        return yaml_finish_map (n, merge, r->err);
      TRY (read_pair (r, &event, n, depth, &merge));
    }
}

static int
read_alias (struct reader *r, const yaml_event_t *event, unsigned depth, struct node **ret)
{
  const char *name = (const char *) event->data.alias.anchor;
  const struct anchor wanted = { .name = name };
  struct anchor *const *found = tfind (&wanted, &r->anchors, compare_anchors);
  if (! found)
    return refuse (r, &event->start_mark, "alias *%s has no anchor before it", name);
  const struct anchor *a = *found;
  if (! a->node)
    return refuse (r, &event->start_mark, "alias *%s within its own anchor", name);
  TRY (account (r, &event->start_mark, a->nodes, a->bytes, depth, a->height));
  *ret = node_copy (r->arena, a->node);
  return 0;
}

static const yaml_char_t *
anchor_name (const yaml_event_t *event)
{
  return event->type == YAML_SCALAR_EVENT           ? event->data.scalar.anchor
         : event->type == YAML_SEQUENCE_START_EVENT ? event->data.sequence_start.anchor
                                                    : event->data.mapping_start.anchor;
}

static int
read_node (struct reader *r, yaml_event_t *event, unsigned depth, struct node **ret)
{
  if (event->type == YAML_ALIAS_EVENT)
    return read_alias (r, event, depth, ret);
  const size_t nodes = r->nodes, bytes = r->bytes;
  const unsigned deepest = r->deepest;
  bool scalar = event->type == YAML_SCALAR_EVENT;
  r->deepest = 0;
  TRY (account (r, &event->start_mark, 1, scalar ? event->data.scalar.length : 0, depth, 0));

  const yaml_char_t *name = anchor_name (event);
  struct anchor *anchor = name ? anchor_for (r, name) : NULL;
  const struct place place = place_of (r, &event->start_mark);
  struct node *n = node_new (r->arena, NODE_NULL, &place);
  if (scalar)
    TRY (read_scalar (r, event, n));
  else
    TRY (event->type == YAML_SEQUENCE_START_EVENT ? read_list (r, event, n, depth) : read_map (r, event, n, depth));

  if (anchor)
    {
      anchor->node = n;
      anchor->nodes = r->nodes - nodes;
      anchor->bytes = r->bytes - bytes;
      anchor->height = r->deepest - depth;
    }
  if (deepest > r->deepest)
    r->deepest = deepest;
  *ret = n;
  return 0;
}

/* ---- documents */

/* The next event must be of KIND; its place if it is not. */
static int
expect (struct reader *r, yaml_event_type_t kind, const char *otherwise)
{
  autoevent yaml_event_t event = { 0 };
  TRY (next_event (r, &event));
  return event.type == kind ? 0 : refuse (r, &event.start_mark, "%s", otherwise);
}

static int
read_document (struct reader *r, struct node **ret)
{
  TRY (expect (r, YAML_STREAM_START_EVENT, "no YAML"));
  autoevent yaml_event_t start = { 0 }, event = { 0 };
  TRY (next_event (r, &start));
  if (start.type == YAML_STREAM_END_EVENT)
    {
      *ret = node_new (r->arena, NODE_NULL, &(const struct place) { r->name, 1, 1 });
      (*ret)->text = "";
      return 0;
    }
  struct node *root;
  TRY (next_event (r, &event));
  TRY (read_node (r, &event, 1, &root));
  TRY (expect (r, YAML_DOCUMENT_END_EVENT, "more than one value"));
  TRY (expect (r, YAML_STREAM_END_EVENT, "more than one document in the file: give each its own file (-f)"));
  *ret = root;
  return 0;
}

int
yaml_parse (struct arena *a, const char *name, const char *text, size_t length, struct node **ret, struct error **err)
{
  if (length > YAML_MAX_BYTES)
    return fail (err, E_COMPOSE_FILE, "%s: larger than %d MiB", name, YAML_MAX_BYTES >> 20);
  if (length >= 3 && memcmp (text, "\xef\xbb\xbf", 3) == 0) /* libyaml skips it only when it may guess the encoding */
    text += 3, length -= 3;
  struct reader r = { .arena = a, .text = text, .length = length, .err = err };
  r.name = copy_text (&r, (const yaml_char_t *) name);
  if (! yaml_parser_initialize (&r.parser))
    out_of_memory ();
  yaml_parser_set_encoding (&r.parser, YAML_UTF8_ENCODING);
  yaml_parser_set_input_string (&r.parser, (const unsigned char *) text, length);
  int status = read_document (&r, ret);
  yaml_parser_delete (&r.parser);
  tdestroy (r.anchors, keep);
  return status;
}
