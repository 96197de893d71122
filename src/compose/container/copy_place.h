/* copy_place.h - copies between the host and a container by descriptors: `cp`. */
#ifndef COMPOSE_COPY_PLACE_H
#define COMPOSE_COPY_PLACE_H

#include <sys/types.h>

#include "error.h"
#include "mem.h"

/* A path as the user wrote it: below ROOT (a container's root, see container_root.h), or the host's (-1). */
struct copy_place
{
  int root;
  const char *path;
};

struct copy_options
{
  bool archive;             /* owners go along, and set-user-id bits out of containers */
  bool follow;              /* FROM itself may be a link: what it leads to */
  uid_t uid;                /* whose the copies are, without ARCHIVE */
  gid_t gid;
};

/* Copy FROM to TO as cp(1) -r does: into TO if it is a directory ("…/." : FROM's content), to TO otherwise. A file
 * is made beside its place and renamed, so that it is never seen by halves and no link of its name is followed;
 * directories are merged. Devices, fifos and sockets are left out with a warning. E_NOT_FOUND, E_CONFLICT (a
 * directory where a file is to be, and so on). */
int copy_between (const struct copy_place *from, const struct copy_place *to, const struct copy_options *o,
                  struct error **err);

/* The name that a copy of PATH would have in a directory, for the caller to free; NULL: PATH is "/", "…/." or
 * "…/..", whose content is copied. */
char *copy_last_name (const char *path);

#endif
