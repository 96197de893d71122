/* layer_name.h - what an entry's name means in a layer (image-spec layer.md, "Whiteouts"). Pure. */
#ifndef UNPACK_LAYER_NAME_H
#define UNPACK_LAYER_NAME_H

#include <limits.h>

#include "unpack.h"

enum layer_name_kind
{
  NAME_ENTRY,
  NAME_ROOT,     /* the layer's root directory */
  NAME_WHITEOUT, /* ".wh.X": X of the layers below is gone; BASE is X */
  NAME_OPAQUE,   /* ".wh..wh..opq": all that the layers below have in DIR is gone; BASE is "" */
  NAME_AUFS,     /* what AUFS kept beside files; docker leaves it out as well */
};

struct layer_name
{
  enum layer_name_kind kind;
  char dir[PATH_MAX];      /* "" for the root, otherwise "a/b": no empty, "." or ".." components */
  char base[NAME_MAX + 1];
};

/* Read NAME. It is relative to the layer's root whether it begins with a slash or not. UNPACK_BAD_LAYER: "..", empty,
 * names that are longer or deeper than files can be, whiteouts of nothing or of "." and "..", other names that begin
 * with ".wh.". */
int layer_name_parse (const char *name, struct layer_name *ret, struct error **err);

#endif
