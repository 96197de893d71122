/* node.c - trees: making, finding, changing nodes. Memory is the caller's arena. Pure, in any process. */
#include "node.h"

#include <stdarg.h>

static const char *
keep (struct arena *a, const char *s)
{
  return mem_arena_text (a, s, strlen (s));
}

struct node *
node_new (struct arena *a, enum node_kind kind, const struct place *at)
{
  struct node *n = mem_arena (a, sizeof *n);
  n->kind = kind;
  if (at)
    n->place = *at;
  return n;
}

struct node *
node_string (struct arena *a, const char *text, const struct place *at)
{
  struct node *n = node_new (a, NODE_STRING, at);
  n->text = keep (a, text);
  return n;
}

struct node *
node_printf (struct arena *a, const struct place *at, const char *fmt, ...)
{
  va_list ap;
  va_start (ap, fmt);
  autofree char *text = mem_vprintf (fmt, ap);
  va_end (ap);
  return node_string (a, text, at);
}

static void
append (struct node *parent, struct node *child)
{
  child->next = NULL;
  if (parent->last)
    parent->last->next = child;
  else
    parent->first = child;
  parent->last = child;
}

struct node *
node_copy (struct arena *a, const struct node *n)
{
  struct node *copy = node_new (a, n->kind, &n->place);
  copy->tag = n->tag;
  copy->quoted = n->quoted;
  copy->text = n->text ? keep (a, n->text) : NULL;
  for (const struct node *child = n->first; child; child = child->next)
    {
      struct node *c = node_copy (a, child);
      c->key = child->key ? keep (a, child->key) : NULL;
      c->key_place = child->key_place;
      append (copy, c);
    }
  return copy;
}

bool
node_is_scalar (const struct node *n)
{
  return n && n->kind != NODE_LIST && n->kind != NODE_MAP;
}

size_t
node_count (const struct node *n)
{
  size_t count = 0;
  for (const struct node *child = n ? n->first : NULL; child; child = child->next)
    count++;
  return count;
}

struct node *
node_get (const struct node *n, const char *key)
{
  if (! n || n->kind != NODE_MAP)
    return NULL;
  for (struct node *child = n->first; child; child = child->next)
    if (streq (child->key, key))
      return child;
  return NULL;
}

struct node *
node_at (const struct node *n, ...)
{
  struct node *found = NULL;
  va_list ap;
  va_start (ap, n);
  for (const char *key; (key = va_arg (ap, const char *)); n = found)
    {
      found = node_get (n, key);
      if (! found)
        break;
    }
  va_end (ap);
  return found;
}

/* Put NEW (NULL: nothing) where OLD is. */
static void
replace (struct node *parent, struct node *old, struct node *new)
{
  struct node **link = &parent->first, *before = NULL;
  for (; *link != old; link = &(*link)->next)
    before = *link;
  *link = new ? new : old->next;
  if (new)
    new->next = old->next;
  if (parent->last == old)
    parent->last = new ? new : before;
  old->next = NULL;
}

void
node_set (struct arena *a, struct node *map, const char *key, struct node *value)
{
  struct node *old = node_get (map, key);
  if (old == value)
    return;
  value->key = old ? old->key : keep (a, key);
  if (! value->key_place.line)
    value->key_place = old ? old->key_place : value->place;
  if (old)
    replace (map, old, value);
  else
    append (map, value);
}

void
node_append (struct node *list, struct node *value)
{
  value->key = NULL;
  append (list, value);
}

void
node_remove (struct node *map, const char *key)
{
  struct node *old = node_get (map, key);
  if (old)
    replace (map, old, NULL);
}

int
node_fail (struct error **err, int code, const struct node *n, const char *path, const char *fmt, ...)
{
  va_list ap;
  va_start (ap, fmt);
  autofree char *message = mem_vprintf (fmt, ap);
  va_end (ap);
  fail (err, code, "%s", message);
  if (path && *path)
    wrap (err, "%s", path);
  if (n && n->place.file)
    wrap (err, "%s:%u:%u", n->place.file, n->place.line, n->place.column);
  return -code;
}
