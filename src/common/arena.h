/* arena.h - memory that is released all at once: everything that a document or a plan owns.
 * Allocation returns zeroed, 16-byte aligned memory, or NULL when there is none (the library's callers decide). */
#ifndef COMMON_ARENA_H
#define COMMON_ARENA_H

#include "util.h"

struct arena_block;
struct arena
{
  struct arena_block *top;
};

void *arena_alloc (struct arena *a, size_t n);
char *arena_strndup (struct arena *a, const char *s, size_t n);
void arena_free (struct arena *a);
#define autoarena __attribute__ ((cleanup (arena_free)))

#endif
