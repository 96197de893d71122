/* test_unpack.c - the unpacker's pure parts: numbers, headers, extended headers, sparse maps, names, attributes, media
 * types. */
#include "check.h"
#include "decode.h"
#include "layer_name.h"
#include "mem.h"
#include "tar_parts.h"
#include "xattrs.h"

TEST (numbers)
{
  static const struct
  {
    const char *field;
    size_t n;
    int result;
    int64_t want;
  } rows[] = {
    { "0000644\0", 8, 0, 0644 },
    { "   644 \0", 8, 0, 0644 },
    { "77777777777", 11, 0, 077777777777 },
    { "777777777777", 12, 0, 0777777777777 },
    { "\0\0\0\0\0\0\0\0", 8, 0, 0 },
    { "0000648\0", 8, -EINVAL, 0 },
    { "64 4    ", 8, -EINVAL, 0 },
    { "-000001\0", 8, -EINVAL, 0 },
    { "\x80\0\0\0\0\0\0\x02\x80\0\0\0", 12, 0, INT64_C (10) << 30 },
    { "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xfe", 12, 0, -2 },
    { "\x80\0\0\0\x7f\xff\xff\xff\xff\xff\xff\xff", 12, 0, INT64_MAX },
    { "\x80\0\0\0\x80\0\0\0\0\0\0\0", 12, -ERANGE, 0 },
    { "\x80\x01\0\0\0\0\0\0\0\0\0\0", 12, -ERANGE, 0 },
    { "\xc0\0\0\0\0\0\0\0\0\0\0\0", 12, -EINVAL, 0 },
  };
  for (size_t i = 0; i < ARRAY_LEN (rows); i++)
    {
      int64_t v = 0;
      CHECK_INT (rows[i].result, tar_number ((const uint8_t *) rows[i].field, rows[i].n, &v));
      CHECK_INT (rows[i].want, v);
    }
}

/* A header of a file, to be changed and signed. */
static void
make_header (uint8_t block[TAR_BLOCK])
{
  memset (block, 0, TAR_BLOCK);
  memcpy (block, "name", 4);
  memcpy (block + 100, "0100755", 7); /* some writers put the file's type there, too */
  memcpy (block + 108, "0001750", 7);
  memcpy (block + 124, "00000000012", 11);
  block[156] = '0';
  memcpy (block + 257, "ustar\00000", 8);
}

static void
sign (uint8_t block[TAR_BLOCK], bool as_signed)
{
  int sum = 0;
  memset (block + 148, ' ', 8);
  for (size_t i = 0; i < TAR_BLOCK; i++)
    sum += as_signed ? (signed char) block[i] : block[i];
  snprintf ((char *) block + 148, 8, "%06o", (unsigned) sum);
}

TEST (headers)
{
  uint8_t block[TAR_BLOCK];
  struct tar_header h;
  make_header (block);
  sign (block, false);
  CHECK_INT (0, tar_header_parse (block, &h, NULL));
  CHECK_STR ("name", h.name);
  CHECK_INT (0100755, h.mode);
  CHECK_INT (1000, h.uid);
  CHECK_INT (10, h.size);
  CHECK (h.type == TAR_FILE && ! h.typeless && ! h.gnu);

  block[0] ^= 1;
  CHECK_INT (-UNPACK_BAD_LAYER, tar_header_parse (block, &h, NULL));

  make_header (block);
  block[0] = 0xe4;
  sign (block, true);
  CHECK_INT (0, tar_header_parse (block, &h, NULL));

  make_header (block);
  memset (block, 'n', 100);
  memset (block + 345, 'p', 155);
  sign (block, false);
  CHECK_INT (0, tar_header_parse (block, &h, NULL));
  CHECK_INT (256, strlen (h.name));
  CHECK (h.name[154] == 'p' && h.name[155] == '/' && h.name[156] == 'n');

  /* GNU and old headers have other things where the prefix is. */
  memcpy (block + 257, "ustar  ", 8);
  sign (block, false);
  CHECK_INT (0, tar_header_parse (block, &h, NULL));
  CHECK (h.gnu);
  CHECK_INT (100, strlen (h.name));

  make_header (block);
  memcpy (block + 124, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", 12);
  sign (block, false);
  CHECK_INT (-UNPACK_BAD_LAYER, tar_header_parse (block, &h, NULL));

  /* A device number of 2^32 + 1 is not the device 1. */
  make_header (block);
  memcpy (block + 329, "\x80\0\0\1\0\0\0\1", 8);
  sign (block, false);
  CHECK_INT (-UNPACK_BAD_LAYER, tar_header_parse (block, &h, NULL));
}

/* Parse TEXT, N bytes, which the caller frees as *RET_BODY. */
static int
parse (const char *text, size_t n, bool global, struct pax *ret, char **ret_body)
{
  *ret_body = mem_alloc (n + 1);
  memcpy (*ret_body, text, n);
  return tar_pax_parse (*ret_body, n, global, ret, NULL);
}
#define PARSE(text, global) parse (text, sizeof (text) - 1, global, &p, &body)

TEST (pax_records)
{
  static const char *const bad[] = {
    "1x path=f\n", "0 path=f\n", "99 path=f\n", "9 path=f", "10 path=fg", "6 path\n", "5 =x\n",
    " 10 path=f\n", "10path=f\n",
    "99999999999999999999999 path=f\n", "10 size=-\n", "11 size=+1\n", "10 size= \n", "29 size=99999999999999999999\n",
    "12 mtime=1.\n11 mtime=x\n", "13 mtime=1.x\n", "10 path=f\n3", "21 hdrcharset=UTF-16\n", "22 GNU.sparse.major=0\n",
    "22 GNU.sparse.major=1\n", "27 GNU.sparse.realsize=100\n", "24 SCHILY.xattr.user.a=\n24 SCHILY.xattr.user.a=\n",
    "18 SCHILY.xattr.=\n",
  };
  struct pax p;
  char *body;
  for (size_t i = 0; i < ARRAY_LEN (bad); i++)
    {
      CHECK_INT (-UNPACK_BAD_LAYER, parse (bad[i], strlen (bad[i]), false, &p, &body));
      free (body);
    }
  CHECK_INT (0, PARSE ("10 path=f\n14 linkpath=l\n13 size=1234\n15 mtime=-1.25\n9 uid=77\n", false));
  CHECK_STR ("f", p.path);
  CHECK_STR ("l", p.link);
  CHECK_INT (1234, p.size);
  CHECK_INT (77, p.uid);
  CHECK_INT (-1, p.gid);
  CHECK_INT (-2, p.mtime.tv_sec);
  CHECK_INT (750000000, p.mtime.tv_nsec);
  free (body);
}

TEST (pax_values)
{
  struct pax p;
  char *body;
  CHECK_INT (0, PARSE ("26 SCHILY.xattr.user.a=\0b\n", false));
  CHECK_INT (1, p.n_xattrs);
  CHECK_STR ("user.a", p.xattrs[0].name);
  CHECK_INT (2, p.xattrs[0].n);
  CHECK (memcmp (p.xattrs[0].value, "\0b", 2) == 0);
  free (body);
  CHECK_INT (-UNPACK_BAD_LAYER, PARSE ("11 path=a\0\n", false));
  free (body);
  CHECK_INT (0, PARSE ("8 path=\n16 vendor.x=abc\n21 hdrcharset=BINARY\n", false));
  CHECK (! p.path);
  free (body);
  CHECK_INT (0, PARSE ("13 comment=x\n", true));
  free (body);
  CHECK_INT (-UNPACK_BAD_LAYER, PARSE ("10 path=f\n", true));
  free (body);
  CHECK_INT (0, PARSE ("26 mtime=12.1234567891234\n", false));
  CHECK_INT (123456789, p.mtime.tv_nsec);
  free (body);
}

TEST (sparse_maps)
{
  struct tar_extent v[TAR_EXTENTS_MAX];
  struct tar_map m = { v, 0 };
  uint8_t block[TAR_BLOCK] = "2\n0\n3\n50\n4\n";
  struct tar_map_text t = { .map = &m };
  CHECK_INT (1, tar_map_feed (&t, block, NULL));
  CHECK_INT (2, m.n);
  CHECK_INT (50, m.v[1].at);
  CHECK_INT (4, m.v[1].n);
  CHECK_INT (0, tar_map_check (&m, 54, 7, NULL));
  CHECK_INT (-UNPACK_BAD_LAYER, tar_map_check (&m, 53, 7, NULL));
  CHECK_INT (-UNPACK_BAD_LAYER, tar_map_check (&m, 54, 8, NULL));
  m.v[1].at = 2;
  CHECK_INT (-UNPACK_BAD_LAYER, tar_map_check (&m, 54, 7, NULL));

  /* A map may go on in the next block, in the middle of a number. */
  memset (block, '0', sizeof block);
  memcpy (block, "1\n1", 3);
  t = (struct tar_map_text) { .map = &m };
  CHECK_INT (-UNPACK_BAD_LAYER, tar_map_feed (&t, block, NULL)); /* a number of 510 digits */
  memset (block, '\n', sizeof block);
  memcpy (block, "200\n", 4);
  for (size_t i = 4; i < sizeof block; i++)
    block[i] = i % 3 == 0 ? '\n' : '1';
  t = (struct tar_map_text) { .map = &m };
  m.n = 0;
  CHECK_INT (0, tar_map_feed (&t, block, NULL));
  CHECK_INT (1, t.digits % 3);
  memset (block, 0, sizeof block);
  t = (struct tar_map_text) { .map = &m };
  CHECK_INT (-UNPACK_BAD_LAYER, tar_map_feed (&t, block, NULL));
}

TEST (names)
{
  static const struct
  {
    const char *name;
    int kind; /* -1: refused */
    const char *dir, *base;
  } rows[] = {
    { "a", NAME_ENTRY, "", "a" },
    { "/a/b", NAME_ENTRY, "a", "b" },
    { ".//a/./b//c/", NAME_ENTRY, "a/b", "c" },
    { ".", NAME_ROOT, "", "" },
    { "/", NAME_ROOT, "", "" },
    { "./.", NAME_ROOT, "", "" },
    { "", -1, NULL, NULL },
    { "..", -1, NULL, NULL },
    { "a/../b", -1, NULL, NULL },
    { "a/..", -1, NULL, NULL },
    { "..a/b..", NAME_ENTRY, "..a", "b.." },
    { "a/.wh.b", NAME_WHITEOUT, "a", "b" },
    { ".wh.b", NAME_WHITEOUT, "", "b" },
    { "a/.wh..wh..opq", NAME_OPAQUE, "a", "" },
    { ".wh..wh.plnk", NAME_AUFS, "", NULL },
    { ".wh..wh.plnk/1.2", NAME_AUFS, NULL, NULL },
    { ".wh.", -1, NULL, NULL },
    { ".wh..", -1, NULL, NULL },
    { ".wh...", -1, NULL, NULL },
    { ".wh..wh.x", -1, NULL, NULL },
    { ".wh.a/b", -1, NULL, NULL },
    { ".wh...b", NAME_WHITEOUT, "", "..b" },
    { "a/.wh", NAME_ENTRY, "a", ".wh" },
  };
  for (size_t i = 0; i < ARRAY_LEN (rows); i++)
    {
      struct layer_name n;
      int r = layer_name_parse (rows[i].name, &n, NULL);
      CHECK_INT (rows[i].kind < 0 ? -UNPACK_BAD_LAYER : 0, r);
      if (r < 0)
        continue;
      CHECK_INT (rows[i].kind, n.kind);
      if (rows[i].dir)
        CHECK_STR (rows[i].dir, n.dir);
      if (rows[i].base)
        CHECK_STR (rows[i].base, n.base);
    }
}

TEST (long_names)
{
  struct layer_name n;
  char name[TAR_NAME_MAX + 1];
  memset (name, 'a', sizeof name - 1);
  name[NAME_MAX] = 0;
  CHECK_INT (0, layer_name_parse (name, &n, NULL));
  name[NAME_MAX] = 'a';
  name[NAME_MAX + 1] = 0;
  CHECK_INT (-UNPACK_BAD_LAYER, layer_name_parse (name, &n, NULL));
  for (size_t i = 0; i + 1 < sizeof name; i += 2)
    memcpy (name + i, "d/", 2);
  name[2 * UNPACK_DEPTH_MAX] = 0;
  CHECK_INT (0, layer_name_parse (name, &n, NULL));
  memcpy (name + 2 * UNPACK_DEPTH_MAX, "x", 2);
  CHECK_INT (-UNPACK_BAD_LAYER, layer_name_parse (name, &n, NULL));
}

TEST (attributes)
{
  static const uint8_t v2[20] = { 1, 0, 0, 2, 0, 4 }, v3[24] = { 1, 0, 0, 3, 0, 4 }, flags[20] = { 2, 0, 0, 2 };
  static const struct
  {
    struct tar_xattr x;
    enum xattr_verdict want;
  } rows[] = {
    { { "user.x", "", 0 }, XATTR_SET },
    { { "user.overlay.opaque", "y", 1 }, XATTR_DROP },
    { { "user.overlaid", "y", 1 }, XATTR_SET },
    { { "trusted.overlay.opaque", "y", 1 }, XATTR_DROP },
    { { "trusted.x", "y", 1 }, XATTR_DROP },
    { { "security.selinux", "y", 1 }, XATTR_DROP },
    { { "system.posix_acl_access", "y", 1 }, XATTR_DROP },
    { { "nonsense", "y", 1 }, XATTR_INVALID },
    { { "security.capability", v2, sizeof v2 }, XATTR_SET },
    { { "security.capability", v2, sizeof v2 - 1 }, XATTR_INVALID },
    { { "security.capability", v3, sizeof v3 }, XATTR_INVALID },
    { { "security.capability", flags, sizeof flags }, XATTR_INVALID },
    { { "security.capability", "", 0 }, XATTR_INVALID },
  };
  for (size_t i = 0; i < ARRAY_LEN (rows); i++)
    CHECK_INT (rows[i].want, xattr_judge (&rows[i].x));
}

TEST (media_types)
{
  CHECK (media_type_find ("application/vnd.oci.image.layer.v1.tar+zstd"));
  CHECK (media_type_find ("application/vnd.docker.image.rootfs.diff.tar.gzip"));
  CHECK (! media_type_find ("application/vnd.oci.image.layer.v1.tar+xz"));
  CHECK (! media_type_find ("application/vnd.oci.image.layer.nondistributable.v1.tar"));
}

TEST_MAIN (X (numbers) X (headers) X (pax_records) X (pax_values) X (sparse_maps) X (names) X (long_names)
           X (attributes) X (media_types))
