/* copy_up.h - what an image has where a volume is mounted becomes the volume's first content. */
#ifndef COMPOSE_COPY_UP_H
#define COMPOSE_COPY_UP_H

#include "image.h"

/* The volume whose content is DIRECTORY ("…/NAME/_data"), if it is empty, gets what the image has at TARGET (NULL:
 * nothing): contents, owners, modes, times, extended attributes, hard links. *RET_FRESH: it was empty before. Two
 * commands at once: the second waits. What a killed one has begun is finished or begun anew. */
int volume_fill (const struct settings *s, const struct image *i, const char *directory, const char *target,
                 bool *ret_fresh, struct error **err);

/* Copy all below FROM_FD to TO_FD, and FROM_FD's own owner, mode and attributes (copy_tree.c). Sockets are left out.
 * */
int copy_tree (int from_fd, int to_fd, struct error **err);

#endif
