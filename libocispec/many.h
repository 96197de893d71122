/* many.h - arrays and maps as parser and emitter see them, whatever the type of their items. Internal. */
#ifndef OCISPEC_MANY_H
#define OCISPEC_MANY_H

#include <string.h>

#include "schema.h"

struct oci_many
{
  size_t n;
  void *v;
  const char **keys;
  bool set;
};

_Static_assert (sizeof (struct oci_many) == sizeof (struct oci_strings)
                    && offsetof (struct oci_many, keys) == offsetof (struct oci_strings, keys)
                    && offsetof (struct oci_many, set) == offsetof (struct oci_strings, set),
                "one layout for strs, map, list and dict");

/* `ints` has no keys. */
struct oci_ints
{
  size_t n;
  int64_t *v;
  bool set;
};

static inline bool
oci_has_keys (const struct oci_field *f)
{
  return f->kind == K_MAP || f->kind == K_DICT;
}

/* Bytes of one item of F. */
static inline size_t
oci_item_size (const struct oci_field *f)
{
  switch (f->kind)
    {
    case K_INTS:
      return sizeof (int64_t);
    case K_LIST:
    case K_DICT:
      return f->of.object->size;
    default:
      return sizeof (const char *);
    }
}

/* The members' types differ in what V points to, so they are copied and not cast: the compiler may assume that a
 * `struct oci_mount *` is never written through a `void *` lvalue. */
static inline struct oci_many
oci_many_load (const struct oci_field *f, const void *member)
{
  struct oci_many m = { 0 };
  if (f->kind == K_INTS)
    {
      struct oci_ints ints;
      memcpy (&ints, member, sizeof ints);
      return (struct oci_many) { .n = ints.n, .v = ints.v, .set = ints.set };
    }
  memcpy (&m, member, sizeof m);
  return m;
}

static inline void
oci_many_store (const struct oci_field *f, void *member, const struct oci_many *m)
{
  struct oci_ints ints = { .n = m->n, .v = m->v, .set = m->set };
  if (f->kind == K_INTS)
    memcpy (member, &ints, sizeof ints);
  else
    memcpy (member, m, sizeof *m);
}

#endif
