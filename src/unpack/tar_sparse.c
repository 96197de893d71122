/* tar_sparse.c - where a sparse file's parts belong: GNU's old maps in headers, and format 1.0's in the contents (GNU
 * tar manual, "Storing Sparse Files"). Pure. */
#include "tar_parts.h"

enum
{
  GNU_NUMBER = 12,
  GNU_EXTENT = 2 * GNU_NUMBER,
  DIGITS_MAX = 18, /* within 63 bits */
};

static int
add (struct tar_map *m, int64_t at, int64_t n, struct error **err)
{
  if (m->n == TAR_EXTENTS_MAX)
    return bad_layer (err, "a sparse file of more than %d parts", TAR_EXTENTS_MAX);
  m->v[m->n++] = (struct tar_extent) { at, n };
  return 0;
}

int
tar_map_add_gnu (struct tar_map *m, const uint8_t *p, size_t count, struct error **err)
{
  for (size_t i = 0; i < count && p[i * GNU_EXTENT]; i++)
    {
      int64_t at, n;
      if (tar_number (p + i * GNU_EXTENT, GNU_NUMBER, &at) < 0
          || tar_number (p + i * GNU_EXTENT + GNU_NUMBER, GNU_NUMBER, &n) < 0)
        return bad_layer (err, "the map of a sparse file is not well-formed");
      TRY (add (m, at, n, err));
    }
  return 0;
}

/* A line of the map is complete: first the number of extents, then two for each. */
static int
take_line (struct tar_map_text *t, struct error **err)
{
  int64_t v = t->number;
  t->number = 0;
  t->digits = 0;
  if (! t->counted)
    {
      if (v > TAR_EXTENTS_MAX)
        return bad_layer (err, "a sparse file of more than %d parts", TAR_EXTENTS_MAX);
      t->counted = true;
      t->want = 2 * v;
      return 0;
    }
  t->want--;
  if (t->want % 2 == 1)
    return add (t->map, v, 0, err);
  t->map->v[t->map->n - 1].n = v;
  return 0;
}

int
tar_map_feed (struct tar_map_text *t, const uint8_t block[TAR_BLOCK], struct error **err)
{
  for (size_t i = 0; i < TAR_BLOCK && ! (t->counted && t->want == 0); i++)
    {
      uint8_t c = block[i];
      if (c >= '0' && c <= '9' && t->digits < DIGITS_MAX)
        {
          t->number = t->number * 10 + (c - '0');
          t->digits++;
        }
      else if (c == '\n' && t->digits > 0)
        TRY (take_line (t, err));
      else
        return bad_layer (err, "the map of a sparse file is not well-formed");
    }
  return t->counted && t->want == 0;
}

int
tar_map_check (const struct tar_map *m, int64_t size, int64_t n_data, struct error **err)
{
  int64_t end = 0, sum = 0;
  for (size_t i = 0; i < m->n; i++)
    {
      const struct tar_extent *e = &m->v[i];
      if (e->at < end || e->n < 0 || e->at > size || e->n > size - e->at)
        return bad_layer (err, "the map of a sparse file overlaps or leads beyond its end");
      end = e->at + e->n;
      sum += e->n;
    }
  if (sum != n_data)
    return bad_layer (err, "the map of a sparse file has %lld bytes, its contents %lld", (long long) sum,
                      (long long) n_data);
  return 0;
}
