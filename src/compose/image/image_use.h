/* image_use.h - which images and layers containers have: theirs are kept. */
#ifndef COMPOSE_IMAGE_USE_H
#define COMPOSE_IMAGE_USE_H

#include "error.h"
#include "mem.h"
#include "settings.h"

struct image_use
{
  struct strv ids;        /* images */
  struct strv containers; /* the container's name, the same order */
  struct strv layers;     /* directories */
};
void image_use_free (struct image_use *u);
#define autouse __attribute__ ((cleanup (image_use_free))) struct image_use
/* From all containers' records. One that cannot be read is an error: what it needs is not known. */
int image_use_read (const struct settings *s, struct image_use *ret, struct error **err);
/* The name of a container that has image ID; NULL: none. */
const char *image_use_by (const struct image_use *u, const char *id);

#endif
