/* bundle_lists.c - strings and lists of a document that is being made, in its arena. Calls nothing but memory. */
#include <stdarg.h>

#include "bundle_parts.h"

char *
make_string (struct arena *a, const char *s)
{
  return s ? mem_arena_text (a, s, strlen (s)) : NULL;
}

char *
make_printf (struct arena *a, const char *fmt, ...)
{
  va_list ap;
  va_start (ap, fmt);
  autofree char *s = mem_vprintf (fmt, ap);
  va_end (ap);
  return make_string (a, s);
}

/* The room is the next power of two: it is full when N is one. */
void *
list_room (struct arena *a, void *v, size_t n, size_t size)
{
  if (n & (n - 1))
    return v;
  void *larger = mem_arena (a, (n ? 2 * n : 1) * size);
  if (n)
    memcpy (larger, v, n * size);
  return larger;
}

void
strings_add (struct arena *a, struct oci_strings *l, const char *s)
{
  *LIST_ADD (a, l) = make_string (a, s);
}

bool
strings_have (const struct oci_strings *l, const char *s)
{
  for (size_t i = 0; i < l->n; i++)
    if (streq (l->v[i], s))
      return true;
  return false;
}

void
strings_addv (struct arena *a, struct oci_strings *l, const struct strv *v)
{
  for (size_t i = 0; v && i < v->n; i++)
    strings_add (a, l, v->v[i]);
}

void
map_set (struct arena *a, struct oci_strings *l, const char *key, const char *value)
{
  for (size_t i = 0; i < l->n; i++)
    if (streq (l->keys[i], key))
      {
        l->v[i] = make_string (a, value);
        return;
      }
  l->keys = list_room (a, l->keys, l->n, sizeof *l->keys);
  l->keys[l->n] = make_string (a, key);
  strings_add (a, l, value);
}

const char *
map_get (const struct oci_strings *l, const char *key)
{
  for (size_t i = 0; i < l->n; i++)
    if (streq (l->keys[i], key))
      return l->v[i];
  return NULL;
}

static size_t
environment_index (const struct oci_strings *l, const char *name)
{
  size_t n = strlen (name), i = 0;
  while (i < l->n && (strncmp (l->v[i], name, n) != 0 || l->v[i][n] != '='))
    i++;
  return i;
}

void
environment_set (struct arena *a, struct oci_strings *l, const char *name, const char *value)
{
  size_t i = environment_index (l, name);
  char *s = make_printf (a, "%s=%s", name, value);
  if (i < l->n)
    l->v[i] = s;
  else
    *LIST_ADD (a, l) = s;
}

const char *
environment_get (const struct oci_strings *l, const char *name)
{
  size_t i = environment_index (l, name);
  return i < l->n ? l->v[i] + strlen (name) + 1 : NULL;
}
