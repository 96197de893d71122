/* merge.c - see merge.h. Pure. */
#include "merge.h"

#include "mem.h"
#include "ocispec.h"

static void *
take (struct arena *arena, size_t n)
{
  void *p = arena_alloc (arena, n);
  if (! p)
    out_of_memory ();
  return p;
}

/* C_ints without a name is a type of its own each time. */
typedef C_ints ints;

/* Bytes of a member. */
static const size_t sizes[] = {
  [K_STR] = sizeof (char *), [K_ONEOF] = sizeof (char *), [K_FLAG] = sizeof (struct opt_bool),
  [K_INT] = sizeof (struct opt_i64), [K_U64] = sizeof (struct opt_u64), [K_STRS] = sizeof (struct oci_strings),
  [K_MAP] = sizeof (struct oci_strings), [K_INTS] = sizeof (ints), [K_OBJ] = sizeof (void *),
  [K_LIST] = sizeof (struct oci_strings), [K_DICT] = sizeof (struct oci_strings), [K_JSON] = sizeof (char *),
};

static void
merge_maps (struct oci_strings *to, const struct oci_strings *new, struct arena *arena)
{
  struct oci_strings all = { .set = true };
  all.v = take (arena, (to->n + new->n) * sizeof *all.v);
  all.keys = take (arena, (to->n + new->n) * sizeof *all.keys);
  for (size_t i = 0; i < to->n + new->n; i++)
    {
      const struct oci_strings *from = i < to->n ? to : new;
      size_t k = i < to->n ? i : i - to->n, at = 0;
      while (at < all.n && ! streq (all.keys[at], from->keys[k]))
        at++;
      all.keys[at] = from->keys[k];
      all.v[at] = from->v[k];
      all.n += at == all.n;
    }
  *to = all;
}

void *
merge_objects (const struct oci_schema *schema, const void *old, const void *new, struct arena *arena)
{
  char *to = take (arena, schema->size);
  if (old)
    memcpy (to, old, schema->size);
  for (size_t i = 0; new && i < schema->n_fields; i++)
    {
      const struct oci_field *f = &schema->fields[i];
      const char *from = (const char *) new + f->offset;
      if (! oci_is_given (f, from))
        continue;
      if (f->kind == K_OBJ)
        {
          const void *below[2];
          memcpy (&below[0], to + f->offset, sizeof below[0]);
          memcpy (&below[1], from, sizeof below[1]);
          below[0] = merge_objects (f->of.object, below[0], below[1], arena);
          memcpy (to + f->offset, &below[0], sizeof below[0]);
        }
      else if (f->kind == K_MAP)
        merge_maps ((struct oci_strings *) (void *) (to + f->offset), (const struct oci_strings *) (const void *) from,
                    arena);
      else
        memcpy (to + f->offset, from, sizes[f->kind]);
    }
  return to;
}
