/* cpu_list.c - see cpu_list.h. Pure: any process. */
#include "security/cpu_list.h"

#include <ctype.h>

#include "mem.h"

#define LIMIT 65536UL
#define WORD_BITS (8 * sizeof (unsigned long))

static void
mask_set (struct number_mask *m, unsigned long bit)
{
  size_t need = bit / WORD_BITS + 1;
  if (need > m->n_words)
    {
      m->words = mem_grow (m->words, need, sizeof *m->words);
      memset (m->words + m->n_words, 0, (need - m->n_words) * sizeof *m->words);
      m->n_words = need;
    }
  unsigned long *word = &m->words[bit / WORD_BITS], mask = 1UL << bit % WORD_BITS;
  m->n_set += ! (*word & mask);
  *word |= mask;
}

/* A number at *S, which is moved behind it. */
static int
number (const char **s, unsigned long *ret)
{
  char *end;
  if (! isdigit ((unsigned char) **s))
    return -EINVAL;
  *ret = strtoul (*s, &end, 10);
  *s = end;
  return *ret < LIMIT ? 0 : -EINVAL;
}

static int
add_ranges (struct number_mask *m, const char *s)
{
  while (*s)
    {
      unsigned long from, to;
      TRY (number (&s, &from));
      to = from;
      if (*s == '-')
        {
          s++;
          TRY (number (&s, &to));
        }
      if (to < from)
        return -EINVAL;
      for (unsigned long n = from; n <= to; n++)
        mask_set (m, n);
      if (*s == ',' && s[1])
        s++;
      else if (*s)
        return -EINVAL;
    }
  return 0;
}

int
number_mask_parse (const char *list, struct number_mask *ret)
{
  struct number_mask m = { 0 };
  int r = add_ranges (&m, list);
  if (r < 0)
    {
      free (m.words);
      return r;
    }
  *ret = m;
  return 0;
}
