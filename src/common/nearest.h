/* nearest.h - which name may have been meant. Pure. */
#ifndef COMMON_NEAREST_H
#define COMMON_NEAREST_H

#include "util.h"

/* A search for NAME of LENGTH bytes, which start as set; FOUND is the candidate so far with the fewest edits (a
 * letter more, less or another), NULL if none is near. */
struct nearest
{
  const char *name;
  size_t length;
  const char *found;
  size_t best; /* edits of FOUND */
};
void nearest_offer (struct nearest *n, const char *candidate);

/* Of the N NAMES the nearest to NAME; NULL if none is near. */
const char *nearest (const char *name, const char *const *names, size_t n);

#endif
