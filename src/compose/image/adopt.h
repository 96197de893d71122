/* adopt.h - take an image of a layout into the store: blobs, layers, then its row. */
#ifndef COMPOSE_ADOPT_H
#define COMPOSE_ADOPT_H

#include "image_store.h"
#include "layout.h"

struct adoption
{
  const struct settings *settings;
  const struct store_tmp *tmp;      /* where what is not complete is */
  const struct layout *layout;
  const struct layout_image *image;
  const char *own;                  /* path of the layout if nobody but us can change it: blobs are moved, not copied */
  const char *name;                 /* normalised; NULL: none */
  bool quiet;                       /* nobody is told how far it is */
};
/* The caller holds STORE_LOCK_ALL shared. On success the image is there, all of it synced. E_BAD_IMAGE, E_NO_SPACE. */
int adopt_image (const struct adoption *a, struct error **err);

#endif
