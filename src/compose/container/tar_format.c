/* tar_format.c - see tar_format.h. */
#include "tar_format.h"

/* Fields of a block: name, where, how long. */
#define FIELDS(X)                                                                                                     \
  X (NAME, 0, 100) X (MODE, 100, 8) X (UID, 108, 8) X (GID, 116, 8) X (SIZE, 124, 12) X (MTIME, 136, 12)           \
  X (SUM, 148, 8) X (TYPE, 156, 1) X (LINK, 157, 100) X (MAGIC, 257, 8) X (PREFIX, 345, 155)
enum
{
#define FIELD_ENUM(name, at, length) F_##name = at, N_##name = length,
  FIELDS (FIELD_ENUM)
#undef FIELD_ENUM
  MAX_ID = 07777777,
};
#define MAX_SIZE 077777777777LL

void
tar_entry_free (struct tar_entry *e)
{
  free (e->name);
  free (e->link);
  *e = (struct tar_entry) { 0 };
}

static void
put_octal (char *field, int length, int64_t value)
{
  char digits[24];
  snprintf (digits, sizeof digits, "%0*llo", length - 1, (unsigned long long) value);
  memcpy (field, digits, (size_t) length - 1);
}

static unsigned
checksum (const char *block)
{
  unsigned sum = 0;
  for (int i = 0; i < TAR_BLOCK; i++)
    sum += i >= F_SUM && i < F_SUM + N_SUM ? ' ' : (unsigned char) block[i];
  return sum;
}

static void
put_block (struct text *t, const struct tar_entry *e)
{
  char b[TAR_BLOCK] = { 0 };
  strncpy (b + F_NAME, e->name, N_NAME);
  put_octal (b + F_MODE, N_MODE, e->mode & 07777);
  put_octal (b + F_UID, N_UID, e->uid <= MAX_ID ? e->uid : 0);
  put_octal (b + F_GID, N_GID, e->gid <= MAX_ID ? e->gid : 0);
  put_octal (b + F_SIZE, N_SIZE, e->size <= MAX_SIZE ? e->size : 0);
  put_octal (b + F_MTIME, N_MTIME, e->mtime > 0 ? e->mtime : 0);
  b[F_TYPE] = e->type;
  if (e->link)
    strncpy (b + F_LINK, e->link, N_LINK);
  memcpy (b + F_MAGIC, "ustar\00000", N_MAGIC);
  put_octal (b + F_SUM, N_SUM - 1, checksum (b));
  b[F_SUM + N_SUM - 1] = ' ';
  text_add_bytes (t, b, sizeof b);
}

/* "LENGTH KEY=VALUE\n", where LENGTH counts itself. */
static void
add_pax (struct text *t, const char *key, const char *value)
{
  size_t rest = strlen (key) + strlen (value) + 3, digits = 1;
  for (size_t power = 10; rest + digits >= power; power *= 10)
    digits++;
  size_t length = rest + digits;
  text_printf (t, "%zu %s=%s\n", length, key, value);
}

static void
add_pax_number (struct text *t, const char *key, int64_t value, int64_t most)
{
  char buf[24];
  snprintf (buf, sizeof buf, "%lld", (long long) value);
  if (value > most)
    add_pax (t, key, buf);
}

void
tar_encode (struct text *t, const struct tar_entry *e)
{
  static const char zeros[TAR_BLOCK];
  autotext struct text pax = { 0 };
  if (strlen (e->name) > N_NAME)
    add_pax (&pax, "path", e->name);
  if (e->link && strlen (e->link) > N_LINK)
    add_pax (&pax, "linkpath", e->link);
  add_pax_number (&pax, "uid", e->uid, MAX_ID);
  add_pax_number (&pax, "gid", e->gid, MAX_ID);
  add_pax_number (&pax, "size", e->size, MAX_SIZE);
  if (pax.len)
    {
      struct tar_entry before = { .type = TAR_PAX, .name = (char *) "PaxHeader", .mode = 0644,
                                  .size = (int64_t) pax.len };
      put_block (t, &before);
      text_add_bytes (t, pax.s, pax.len);
      text_add_bytes (t, zeros, (TAR_BLOCK - pax.len % TAR_BLOCK) % TAR_BLOCK);
    }
  put_block (t, e);
}

/* Octal digits with blanks around, or GNU's binary form. */
static int64_t
get_number (const char *field, int length)
{
  int64_t v = 0;
  if (field[0] & '\x80')
    {
      for (int i = 1; i < length; i++)
        v = (v & 0x7fffffffffffff) << 8 | (unsigned char) field[i];
      return v;
    }
  int i = 0;
  while (i < length && field[i] == ' ')
    i++;
  for (; i < length && field[i] >= '0' && field[i] <= '7'; i++)
    v = v << 3 | (field[i] - '0');
  return v;
}

int
tar_decode (const char block[TAR_BLOCK], struct tar_entry *ret)
{
  static const char zeros[TAR_BLOCK];
  if (memcmp (block, zeros, TAR_BLOCK) == 0)
    return 0;
  if (get_number (block + F_SUM, N_SUM) != checksum (block))
    return -EBADMSG;
  size_t prefix = memcmp (block + F_MAGIC, "ustar\0", 6) == 0 ? strnlen (block + F_PREFIX, N_PREFIX) : 0;
  *ret = (struct tar_entry) {
    .type = block[F_TYPE] == '\0' || block[F_TYPE] == '7' ? TAR_FILE : block[F_TYPE],
    .mode = (mode_t) get_number (block + F_MODE, N_MODE) & 07777,
    .uid = (uid_t) get_number (block + F_UID, N_UID),
    .gid = (gid_t) get_number (block + F_GID, N_GID),
    .size = get_number (block + F_SIZE, N_SIZE),
    .mtime = get_number (block + F_MTIME, N_MTIME),
    .link = mem_strndup (block + F_LINK, strnlen (block + F_LINK, N_LINK)),
    .name = mem_printf ("%.*s%s%.*s", (int) prefix, block + F_PREFIX, prefix ? "/" : "",
                        (int) strnlen (block + F_NAME, N_NAME), block + F_NAME),
  };
  return ret->size < 0 ? -EBADMSG : 1;
}

static void
replace (char **to, const char *s, size_t n)
{
  free (*to);
  *to = mem_strndup (s, n);
}

static void
apply (struct tar_entry *e, const char *key, size_t key_n, const char *value, size_t n)
{
  autofree char *number = mem_strndup (value, n);
  autofree char *name = mem_strndup (key, key_n);
  if (streq (name, "path"))
    replace (&e->name, value, n);
  else if (streq (name, "linkpath"))
    replace (&e->link, value, n);
  else if (streq (name, "size"))
    e->size = strtoll (number, NULL, 10);
  else if (streq (name, "uid"))
    e->uid = (uid_t) strtoul (number, NULL, 10);
  else if (streq (name, "gid"))
    e->gid = (gid_t) strtoul (number, NULL, 10);
  else if (streq (name, "mtime"))
    e->mtime = strtoll (number, NULL, 10);
}

int
tar_pax_apply (const char *text, size_t n, struct tar_entry *e)
{
  for (size_t at = 0; at < n; )
    {
      char *blank;
      unsigned long length = strtoul (text + at, &blank, 10);
      if (*blank != ' ' || length < 5 || length > n - at || text[at + length - 1] != '\n')
        return -EBADMSG;
      const char *key = blank + 1, *end = text + at + length - 1;
      const char *equal = key < end ? memchr (key, '=', (size_t) (end - key)) : NULL;
      if (! equal)
        return -EBADMSG;
      apply (e, key, (size_t) (equal - key), equal + 1, (size_t) (end - equal - 1));
      at += length;
    }
  return e->size < 0 ? -EBADMSG : 0;
}
