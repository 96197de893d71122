/* build_bases.h - the images that a Dockerfile begins with. */
#ifndef COMPOSE_BUILD_BASES_H
#define COMPOSE_BUILD_BASES_H

#include "error.h"
#include "mem.h"
#include "settings.h"

/* Those named after FROM in TEXT, normalised: no stage of the same file, not `scratch`, nothing with variables. */
void build_bases_of (const char *text, struct strv *ret);
/* Those of them that are in our store into buildah's (STORAGE: "[vfs@ROOT+RUNROOT]"), so that they are not asked of a
 * registry. *RET_INSECURE: one is on a registry that may be spoken to by http. */
int build_bases_copy (const struct settings *s, const struct strv *bases, const char *storage, bool *ret_insecure,
                      struct error **err);

#endif
