/* backend.h - which OCI runtime does the work. */
#ifndef COMPOSE_BACKEND_H
#define COMPOSE_BACKEND_H

#include "settings.h"

/* The path of the first of WANTED ("a,b,c": names or paths; NULL: PERRY_CONTAINER_BACKEND, or perry-runtime, crun,
 * runc, youki) that is there and executable. E_BACKEND names all that were looked for. The caller frees *RET. */
int backend_choose (const char *wanted, char **ret, struct error **err);

/* What is known of one of them after it was asked. */
struct backend
{
  char *name;          /* as looked for */
  char *path;          /* NULL: not found */
  char *version;       /* the first line of `--version` */
  char *reason;        /* why it is not available; NULL: it is */
};
void backend_free (struct backend *b);

/* Find NAME and call it with `--version`; after two seconds it counts as hanging. Never fails: see RET->reason. */
void backend_probe (const char *name, struct backend *ret);

/* The names of WANTED, as backend_choose() takes it, in their order. */
void backend_names (const char *wanted, struct strv *ret);

#endif
