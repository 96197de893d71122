/* arena.c - memory in blocks that grow, released together. Owns its blocks; calls only malloc and free; any process. */
#include "arena.h"

enum
{
  FIRST_BLOCK = 8 << 10,
  LARGEST_BLOCK = 1 << 20, /* larger ones only for a larger request */
};

struct arena_block
{
  struct arena_block *below;
  size_t used, room;
  _Alignas (16) char data[];
};

static struct arena_block *
add_block (struct arena *a, size_t at_least)
{
  size_t room = a->top ? a->top->room * 2 : FIRST_BLOCK;
  if (room > LARGEST_BLOCK)
    room = LARGEST_BLOCK;
  if (room < at_least)
    room = at_least;
  struct arena_block *b = room > PTRDIFF_MAX - sizeof *b ? NULL : calloc (1, sizeof *b + room);
  if (! b)
    return NULL;
  b->below = a->top;
  b->room = room;
  a->top = b;
  return b;
}

void *
arena_alloc (struct arena *a, size_t n)
{
  if (n > SIZE_MAX - 15)
    return NULL;
  n = n ? (n + 15) & ~(size_t) 15 : 16;
  struct arena_block *b = a->top;
  if (! b || b->room - b->used < n)
    b = add_block (a, n);
  if (! b)
    return NULL;
  void *p = b->data + b->used;
  b->used += n;
  return p;
}

char *
arena_strndup (struct arena *a, const char *s, size_t n)
{
  char *copy = n < SIZE_MAX ? arena_alloc (a, n + 1) : NULL;
  if (copy && n)
    memcpy (copy, s, n);
  return copy;
}

void
arena_free (struct arena *a)
{
  for (struct arena_block *b = a->top, *below; b; b = below)
    {
      below = b->below;
      free (b);
    }
  a->top = NULL;
}
