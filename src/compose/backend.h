/* backend.h - which OCI runtime does the work. */
#ifndef COMPOSE_BACKEND_H
#define COMPOSE_BACKEND_H

#include "settings.h"

/* The path of the first of WANTED ("a,b,c": names or paths; NULL: PERRY_CONTAINER_BACKEND, or perry-runtime, crun,
 * runc, youki) that is there and executable. E_BACKEND names all that were looked for. The caller frees *RET. */
int backend_choose (const char *wanted, char **ret, struct error **err);

#endif
