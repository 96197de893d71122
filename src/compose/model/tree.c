/* tree.c - places in trees and small changes to nodes, for all stages of loading. Pure. */
#include <stdarg.h>

#include "loading.h"

static const char *
last_dot (const char *from, const char *end)
{
  while (end > from && end[-1] != '.')
    end--;
  return end;
}

bool
step_matches (const struct step *s, const char *pattern)
{
  const char *end = pattern + strlen (pattern);
  for (; s; s = s->up)
    {
      const char *from = last_dot (pattern, end);
      size_t n = (size_t) (end - from);
      bool star = n == 1 && *from == '*';
      if (! star && ! (s->key && strlen (s->key) == n && memcmp (s->key, from, n) == 0))
        return false;
      if (from == pattern)
        return s->up == NULL;
      end = from - 1;
    }
  return false;
}

static void
add_step (struct text *t, const struct step *s)
{
  if (! s)
    return;
  add_step (t, s->up);
  if (! s->key)
    text_printf (t, "[%zu]", s->index);
  else
    text_printf (t, "%s%s", s->up ? "." : "", s->key);
}

char *
step_text (const struct step *s)
{
  struct text t = { 0 };
  text_add (&t, "");
  add_step (&t, s);
  return t.s;
}

int
fail_at (struct error **err, int code, const struct node *n, const struct step *s, const char *fmt, ...)
{
  va_list ap;
  va_start (ap, fmt);
  autofree char *message = mem_vprintf (fmt, ap);
  va_end (ap);
  autofree char *path = step_text (s);
  return node_fail (err, code, n, path, "%s", message);
}

int
wrap_at (struct error **err, const struct node *n)
{
  return wrap (err, "%s:%u:%u", n->place.file ? n->place.file : "-", n->place.line, n->place.column);
}

int
tree_walk (struct node *n, const struct step *up, visit_fn *visit, void *context, struct error **err)
{
  size_t i = 0;
  for (struct node *c = n->first, *next; c; c = next)
    {
      struct step s = { .up = up, .key = n->kind == NODE_MAP ? c->key : NULL, .index = i++ };
      next = c->next;
      if (c->tag == TAG_RESET)
        continue;
      TRY (visit (context, c, &s, err));
      TRY (tree_walk (c, &s, visit, context, err));
    }
  return 0;
}

void
node_become (struct node *n, const struct node *v)
{
  struct node old = *n;
  *n = *v;
  n->key = old.key;
  n->key_place = old.key_place;
  n->next = old.next;
  n->place = old.place;
  n->tag = old.tag;
}

const char *
map_text (const struct node *map, const char *key)
{
  const struct node *n = node_get (map, key);
  return n && node_is_scalar (n) && n->kind != NODE_NULL ? n->text : NULL;
}

bool
scalar_true (const struct node *n)
{
  return n && (n->kind == NODE_BOOL || n->kind == NODE_STRING) && streq (n->text, "true");
}

bool
map_flag (const struct node *map, const char *key)
{
  return scalar_true (node_get (map, key));
}

void
map_set_text (struct arena *a, struct node *map, const char *key, const char *text)
{
  node_set (a, map, key, node_string (a, text, &map->place));
}

void
map_set_flag (struct arena *a, struct node *map, const char *key, bool value)
{
  struct node *n = node_new (a, NODE_BOOL, &map->place);
  n->text = value ? "true" : "false";
  node_set (a, map, key, n);
}

struct node *
map_need (struct arena *a, struct node *map, const char *key)
{
  struct node *n = node_get (map, key);
  if (n && n->kind == NODE_MAP)
    return n;
  n = node_new (a, NODE_MAP, &map->place);
  node_set (a, map, key, n);
  return n;
}

void
strv_split (struct strv *l, const char *text, const char *separators)
{
  autofree char *copy = mem_strdup (text);
  for (char *p = copy, *item; (item = strsep (&p, separators));)
    if (*item)
      strv_add (l, item);
}
