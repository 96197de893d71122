/* layers_mount.h - the layers of a container or an image laid over each other by overlayfs. */
#ifndef RECORD_LAYERS_MOUNT_H
#define RECORD_LAYERS_MOUNT_H

#include "error.h"
#include "record.h"

/* Mount O at absolute PLACE with mount(2)'s FLAGS; without O's upper directory it has to be MS_RDONLY and to have two
 * layers. USERXATTR: in a user namespace. mount(2) takes a page of options: 500 layers (all that overlayfs takes) find
 * room there as descriptors relative to /proc/self/fd, which is the current directory meanwhile. */
int layers_mount (const struct record_Overlay *o, const char *place, unsigned long flags, bool userxattr,
                  struct error **err);

#endif
