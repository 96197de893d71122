/* copy_tar.h - tar archives out of and into a container, without any program of either side: `cp … -`. */
#ifndef COMPOSE_COPY_TAR_H
#define COMPOSE_COPY_TAR_H

#include "copy_place.h"

/* FROM (with its last name; "…/.": its content) as a pax archive (POSIX.1-2008) to descriptor TO. */
int copy_to_tar (const struct copy_place *from, int to, const struct copy_options *o, struct error **err);

/* A tar archive (ustar, pax, GNU's long names) from descriptor FROM into directory TO. Names with ".." and those
 * that lead through links are refused, hard links become copies of nothing but what this archive has made. */
int copy_from_tar (int from, const struct copy_place *to, const struct copy_options *o, struct error **err);

#endif
