/* layer.h - one unpacking: what its steps share. */
#ifndef UNPACK_LAYER_H
#define UNPACK_LAYER_H

#include "tar.h"
#include "tree.h"

struct layer
{
  const struct unpack_options *options;
  struct tar *tar;
  struct tree tree;
  int64_t n_bytes;      /* of all files so far, holes included */
  unsigned n_warnings;
  /* The entry for the root directory, without extended attributes: done last, so that nobody gets in before. */
  bool has_root;
  struct tar_entry root;
};

/* Entry NAME loses something that cannot be had or is not wanted. The first few are logged, then how many more there
 * were. */
void layer_warn (struct layer *l, const char *name, const char *fmt, ...) PRINTF (3, 4);
void layer_warn_end (const struct layer *l);

/* attributes.c: owner, mode, extended attributes and times of what was just made, in this order: to change the owner
 * takes away set-user-id bits and capabilities. By descriptor for files and directories, by name, not following it, for
 * the others. */
int attributes_check (const struct tar_entry *e, struct error **err);
int attributes_set (struct layer *l, const struct tar_entry *e, int fd, struct error **err);
int attributes_set_at (struct layer *l, const struct tar_entry *e, int parent, const char *name, struct error **err);
/* The root directory's, in the end. */
int attributes_set_root (struct layer *l, struct error **err);

/* place.c: make what entry E says. */
int place (struct layer *l, const struct tar_entry *e, struct error **err);

#endif
