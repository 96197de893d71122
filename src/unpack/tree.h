/* tree.h - the directory that is being filled. Everything by descriptors inside it: links of the layer lead around in
 * it and never out, whatever is done to it meanwhile. */
#ifndef UNPACK_TREE_H
#define UNPACK_TREE_H

#include <limits.h>
#include <sys/stat.h>

#include "unpack.h"

struct tree
{
  int root;            /* the caller's */
  bool userxattr;
  int64_t n_entries, max_entries;
  /* The directory that the last entry went to. Its times are put back when the next goes elsewhere, so that the number
   * of directories costs no memory. */
  struct
  {
    int fd;            /* -1: none */
    char name[1 + PATH_MAX]; /* with a slash before it; "": to be looked up again */
    struct timespec mtime;
  } parent;
};

int tree_init (struct tree *t, int root, const struct unpack_options *options, struct error **err);
/* Lets go of the last directory. */
int tree_leave (struct tree *t, struct error **err);
void tree_free (struct tree *t);
#define autotree __attribute__ ((cleanup (tree_free)))

/* One inode or name more: UNPACK_BAD_LAYER if that is one too many. */
int tree_count (struct tree *t, struct error **err);

/* Directory DIR ("" is the root), its links followed inside the tree, missing parts made 0755 and root's. *RET_FD
 * (O_RDONLY) stays the tree's and is valid until the next call. UNPACK_BAD_LAYER: not a directory, too deep, links in a
 * circle. */
int tree_enter (struct tree *t, const char *dir, int *ret_fd, struct error **err);

/* The same without making anything, in a descriptor that is the caller's. UNPACK_BAD_LAYER as well if it is not there.
 * */
int tree_find (struct tree *t, const char *dir, int *ret_fd, struct error **err);

/* Is it overlayfs' mark for a removed name? */
bool is_whiteout (const struct stat *st);

/* Nothing of the layers below is to be seen in directory FD. */
int tree_set_opaque (const struct tree *t, int fd, struct error **err);

/* NAME in PARENT is to become a new thing: what is there goes, with all that is in it. A directory stays if
 * KEEP_DIRECTORY, *RET_KEPT says so; *RET_WAS_WHITEOUT: what was there was a whiteout. Both may be NULL. */
int tree_clear (struct tree *t, int parent, const char *name, bool keep_directory, bool *ret_kept,
                bool *ret_was_whiteout, struct error **err);

/* Make directory NAME, 0700, or take the one that is there; *RET_FD is the caller's. A whiteout that was there makes it
 * opaque. */
int tree_make_directory (struct tree *t, int parent, const char *name, int *ret_fd, struct error **err);

#endif
