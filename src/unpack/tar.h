/* tar.h - reads a tar archive: ustar, pax, GNU's long names and sparse files.
 *
 * Strict where other readers guess: readers that disagree on where a file ends show different files for one checksum
 * (CVE-2025-62518), and a registry's scanner has to see what we unpack. So a header that means different things to
 * different readers is an error and never skipped. Names are bytes. Memory is bounded: TAR_PAX_MAX and TAR_EXTENTS_MAX.
 * */
#ifndef UNPACK_TAR_H
#define UNPACK_TAR_H

#include <time.h>

#include "unpack.h"

enum
{
  TAR_BLOCK = 512,
  TAR_NAME_MAX = 4095,       /* bytes of a name or link: PATH_MAX without the NUL */
  TAR_PAX_MAX = 1024 * 1024, /* bytes of one extended header */
  TAR_EXTENTS_MAX = 65536,   /* parts of a sparse file (CVE-2026-32288) */
  TAR_XATTRS_MAX = 256,
};

/* Types of entries that the reader gives out; all others are either part of one of these or refused. */
enum tar_type
{
  TAR_FILE = '0',
  TAR_HARD_LINK = '1',
  TAR_SYMLINK = '2',
  TAR_CHAR = '3',
  TAR_BLOCK_DEVICE = '4',
  TAR_DIRECTORY = '5',
  TAR_FIFO = '6',
};

struct tar_xattr
{
  const char *name;
  const void *value;
  size_t n;
};

struct tar_entry
{
  enum tar_type type;
  const char *name, *link;   /* at most TAR_NAME_MAX bytes; LINK for the two kinds of links, not empty */
  unsigned mode;             /* 07777 */
  int64_t uid, gid;          /* not negative */
  unsigned major, minor;
  int64_t size;              /* of the file, holes included */
  struct timespec mtime;
  const struct tar_xattr *xattrs;
  size_t n_xattrs;
};

/* A piece of a file's contents, valid until the reader's next call. What no piece covers is a hole. */
struct tar_piece
{
  const uint8_t *p;
  size_t n;
  int64_t at;
};

struct stream;
struct tar;

/* Reads from STREAM, which has to outlive it. Never NULL. */
struct tar *tar_open (struct stream *stream);
void tar_close (struct tar **t);
#define autotar __attribute__ ((cleanup (tar_close)))

/* The next entry, which stays the reader's and valid until the next call: 1, or 0 at the end (which includes that
 * nothing but zeros follows), or UNPACK_BAD_LAYER. What was not read of the entry before is skipped. */
int tar_next (struct tar *t, const struct tar_entry **ret, struct error **err);

/* The next piece of the entry's contents: 1, or 0 after the last. Offsets rise. */
int tar_data (struct tar *t, struct tar_piece *ret, struct error **err);

#endif
