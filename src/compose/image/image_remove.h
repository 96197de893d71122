/* image_remove.h - images leave the store. */
#ifndef COMPOSE_IMAGE_REMOVE_H
#define COMPOSE_IMAGE_REMOVE_H

#include "settings.h"

/* Take the name REFERENCE away, and the image with its layers when nothing else names or uses it. E_NO_IMAGE: not here; E_CONFLICT: a
 * container uses it, unless FORCE. */
int image_remove (const struct settings *s, const char *reference, bool force, struct error **err);

#endif
