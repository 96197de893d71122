/* oci_runtime.h - perry-compose's own calls of the OCI runtime's command line (the monitor makes its own): what is
 * needed for exec, and for containers whose monitor was killed. */
#ifndef COMPOSE_OCI_RUNTIME_H
#define COMPOSE_OCI_RUNTIME_H

#include "record.h"
#include "settings.h"
#include "spawn.h"

/* RUNTIME --root RUN/runtime WORDS… ID. WORDS ends with NULL. Fails with the runtime's message. */
int oci_runtime_call (const struct settings *s, const struct record_Container *c, const char *const *words,
                      struct error **err);

/* `kill ID SIGNAL`; a process that has ended already is success. */
int oci_runtime_kill (const struct settings *s, const struct record_Container *c, const char *signal,
                      struct error **err);

/* `delete --force ID`; not there is success. */
int oci_runtime_delete (const struct settings *s, const struct record_Container *c, struct error **err);

#endif
