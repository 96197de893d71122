/* image_files.h - a look at files of an image without putting its layers together, where that can be told from them
 * one by one. */
#ifndef COMPOSE_IMAGE_FILES_H
#define COMPOSE_IMAGE_FILES_H

#include "image.h"

/* What the layers have at PATH (relative). */
enum layered
{
  LAYERED_NONE,    /* none of them has it */
  LAYERED_FILE,    /* a regular file: *RET_FD, O_PATH */
  LAYERED_OTHER,   /* something else, or links and whiteouts on the way: only image_with_root() can tell */
};
enum layered image_look (const struct image *i, const char *path, int *ret_fd);

/* The directories that laid over each other are the image's files at PATH ("", NULL: all of it), uppermost first.
 * PATH must be a directory that is reached without links. */
int image_lower (const struct image *i, const char *path, struct strv *ret, struct error **err);

#endif
