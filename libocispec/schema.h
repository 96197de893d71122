/* schema.h - one declarative list per object gives its C struct, and the table that parses, checks and emits it.
 *
 * A list names, for each member: its kind, its C name, its key in the document, and attributes such as
 * `.required = true`. DECLARE (T) makes `struct oci_T` and declares `oci_T_schema`; DEFINE (T) defines the table.
 * Everything a document owns lies in one arena: there is no free function per type. */
#ifndef OCISPEC_SCHEMA_H
#define OCISPEC_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct opt_bool
{
  bool value, set;
};
struct opt_i64
{
  int64_t value;
  bool set;
};
struct opt_u64
{
  uint64_t value;
  bool set;
};

/* The kinds of members and their C types. Arrays and maps: N values; `set` tells an empty one from an absent one;
 * KEYS only for maps and dicts, in the order of the document. */
#define C_str const char *                                                 /* string; NULL if absent */
#define C_oneof(E) const char *                                            /* one of the strings names_E */
#define C_flag struct opt_bool                                             /* true or false */
#define C_i64 struct opt_i64                                               /* integer */
#define C_u32 struct opt_i64                                               /* integer, 0 to 2^32-1 */
#define C_range(lo, hi) struct opt_i64                                     /* integer, lo to hi */
#define C_u64 struct opt_u64                                               /* integer, 0 to 2^64-1 */
#define C_strs struct oci_strings                                          /* array of strings */
#define C_map struct oci_strings                                           /* object of strings */
#define C_ints struct { size_t n; int64_t *v; bool set; }                  /* array of integers 0 to 2^32-1 */
#define C_json const char *                                                /* any value, as JSON text on one line */
#define C_scalar const char *                                              /* string, number or boolean, as its text */
#define C_duration struct opt_i64                                          /* string "1m30s", microseconds */
#define C_bytes struct opt_i64                                             /* string "64m", or a number; -1: no limit */
#define C_obj(T) struct OCI_TYPE (T) *                                          /* object; NULL if absent */
#define C_list(T) struct { size_t n; struct OCI_TYPE (T) *v; const char **keys; bool set; } /* array of objects */
#define C_dict(T) struct { size_t n; struct OCI_TYPE (T) *v; const char **keys; bool set; } /* object of objects */

/* The names of the types begin with "oci_"; whoever has documents of his own redefines it before his lists, and
 * defines it back after them. */
#define OCI_PREFIX oci_
#define OCI_PASTE2(a, b) a##b
#define OCI_PASTE(a, b) OCI_PASTE2 (a, b)
#define OCI_TYPE(T) OCI_PASTE (OCI_PREFIX, T)
#define OCI_SCHEMA(T) OCI_PASTE (OCI_TYPE (T), _schema)

struct oci_strings
{
  size_t n;
  const char **v;
  const char **keys;
  bool set;
};

enum oci_kind
{
  K_STR,
  K_ONEOF,
  K_FLAG,
  K_INT,
  K_U64,
  K_STRS,
  K_MAP,
  K_INTS,
  K_OBJ,
  K_LIST,
  K_DICT,
  K_JSON,
  K_SCALAR,
  K_DURATION,
  K_BYTES,
};

enum
{
  OCI_MAX_FIELDS = 128, /* of one object */
};

struct oci_schema;

struct oci_field
{
  const char *key;
  size_t offset;
  enum oci_kind kind;
  union
  {
    const struct oci_schema *object;
    const char *const *names;
  } of;
  int64_t min, max;
  bool required;
};

struct oci_schema
{
  const char *name;
  size_t size, n_fields;
  const struct oci_field *fields;
};

#define D_str .kind = K_STR
#define D_oneof(E) .kind = K_ONEOF, .of.names = names_##E
#define D_flag .kind = K_FLAG
#define D_i64 .kind = K_INT, .min = INT64_MIN, .max = INT64_MAX
#define D_u32 .kind = K_INT, .min = 0, .max = UINT32_MAX
#define D_range(lo, hi) .kind = K_INT, .min = lo, .max = hi
#define D_u64 .kind = K_U64
#define D_strs .kind = K_STRS
#define D_map .kind = K_MAP
#define D_ints .kind = K_INTS, .min = 0, .max = UINT32_MAX
#define D_json .kind = K_JSON
#define D_scalar .kind = K_SCALAR
#define D_duration .kind = K_DURATION
#define D_bytes .kind = K_BYTES
#define D_obj(T) .kind = K_OBJ, .of.object = &OCI_SCHEMA (T)
#define D_list(T) .kind = K_LIST, .of.object = &OCI_SCHEMA (T)
#define D_dict(T) .kind = K_DICT, .of.object = &OCI_SCHEMA (T)

#define OCI_MEMBER(T, k, member, json, ...) C_##k member;
#define OCI_FIELD(T, k, member, json, ...) \
  { .key = json, .offset = offsetof (struct OCI_TYPE (T), member), D_##k, ##__VA_ARGS__ },
#define DECLARE(T)                \
  struct OCI_TYPE (T)             \
  {                               \
    SPEC_##T (OCI_MEMBER, T)      \
  };                              \
  extern const struct oci_schema OCI_SCHEMA (T);
#define DEFINE(T)                                                              \
  static const struct oci_field T##_fields[] = { SPEC_##T (OCI_FIELD, T) };    \
  _Static_assert (sizeof T##_fields / sizeof *T##_fields <= OCI_MAX_FIELDS, "a parser's sets of members"); \
  const struct oci_schema OCI_SCHEMA (T) = { #T, sizeof (struct OCI_TYPE (T)),    \
                                               sizeof T##_fields / sizeof *T##_fields, T##_fields };

#endif
