/* path_walk.h - the walk behind path.h: for kernels without openat2, and wherever something on the way has to be
 * made. */
#ifndef ROOTFS_PATH_WALK_H
#define ROOTFS_PATH_WALK_H

#include <sys/types.h>

enum walk_make
{
  WALK_FIND,      /* nothing but what O_CREAT makes */
  WALK_MAKE_DIRS, /* every missing component, 0755 */
  WALK_MAKE_FILE, /* the last one as an empty file, 0644, the others as directories */
};

/* As path_open, making what MAKE says. -EAGAIN: a component changed while we were there, try again. */
int path_walk (int root, const char *path, int flags, mode_t mode, enum walk_make make);

#endif
