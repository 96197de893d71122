/* tar_header.c - one block as a header. Pure. */
#include "tar_parts.h"

/* Where things are in the block. */
struct ustar
{
  uint8_t name[100], mode[8], uid[8], gid[8], size[12], mtime[12], checksum[8], type, link[100], magic[6], version[2],
      uname[32], gname[32], major[8], minor[8], prefix[155], pad[12];
};
_Static_assert (sizeof (struct ustar) == TAR_BLOCK, "a header is one block");

enum
{
  STAR_PREFIX = 131, /* star keeps times in the last 24 bytes, and signs with "tar" at the end of the block */
};

static int
base_256 (const uint8_t *field, size_t n, int64_t *ret)
{
  bool negative = field[0] == 0xff;
  if (field[0] != 0x80 && ! negative)
    return -EINVAL;
  uint64_t v = negative ? UINT64_MAX : 0;
  for (size_t i = 1; i < n; i++)
    {
      /* What is shifted out, and the sign after it, have to be sign only. */
      if (v >> 55 != (negative ? UINT64_MAX >> 55 : 0))
        return -ERANGE;
      v = v << 8 | field[i];
    }
  *ret = (int64_t) v;
  return 0;
}

static bool
is_filler (uint8_t c)
{
  return c == ' ' || c == 0;
}

int
tar_number (const uint8_t *field, size_t n, int64_t *ret)
{
  size_t i = 0;
  int64_t v = 0;
  if (field[0] & 0x80)
    return base_256 (field, n, ret);
  while (i < n && is_filler (field[i]))
    i++;
  for (; i < n && field[i] >= '0' && field[i] <= '7'; i++)
    v = v << 3 | (field[i] - '0'); /* 12 digits are 36 bits */
  for (; i < n; i++)
    if (! is_filler (field[i]))
      return -EINVAL;
  *ret = v;
  return 0;
}

/* POSIX sums unsigned bytes; some old writers had signed ones, and all readers take both. */
static bool
checksum_right (const uint8_t block[TAR_BLOCK])
{
  const struct ustar *u = (const struct ustar *) block;
  int64_t want, as_unsigned = 0, as_signed = 0;
  for (size_t i = 0; i < TAR_BLOCK; i++)
    {
      bool own = i >= offsetof (struct ustar, checksum) && i < offsetof (struct ustar, type);
      as_unsigned += own ? ' ' : block[i];
      as_signed += own ? ' ' : (signed char) block[i];
    }
  return tar_number (u->checksum, sizeof u->checksum, &want) == 0 && (want == as_unsigned || want == as_signed);
}

static void
copy_text (char *to, const uint8_t *from, size_t n)
{
  size_t length = strnlen ((const char *) from, n);
  memcpy (to, from, length);
  to[length] = 0;
}

static void
join_name (const struct ustar *u, struct tar_header *ret)
{
  bool star = memcmp (u->pad + 8, "tar", 4) == 0;
  char *to = ret->name;
  copy_text (to, u->prefix, star ? STAR_PREFIX : sizeof u->prefix);
  if (*to)
    {
      to += strlen (to);
      *to++ = '/';
    }
  copy_text (to, u->name, sizeof u->name);
}

int
tar_header_parse (const uint8_t block[TAR_BLOCK], struct tar_header *ret, struct error **err)
{
  const struct ustar *u = (const struct ustar *) block;
  bool posix = memcmp (u->magic, "ustar", 6) == 0;
  struct tar_header h = {
    .type = u->type ? (char) u->type : TAR_FILE,
    .typeless = u->type == 0,
    .gnu = memcmp (u->magic, "ustar  ", 8) == 0,
  };
  struct { const char *name; const uint8_t *field; size_t n; int64_t *to, most; bool is_new; } numbers[] = {
    { "mode", u->mode, sizeof u->mode, &h.mode, INT64_MAX, false },
    { "uid", u->uid, sizeof u->uid, &h.uid, INT64_MAX, false },
    { "gid", u->gid, sizeof u->gid, &h.gid, INT64_MAX, false },
    { "size", u->size, sizeof u->size, &h.size, INT64_MAX, false },
    { "mtime", u->mtime, sizeof u->mtime, &h.mtime, INT64_MAX, false },
    { "major", u->major, sizeof u->major, &h.major, UINT32_MAX, true },
    { "minor", u->minor, sizeof u->minor, &h.minor, UINT32_MAX, true },
  };

  if (! checksum_right (block))
    return bad_layer (err, "no tar header, or one with a wrong checksum");
  for (size_t i = 0; i < ARRAY_LEN (numbers); i++)
    if ((posix || h.gnu || ! numbers[i].is_new)
        && (tar_number (numbers[i].field, numbers[i].n, numbers[i].to) < 0
            || *numbers[i].to > numbers[i].most || (*numbers[i].to < 0 && numbers[i].to != &h.mtime)))
      return bad_layer (err, "its tar header's %s is not a number or out of range", numbers[i].name);
  if (posix)
    join_name (u, &h);
  else
    copy_text (h.name, u->name, sizeof u->name);
  copy_text (h.link, u->link, sizeof u->link);
  *ret = h;
  return 0;
}
