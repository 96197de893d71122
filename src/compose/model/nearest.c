/* nearest.c - the edit distance of names. Pure. */
#include "nearest.h"

enum
{
  LONGEST = 64, /* that is looked at */
};

static size_t
distance (const char *a, const char *b)
{
  size_t n = strlen (a), m = strlen (b), row[LONGEST + 1];
  if (n > LONGEST || m > LONGEST)
    return LONGEST;
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

const char *
nearest (const char *name, const char *const *names, size_t n)
{
  size_t best = strlen (name) / 3 + 2; /* further away it is another word */
  const char *found = NULL;
  for (size_t i = 0; i < n; i++)
    {
      size_t d = distance (name, names[i]);
      if (d < best)
        found = names[i];
      best = d < best ? d : best;
    }
  return found;
}
