/* tar_pax.c - extended headers: records "LENGTH KEY=VALUE\n" (POSIX pax, "pax Header Block"). A malformed one is an
 * error: what skips it applies the rest to the wrong file. Pure. */
#include "tar_parts.h"

enum
{
  SECOND = 1000000000,
};

struct record
{
  char *key, *value; /* with a NUL after each */
  size_t n;          /* of the value */
};

/* Decimal digits and nothing else. */
static int
parse_decimal (const char *s, int64_t *ret)
{
  int64_t v = 0;
  if (! *s)
    return -EINVAL;
  for (; *s; s++)
    if (*s < '0' || *s > '9' || __builtin_mul_overflow (v, 10, &v) || __builtin_add_overflow (v, *s - '0', &v))
      return -EINVAL;
  *ret = v;
  return 0;
}

/* "-1.5" is one and a half seconds before 1970. Digits below nanoseconds are dropped, as files have none. */
static int
parse_time (char *s, struct timespec *ret)
{
  bool negative = *s == '-';
  char *dot = strchr (s, '.');
  int64_t seconds;
  long ns = 0;
  unsigned n = 0;
  if (dot)
    *dot++ = 0;
  TRY (parse_decimal (s + negative, &seconds));
  for (; dot && *dot; dot++, n++)
    {
      if (*dot < '0' || *dot > '9')
        return -EINVAL;
      if (n < 9)
        ns = ns * 10 + (*dot - '0');
    }
  for (; n < 9; n++)
    ns *= 10;
  *ret = (struct timespec) { negative ? -seconds : seconds, ns };
  if (negative && ns > 0)
    *ret = (struct timespec) { -seconds - 1, SECOND - ns };
  return 0;
}

/* How a value is read. */
enum value_kind
{
  VALUE_TEXT,
  VALUE_NUMBER,
  VALUE_TIME,
  VALUE_CHARSET,  /* must be one that leaves bytes as they are */
  VALUE_ONE,      /* "1": GNU.sparse.major */
  VALUE_ZERO,     /* "0": GNU.sparse.minor */
  VALUE_REFUSED,
};

#define ROW(key, kind, member) { key, kind, offsetof (struct pax, member) }
static const struct key
{
  const char *key;
  enum value_kind kind;
  size_t offset;
} keys[] = {
  ROW ("path", VALUE_TEXT, path),
  ROW ("linkpath", VALUE_TEXT, link),
  ROW ("size", VALUE_NUMBER, size),
  ROW ("uid", VALUE_NUMBER, uid),
  ROW ("gid", VALUE_NUMBER, gid),
  ROW ("mtime", VALUE_TIME, mtime),
  ROW ("hdrcharset", VALUE_CHARSET, path),
  ROW ("GNU.sparse.major", VALUE_ONE, sparse),
  ROW ("GNU.sparse.minor", VALUE_ZERO, sparse),
  ROW ("GNU.sparse.name", VALUE_TEXT, sparse_name),
  ROW ("GNU.sparse.realsize", VALUE_NUMBER, sparse_size),
  /* The formats 0.0 and 0.1, which nobody has written by default since 2006. */
  ROW ("GNU.sparse.map", VALUE_REFUSED, sparse),
  ROW ("GNU.sparse.numblocks", VALUE_REFUSED, sparse),
  ROW ("GNU.sparse.offset", VALUE_REFUSED, sparse),
  ROW ("GNU.sparse.size", VALUE_REFUSED, sparse),
};

static int
set_value (const struct key *k, const struct record *r, struct pax *ret)
{
  void *at = (char *) ret + k->offset;
  if (memchr (r->value, 0, r->n))
    return -EINVAL;
  switch (k->kind)
    {
    case VALUE_TEXT:
      *(const char **) at = r->value;
      return r->n <= TAR_NAME_MAX ? 0 : -ENAMETOOLONG;
    case VALUE_NUMBER:
      return parse_decimal (r->value, at);
    case VALUE_TIME:
      ret->has_mtime = true;
      return parse_time (r->value, at);
    case VALUE_CHARSET:
      return streq (r->value, "BINARY") || streq (r->value, "ISO-IR 10646 2000 UTF-8") ? 0 : -EINVAL;
    case VALUE_ONE:
      ret->sparse = true;
      return streq (r->value, "1") ? 0 : -EINVAL;
    case VALUE_ZERO:
      return streq (r->value, "0") ? 0 : -EINVAL;
    case VALUE_REFUSED:
      break;
    }
  return -EINVAL;
}

/* An empty value takes back what a global header said, and ours say nothing. */
static int
take_known (const struct key *k, const struct record *r, struct pax *ret, struct error **err)
{
  if (r->n == 0)
    return 0;
  int code = set_value (k, r, ret);
  if (code == -ENAMETOOLONG)
    return bad_layer (err, "extended header: %s has %zu bytes, the limit is %d", k->key, r->n, TAR_NAME_MAX);
  if (code < 0)
    return bad_layer (err, "extended header: %s=%.100s: not valid, or not supported", k->key, r->value);
  return 0;
}

static int
take_xattr (const char *name, const struct record *r, struct pax *ret, struct error **err)
{
  if (! *name || ret->n_xattrs == TAR_XATTRS_MAX)
    return bad_layer (err, "extended header: %s",
                      *name ? "too many extended attributes" : "an extended attribute without a name");
  for (size_t i = 0; i < ret->n_xattrs; i++)
    if (streq (ret->xattrs[i].name, name))
      return bad_layer (err, "extended header: %s is there twice", r->key);
  ret->xattrs[ret->n_xattrs++] = (struct tar_xattr) { name, r->value, r->n };
  return 0;
}

/* Keys that are nobody's here are for other readers (POSIX: "shall ignore"); LIBARCHIVE.xattr repeats SCHILY.xattr. */
static int
take_record (const struct record *r, bool global, struct pax *ret, struct error **err)
{
  const char *xattr = after_prefix (r->key, "SCHILY.xattr.");
  const struct key *known = NULL;
  for (size_t i = 0; ! known && i < ARRAY_LEN (keys); i++)
    if (streq (keys[i].key, r->key))
      known = &keys[i];
  /* Some readers apply these to all that follows, some to nothing. */
  if (global && (known || xattr))
    return bad_layer (err, "extended header: %s for all entries at once", r->key);
  if (xattr)
    return take_xattr (xattr, r, ret, err);
  return known ? take_known (known, r, ret, err) : 0;
}

/* The record at *P, which is moved on. */
static int
next_record (char **p, const char *end, struct record *ret)
{
  char *s = *p;
  size_t n = 0, left = (size_t) (end - s);
  while (s < end && *s >= '0' && *s <= '9' && n <= TAR_PAX_MAX)
    n = n * 10 + (size_t) (*s++ - '0');
  if (s == *p || **p == '0' || s == end || *s != ' ' || n > left || n < (size_t) (s - *p) + sizeof " k=\n" - 1)
    return -EINVAL;
  char *last = *p + n - 1, *key = s + 1;
  char *equals = memchr (key, '=', (size_t) (last - key));
  if (*last != '\n' || ! equals || equals == key || memchr (key, 0, (size_t) (equals - key)))
    return -EINVAL;
  *equals = *last = 0;
  *ret = (struct record) { key, equals + 1, (size_t) (last - equals - 1) };
  *p = last + 1;
  return 0;
}

int
tar_pax_parse (char *body, size_t n, bool global, struct pax *ret, struct error **err)
{
  const char *end = body + n;
  memset (ret, 0, sizeof *ret);
  ret->size = ret->uid = ret->gid = ret->sparse_size = -1;
  for (char *p = body; p < end;)
    {
      struct record r;
      if (next_record (&p, end, &r) < 0)
        return bad_layer (err, "extended header: a record is not well-formed at byte %td", p - body);
      TRY (take_record (&r, global, ret, err));
    }
  if (ret->sparse ? ret->sparse_size < 0 || ! ret->sparse_name : ret->sparse_size >= 0 || ret->sparse_name)
    return bad_layer (err, "extended header: a sparse file's size, name or format is missing");
  return 0;
}
