/* unpack.h - one OCI layer into one directory: what is asked for, and the errors that callers tell apart. */
#ifndef UNPACK_UNPACK_H
#define UNPACK_UNPACK_H

#include "error.h"

enum
{
  SHA256_BYTES = 32,

  /* A code for error.h, above all errno values: the layer is not what it should be. */
  UNPACK_BAD_LAYER = 5016,

  /* Exit statuses; perry-compose's table of errors (errors.h) has the same numbers. */
  UNPACK_EXIT_BAD_LAYER = 16,
  UNPACK_EXIT_NO_SPACE = 24,

  /* Deeper trees could not be removed with the descriptors that a process may have open; images have some 20 levels. */
  UNPACK_DEPTH_MAX = 256,
};

/* Not a layer that we take: the text says what is wrong with it. */
#define bad_layer(err, ...) fail ((err), UNPACK_BAD_LAYER, __VA_ARGS__)

struct media_type;

struct unpack_options
{
  const struct media_type *media;     /* decode.h */
  uint8_t diff_id[SHA256_BYTES];      /* of the tar archive */
  uint8_t digest[SHA256_BYTES];       /* of the input, if has_digest */
  bool has_digest;
  bool make_devices;                  /* otherwise they are left out, with a warning */
  bool userxattr;                     /* user.overlay.* instead of trusted.overlay.*, for mounts in a user namespace */
  int64_t size;                       /* of the input in bytes; -1: not known */
  int64_t max_bytes;                  /* of the archive, and of all its files together */
  int64_t max_entries;                /* inodes and names, those of implied directories too */
  int64_t max_ratio;                  /* of archive to input; 0: any */
  int progress_fd;                    /* gets "BYTES\n", how much of the input is done, now and then; -1: nobody does */
};

/* Unpack what INPUT gives into TARGET, a descriptor (O_RDONLY) of an empty directory that nobody else can reach, and
 * sync its file system. TARGET becomes a lower directory for overlayfs: image-spec's whiteouts become overlayfs' own.
 * What is outside of TARGET is neither read nor changed, whatever the layer holds. On failure a part of the tree is
 * left for the caller to remove. UNPACK_BAD_LAYER: contents, checksums, or limits; ENOSPC, EDQUOT; others are the
 * system's. Needs Linux 5.6, umask 0. */
int unpack_layer (int target, int input, const struct unpack_options *options, struct error **err);

#endif
