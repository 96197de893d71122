/* tar.c - the reader: headers and those that extend them put together to entries. Owns their memory. Calls stream.h and
 * the pure parts (tar_parts.h). */
#include "tar.h"

#include "mem.h"
#include "stream.h"
#include "tar_parts.h"

enum
{
  /* In the header block of type 'S', and in the blocks that continue its map. */
  GNU_MAP_AT = 386,
  GNU_MAP_COUNT = 4,
  GNU_MAP_MORE_AT = 482,
  GNU_SIZE_AT = 483,
  GNU_NEXT_COUNT = 21,
  GNU_NEXT_MORE_AT = 504,
};

struct tar
{
  struct stream *in;
  struct tar_entry entry;
  struct tar_header header;
  struct pax pax;
  char *pax_body;           /* TAR_PAX_MAX + 1, once one was seen */
  char long_name[TAR_NAME_MAX + 1], long_link[TAR_NAME_MAX + 1];
  bool has_pax, has_long_name, has_long_link;
  struct tar_map map;       /* v: NULL until the first sparse file */
  bool sparse;
  size_t extent;            /* which one comes next, and what of it is done */
  int64_t extent_done;
  int64_t left;             /* of the entry's bytes in the archive */
  size_t padding, lent;     /* LENT: bytes of the last piece, to be consumed */
};

struct tar *
tar_open (struct stream *stream)
{
  struct tar *t = mem_alloc (sizeof *t);
  t->in = stream;
  return t;
}

void
tar_close (struct tar **t)
{
  if (*t)
    {
      free ((*t)->pax_body);
      free ((*t)->map.v);
    }
  free (*t);
  *t = NULL;
}

static size_t
padding_of (int64_t size)
{
  return (size_t) (-(uint64_t) size % TAR_BLOCK);
}

static bool
is_zero (const uint8_t *p, size_t n)
{
  return n == 0 || (p[0] == 0 && memcmp (p, p + 1, n - 1) == 0);
}

/* The contents of a header that extends the next: SIZE bytes and a NUL to TO. */
static int
read_extension (struct tar *t, char *to, int64_t limit, struct error **err)
{
  int64_t n = t->header.size;
  uint8_t padding[TAR_BLOCK];
  if (n > limit)
    return bad_layer (err, "an extended header of %lld bytes; the limit is %lld", (long long) n, (long long) limit);
  TRY (stream_take (t->in, to, (size_t) n, err));
  to[n] = 0;
  return stream_take (t->in, padding, padding_of (n), err);
}

static int
read_pax (struct tar *t, bool global, struct error **err)
{
  if (t->has_pax)
    return bad_layer (err, "two extended headers for one entry");
  if (! t->pax_body)
    t->pax_body = mem_alloc (TAR_PAX_MAX + 1);
  TRY (read_extension (t, t->pax_body, TAR_PAX_MAX, err));
  TRY (tar_pax_parse (t->pax_body, (size_t) t->header.size, global, &t->pax, err));
  t->has_pax = ! global;
  return 0;
}

/* GNU's long names end with a NUL, usually. */
static int
read_long (struct tar *t, char *to, bool *has, struct error **err)
{
  if (*has)
    return bad_layer (err, "two long names for one entry");
  TRY (read_extension (t, to, TAR_NAME_MAX, err));
  size_t n = strlen (to), all = (size_t) t->header.size;
  if (n == 0 || ! is_zero ((const uint8_t *) to + n, all - n))
    return bad_layer (err, "a long name that is empty or has a NUL inside");
  *has = true;
  return 0;
}

static struct tar_map *
empty_map (struct tar *t)
{
  if (! t->map.v)
    t->map.v = mem_alloc (TAR_EXTENTS_MAX * sizeof *t->map.v);
  t->map.n = 0;
  t->sparse = true;
  return &t->map;
}

static int
read_gnu_map (struct tar *t, const uint8_t header[TAR_BLOCK], struct error **err)
{
  struct tar_map *map = empty_map (t);
  uint8_t block[TAR_BLOCK];
  TRY (tar_map_add_gnu (map, header + GNU_MAP_AT, GNU_MAP_COUNT, err));
  for (bool more = header[GNU_MAP_MORE_AT]; more; more = block[GNU_NEXT_MORE_AT])
    {
      size_t before = map->n;
      TRY (stream_take (t->in, block, sizeof block, err));
      TRY (tar_map_add_gnu (map, block, GNU_NEXT_COUNT, err));
      if (map->n == before)
        return bad_layer (err, "the map of a sparse file is not well-formed");
    }
  if (tar_number (header + GNU_SIZE_AT, 12, &t->entry.size) < 0 || t->entry.size < 0)
    return bad_layer (err, "a sparse file's size is not a number");
  return tar_map_check (map, t->entry.size, t->left, err);
}

static int
read_pax_map (struct tar *t, struct error **err)
{
  struct tar_map_text text = { .map = empty_map (t) };
  int complete = 0;
  while (complete == 0)
    {
      uint8_t block[TAR_BLOCK];
      if (t->left < TAR_BLOCK)
        return bad_layer (err, "the map of a sparse file is longer than its contents");
      TRY (stream_take (t->in, block, sizeof block, err));
      t->left -= TAR_BLOCK;
      complete = tar_map_feed (&text, block, err);
    }
  TRY (complete);
  t->entry.size = t->pax.sparse_size;
  return tar_map_check (&t->map, t->entry.size, t->left, err);
}

/* One of the two may name it; with both, readers disagree on which counts. */
static int
choose_name (bool has_long, const char *by_gnu, const char *by_pax, const char *by_header, const char **ret,
             struct error **err)
{
  if (has_long && by_pax)
    return bad_layer (err, "named by a GNU and by a pax header");
  *ret = has_long ? by_gnu : by_pax ? by_pax : by_header;
  return 0;
}

static int
choose_names (struct tar *t, const struct pax *pax, struct error **err)
{
  const char *path = pax && pax->sparse ? pax->sparse_name : pax ? pax->path : NULL;
  TRY (choose_name (t->has_long_name, t->long_name, path, t->header.name, &t->entry.name, err));
  TRY (choose_name (t->has_long_link, t->long_link, pax ? pax->link : NULL, t->header.link, &t->entry.link, err));
  if (! *t->entry.name)
    return bad_layer (err, "an entry with an empty name");
  return 0;
}

/* The header's size can be anything only where it has no room for the real one (8 GiB). */
static int
choose_size (const struct tar *t, const struct pax *pax, int64_t *ret, struct error **err)
{
  const int64_t no_room = INT64_C (1) << 33;
  *ret = t->header.size;
  if (! pax || pax->size < 0)
    return 0;
  if (pax->size != t->header.size && pax->size < no_room)
    return bad_layer (err, "its header says %lld bytes, its extended header %lld", (long long) t->header.size,
                      (long long) pax->size);
  *ret = pax->size;
  return 0;
}

static int
check_type (const struct tar *t, int64_t size, struct error **err)
{
  const struct tar_entry *e = &t->entry;
  bool is_link = e->type == TAR_HARD_LINK || e->type == TAR_SYMLINK;
  if (e->type < TAR_FILE || e->type > TAR_FIFO)
    return bad_layer (err, "%s: entry of unknown type '%c'", e->name, t->header.type);
  /* POSIX allows contents for links and reserves them for directories; half of the readers look for them. */
  if (e->type != TAR_FILE && size != 0)
    return bad_layer (err, "%s: contents of %lld bytes, and not a file", e->name, (long long) size);
  if (is_link && ! *e->link)
    return bad_layer (err, "%s: a link to nothing", e->name);
  if (e->type == TAR_FILE && e->name[strlen (e->name) - 1] == '/')
    return bad_layer (err, "%s: a file by its type, a directory by its name", e->name);
  return 0;
}

/* '7' is a contiguous file; a file by the type that was before ustar, with a slash at its end, is a directory. */
static enum tar_type
type_of (const struct tar *t)
{
  const char *name = t->entry.name;
  if (t->header.typeless && t->header.size == 0 && name[strlen (name) - 1] == '/')
    return TAR_DIRECTORY;
  return t->header.type == '7' || t->header.type == 'S' ? TAR_FILE : (enum tar_type) t->header.type;
}

static int
make_entry (struct tar *t, const uint8_t block[TAR_BLOCK], struct error **err)
{
  const struct pax *pax = t->has_pax ? &t->pax : NULL;
  const struct tar_header *h = &t->header;
  bool gnu_sparse = h->type == 'S';
  TRY (choose_names (t, pax, err));
  TRY (choose_size (t, pax, &t->left, err));
  t->entry.type = type_of (t);
  TRY (check_type (t, t->left, err));
  t->entry.mode = (unsigned) h->mode & 07777;
  t->entry.uid = pax && pax->uid >= 0 ? pax->uid : h->uid;
  t->entry.gid = pax && pax->gid >= 0 ? pax->gid : h->gid;
  t->entry.major = (unsigned) h->major;
  t->entry.minor = (unsigned) h->minor;
  t->entry.mtime = pax && pax->has_mtime ? pax->mtime : (struct timespec) { .tv_sec = h->mtime };
  t->entry.xattrs = t->pax.xattrs;
  t->entry.n_xattrs = pax ? pax->n_xattrs : 0;
  t->entry.size = t->left;
  t->padding = padding_of (t->left);
  t->sparse = false;
  if ((pax && pax->sparse && (gnu_sparse || t->entry.type != TAR_FILE)) || (gnu_sparse && ! h->gnu))
    return bad_layer (err, "%s: sparse in two ways, or not a file", t->entry.name);
  t->extent = 0;
  t->extent_done = 0;
  return gnu_sparse ? read_gnu_map (t, block, err) : pax && pax->sparse ? read_pax_map (t, err) : 0;
}

/* After the first block of zeros: an archive ends with two, GNU's are filled up to 10 KiB. Other data would be an
 * archive that some readers see. */
static int
read_end (struct tar *t, struct error **err)
{
  const uint8_t *p;
  size_t n;
  if (t->has_pax || t->has_long_name || t->has_long_link)
    return bad_layer (err, "the archive ends between an extended header and its entry");
  for (;;)
    {
      TRY (stream_peek (t->in, &p, &n, err));
      if (! is_zero (p, n))
        return bad_layer (err, "data after the end of the archive");
      if (n == 0)
        return 0;
      stream_consume (t->in, n);
    }
}

static int
skip_rest (struct tar *t, struct error **err)
{
  stream_consume (t->in, t->lent);
  TRY (stream_skip (t->in, t->left, err)); /* up to INT64_MAX, so that nothing can be added to it */
  TRY (stream_skip (t->in, (int64_t) t->padding, err));
  t->left = 0;
  t->padding = t->lent = 0;
  t->has_pax = t->has_long_name = t->has_long_link = false;
  return 0;
}

/* A header that extends the next entry's: 1, otherwise 0. */
static int
read_if_extension (struct tar *t, struct error **err)
{
  int r;
  switch (t->header.type)
    {
    case 'x':
    case 'g':
      r = read_pax (t, t->header.type == 'g', err);
      break;
    case 'L':
      r = read_long (t, t->long_name, &t->has_long_name, err);
      break;
    case 'K':
      r = read_long (t, t->long_link, &t->has_long_link, err);
      break;
    default:
      return 0;
    }
  return r < 0 ? r : 1;
}

/* The blocks up to and including an entry's header: 1, or 0 at the end. */
static int
read_headers (struct tar *t, uint8_t block[TAR_BLOCK], struct error **err)
{
  for (;;)
    {
      const uint8_t *p;
      size_t n;
      TRY (stream_peek (t->in, &p, &n, err));
      /* Writers that leave out the end's blocks exist; a cut-off archive has another diff id. */
      if (n == 0)
        return read_end (t, err);
      TRY (stream_take (t->in, block, TAR_BLOCK, err));
      if (is_zero (block, TAR_BLOCK))
        return read_end (t, err);
      TRY (tar_header_parse (block, &t->header, err));
      int extends = read_if_extension (t, err);
      if (extends <= 0)
        return extends < 0 ? extends : 1;
    }
}

int
tar_next (struct tar *t, const struct tar_entry **ret, struct error **err)
{
  uint8_t block[TAR_BLOCK];
  TRY (skip_rest (t, err));
  int64_t at = stream_offset (t->in);
  int r = read_headers (t, block, err);
  if (r > 0 && (r = make_entry (t, block, err)) == 0)
    {
      *ret = &t->entry;
      return 1;
    }
  return r < 0 ? wrap (err, "byte %lld of the archive", (long long) at) : 0;
}

/* Up to how many bytes are in one piece, and where it belongs. */
static int64_t
place_of (struct tar *t, int64_t *ret_at)
{
  *ret_at = t->entry.size - t->left;
  if (! t->sparse)
    return t->left;
  while (t->extent_done == t->map.v[t->extent].n)
    {
      t->extent++;
      t->extent_done = 0;
    }
  *ret_at = t->map.v[t->extent].at + t->extent_done;
  return t->map.v[t->extent].n - t->extent_done;
}

int
tar_data (struct tar *t, struct tar_piece *ret, struct error **err)
{
  const uint8_t *p;
  size_t n;
  stream_consume (t->in, t->lent);
  t->lent = 0;
  if (t->left == 0)
    return 0;
  TRY (stream_peek (t->in, &p, &n, err));
  if (n == 0)
    return bad_layer (err, "the archive ends in the middle");
  int64_t at, most = place_of (t, &at);
  n = (int64_t) n < most ? n : (size_t) most;
  t->left -= (int64_t) n;
  t->extent_done += (int64_t) n;
  t->lent = n;
  *ret = (struct tar_piece) { p, n, at };
  return 1;
}
