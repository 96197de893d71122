/* nearest.c - the edit distance of names. Pure, in any process. */
#include "nearest.h"

enum
{
  LONGEST = 64, /* that is looked at */
};

static size_t
distance (const char *a, size_t n, const char *b)
{
  size_t m = strlen (b), row[LONGEST + 1];
  if (n > LONGEST || m > LONGEST)
    return SIZE_MAX;
  for (size_t j = 0; j <= m; j++)
    row[j] = j;
  for (size_t i = 1; i <= n; i++)
    {
      size_t diagonal = row[0];
      row[0] = i;
      for (size_t j = 1; j <= m; j++)
        {
          size_t other = diagonal + (a[i - 1] != b[j - 1]);
          diagonal = row[j];
          size_t step = (row[j] < row[j - 1] ? row[j] : row[j - 1]) + 1;
          row[j] = other < step ? other : step;
        }
    }
  return row[m];
}

void
nearest_offer (struct nearest *n, const char *candidate)
{
  size_t edits = distance (n->name, n->length, candidate);
  size_t limit = n->found ? n->best : n->length / 3 + 2; /* further away it is another word */
  if (edits >= limit)
    return;
  n->found = candidate;
  n->best = edits;
}

const char *
nearest (const char *name, const char *const *names, size_t n)
{
  struct nearest search = { .name = name, .length = strlen (name) };
  for (size_t i = 0; i < n; i++)
    nearest_offer (&search, names[i]);
  return search.found;
}
