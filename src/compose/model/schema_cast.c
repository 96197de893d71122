/* schema_cast.c - a tree as the schema (model.h) wants it: scalars of the right type, keys in its order. What does
 * not fit stays as it is, for node_parse() to complain about. Pure. */
#include "loading.h"
#include "units.h"

static const struct oci_field *
field_of (const struct oci_schema *schema, const char *key)
{
  for (size_t i = 0; i < schema->n_fields; i++)
    if (streq (schema->fields[i].key, key))
      return &schema->fields[i];
  return NULL;
}

static void
cast_flag (struct node *n)
{
  static const char *const yes[] = { "true", "True", "TRUE", "yes", "y", "on" };
  static const char *const no[] = { "false", "False", "FALSE", "no", "n", "off" };
  if (n->kind != NODE_STRING)
    return;
  for (size_t i = 0; i < ARRAY_LEN (yes); i++)
    if (streq (n->text, yes[i]) || streq (n->text, no[i]))
      {
        n->text = streq (n->text, yes[i]) ? "true" : "false";
        n->kind = NODE_BOOL;
        return;
      }
}

static void
cast_number (struct node *n)
{
  const char *p = n->kind == NODE_STRING ? n->text + (*n->text == '-') : "";
  if (*p && strspn (p, "0123456789") == strlen (p) && (*p != '0' || ! p[1]))
    n->kind = NODE_NUMBER;
}

static void
cast_text (struct node *n)
{
  if (n->kind == NODE_NUMBER || n->kind == NODE_BOOL)
    {
      n->kind = NODE_STRING;
      n->quoted = true;
    }
}

static void
cast_bytes (struct arena *a, struct node *n)
{
  int64_t bytes;
  if (n->kind != NODE_STRING && n->kind != NODE_NUMBER)
    return;
  if (units_bytes (n->text, &bytes) < 0)
    return;
  struct node *v = node_printf (a, &n->place, "%lld", (long long) bytes);
  v->quoted = true;
  node_become (n, v);
}

static void
cast_value (struct arena *a, struct node *n, const struct oci_field *f)
{
  switch (f->kind)
    {
    case K_FLAG:
      cast_flag (n);
      break;
    case K_INT:
    case K_U64:
      cast_number (n);
      break;
    case K_BYTES:
      cast_bytes (a, n);
      break;
    case K_STRS:
    case K_MAP:
      for (struct node *c = n->first; c; c = c->next)
        cast_text (c);
      break;
    case K_OBJ:
      schema_cast (a, n, f->of.object);
      break;
    case K_LIST:
    case K_DICT:
      for (struct node *c = n->first; c; c = c->next)
        schema_cast (a, c, f->of.object);
      break;
    default:
      break;
    }
}

void
schema_cast (struct arena *a, struct node *n, const struct oci_schema *schema)
{
  if (n->kind != NODE_MAP)
    return;
  for (struct node *c = n->first; c; c = c->next)
    {
      const struct oci_field *f = field_of (schema, c->key);
      if (f)
        cast_value (a, c, f);
    }
}

struct place_in_order
{
  struct node *node;
  size_t rank;
};

static int
compare (const void *x, const void *y)
{
  const struct place_in_order *a = x, *b = y;
  return a->rank != b->rank ? (a->rank < b->rank ? -1 : 1) : strcmp (a->node->key, b->node->key);
}

/* SCHEMA NULL: by name alone. */
static void
sort_keys (struct node *n, const struct oci_schema *schema)
{
  size_t count = node_count (n), i = 0;
  if (n->kind != NODE_MAP || count < 2)
    return;
  autofree struct place_in_order *v = mem_alloc (count * sizeof *v);
  for (struct node *c = n->first; c; c = c->next, i++)
    {
      const struct oci_field *f = schema ? field_of (schema, c->key) : NULL;
      v[i] = (struct place_in_order) { .node = c };
      if (schema)
        v[i].rank = f ? (size_t) (f - schema->fields) : schema->n_fields;
    }
  qsort (v, count, sizeof *v, compare);
  for (i = 0; i < count; i++)
    v[i].node->next = i + 1 < count ? v[i + 1].node : NULL;
  n->first = v[0].node;
  n->last = v[count - 1].node;
}

static void
order_value (struct node *n, const struct oci_field *f)
{
  if (f->kind == K_OBJ)
    schema_order (n, f->of.object);
  if (f->kind == K_MAP || f->kind == K_DICT)
    sort_keys (n, NULL);
  if (f->kind == K_LIST || f->kind == K_DICT)
    for (struct node *c = n->first; c; c = c->next)
      schema_order (c, f->of.object);
}

void
schema_order (struct node *n, const struct oci_schema *schema)
{
  if (n->kind != NODE_MAP)
    return;
  sort_keys (n, schema);
  for (struct node *c = n->first; c; c = c->next)
    {
      const struct oci_field *f = field_of (schema, c->key);
      if (f)
        order_value (c, f);
    }
}

/* What a member without value is to the parser: absent, but a member of a dictionary is an empty object. */
static void
drop_nulls (struct arena *a, struct node *n, const struct oci_schema *schema, bool dict)
{
  for (struct node *c = n->first, *next; c; c = next)
    {
      const struct oci_field *f = schema && ! dict && n->kind == NODE_MAP ? field_of (schema, c->key) : NULL;
      next = c->next;
      if (c->kind == NODE_NULL && dict)
        node_become (c, node_new (a, NODE_MAP, &c->place));
      else if (c->kind == NODE_NULL && n->kind == NODE_MAP && (! f || f->kind != K_JSON))
        node_remove (n, c->key);
      else if (dict || (schema && n->kind == NODE_LIST))
        drop_nulls (a, c, schema, false);
      else if (f && f->kind == K_MAP)
        drop_nulls (a, c, NULL, false);
      else if (f && (f->kind == K_OBJ || f->kind == K_LIST || f->kind == K_DICT))
        drop_nulls (a, c, f->of.object, f->kind == K_DICT);
    }
}

struct node *
schema_view (struct arena *a, const struct node *n, const struct oci_schema *schema)
{
  struct node *copy = node_copy (a, n);
  drop_nulls (a, copy, schema, false);
  return copy;
}
