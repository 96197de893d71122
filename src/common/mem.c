/* mem.c - allocation for programs; see mem.h. */
#include "mem.h"

#include "arena.h"

void
out_of_memory (void)
{
  static const char line[] = "out of memory\n";
  if (write (STDERR_FILENO, line, sizeof line - 1) < 0)
    _exit (126);
  _exit (1);
}

void *
mem_alloc (size_t n)
{
  void *p = calloc (1, n ? n : 1);
  if (! p)
    out_of_memory ();
  return p;
}

void *
mem_grow (void *p, size_t n, size_t size)
{
  p = reallocarray (p, n ? n : 1, size);
  if (! p)
    out_of_memory ();
  return p;
}

char *
mem_strdup (const char *s)
{
  return mem_strndup (s, strlen (s));
}

char *
mem_strndup (const char *s, size_t n)
{
  char *p = strndup (s, n);
  if (! p)
    out_of_memory ();
  return p;
}

char *
mem_vprintf (const char *fmt, va_list ap)
{
  char *s;
  if (vasprintf (&s, fmt, ap) < 0)
    out_of_memory ();
  return s;
}

void *
mem_arena (struct arena *a, size_t n)
{
  void *p = arena_alloc (a, n);
  if (! p)
    out_of_memory ();
  return p;
}

char *
mem_arena_text (struct arena *a, const char *s, size_t n)
{
  char *p = arena_strndup (a, s, n);
  if (! p)
    out_of_memory ();
  return p;
}

char *
mem_printf (const char *fmt, ...)
{
  va_list ap;
  va_start (ap, fmt);
  char *s = mem_vprintf (fmt, ap);
  va_end (ap);
  return s;
}

void
text_add_bytes (struct text *t, const void *p, size_t n)
{
  if (t->room - t->len < n + 1)
    {
      t->room = (t->room + n + 1) * 2 + 64;
      t->s = mem_grow (t->s, t->room, 1);
    }
  if (n)
    memcpy (t->s + t->len, p, n);
  t->len += n;
  t->s[t->len] = '\0';
}

void
text_add (struct text *t, const char *s)
{
  text_add_bytes (t, s, strlen (s));
}

void
text_printf (struct text *t, const char *fmt, ...)
{
  va_list ap;
  va_start (ap, fmt);
  autofree char *s = mem_vprintf (fmt, ap);
  va_end (ap);
  text_add (t, s);
}

void
text_free (struct text *t)
{
  free (t->s);
  *t = (struct text) { 0 };
}

static void
strv_take (struct strv *l, char *s)
{
  l->v = mem_grow (l->v, l->n + 2, sizeof *l->v);
  l->v[l->n++] = s;
  l->v[l->n] = NULL;
}

void
strv_add (struct strv *l, const char *s)
{
  strv_take (l, mem_strdup (s));
}

void
strv_printf (struct strv *l, const char *fmt, ...)
{
  va_list ap;
  va_start (ap, fmt);
  strv_take (l, mem_vprintf (fmt, ap));
  va_end (ap);
}

bool
strv_has (const struct strv *l, const char *s)
{
  for (size_t i = 0; l && s && i < l->n; i++)
    if (streq (l->v[i], s))
      return true;
  return false;
}

void
strv_free (struct strv *l)
{
  for (size_t i = 0; i < l->n; i++)
    free (l->v[i]);
  free (l->v);
  *l = (struct strv) { 0 };
}
