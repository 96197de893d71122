/* tar_parts.h - what the reader's files share; nobody else needs it. Pure: bytes in, structures out. */
#ifndef UNPACK_TAR_PARTS_H
#define UNPACK_TAR_PARTS_H

#include "tar.h"

/* One block of 512 bytes as it stands (POSIX pax, "ustar Interchange Format"; GNU tar manual, "Basic Tar Format"). */
struct tar_header
{
  char type;
  bool typeless;  /* the type is NUL, as before ustar; TYPE is TAR_FILE then */
  bool gnu;
  char name[155 + 1 + 100 + 1], link[100 + 1];
  int64_t mode, uid, gid, size, mtime, major, minor;
};

/* -UNPACK_BAD_LAYER: no header, or its checksum or a number is wrong. */
int tar_header_parse (const uint8_t block[TAR_BLOCK], struct tar_header *ret, struct error **err);

/* A header's number of N bytes: octal text, or base 256 if the first bit is set. */
int tar_number (const uint8_t *field, size_t n, int64_t *ret);

/* What an extended header says. Text points into its body; NULL, -1 and false are for what it does not say. */
struct pax
{
  const char *path, *link;
  int64_t size, uid, gid;
  bool has_mtime;
  struct timespec mtime;
  bool sparse;                        /* GNU.sparse.major: format 1.0 */
  const char *sparse_name;
  int64_t sparse_size;
  struct tar_xattr xattrs[TAR_XATTRS_MAX];
  size_t n_xattrs;
};

/* Parse BODY, N bytes and one more to write to; it is changed. GLOBAL: for all entries, so that it may hold comments
 * only. */
int tar_pax_parse (char *body, size_t n, bool global, struct pax *ret, struct error **err);

struct tar_extent
{
  int64_t at, n;
};
struct tar_map
{
  struct tar_extent *v; /* room for TAR_EXTENTS_MAX */
  size_t n;
};

/* Add the old GNU format's extents, COUNT of 24 bytes each at P; an empty one ends the map. */
int tar_map_add_gnu (struct tar_map *m, const uint8_t *p, size_t count, struct error **err);

/* The map of format 1.0: decimal lines at the beginning of the contents. Blocks of the contents are fed in until it is
 * complete. Starts as { .map = … }. */
struct tar_map_text
{
  struct tar_map *map;
  int64_t want; /* lines to come */
  bool counted; /* the first, the number of extents, was there */
  int64_t number;
  unsigned digits;
};
/* 1: complete (the rest of the block is padding), 0: needs another block. */
int tar_map_feed (struct tar_map_text *t, const uint8_t block[TAR_BLOCK], struct error **err);

/* Extents have to rise, not overlap, be within SIZE, and be N_DATA bytes together. */
int tar_map_check (const struct tar_map *m, int64_t size, int64_t n_data, struct error **err);

#endif
