/* generated.h - secrets that are made once and kept: x-perry-generate. */
#ifndef COMPOSE_GENERATED_H
#define COMPOSE_GENERATED_H

#include "settings.h"

/* WHAT is "PROJECT/NAME/hex:32" or "PROJECT/NAME/base64:32" (random bytes): the content of
 * DATA/projects/PROJECT/secrets/NAME (0600), made when it is not there. The caller frees *RET. */
int generated_secret (const struct settings *s, const char *what, char **ret, size_t *ret_n, struct error **err);

#endif
