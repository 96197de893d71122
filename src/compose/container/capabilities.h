/* capabilities.h - sets of capabilities as a service or the flags of a command ask for them. */
#ifndef COMPOSE_CAPABILITIES_H
#define COMPOSE_CAPABILITIES_H

#include "arena.h"
#include "error.h"
#include "ocispec.h"

/* The default set, or all; without what DROP names, with what ADD names ("NET_ADMIN", "CAP_NET_ADMIN", "ALL", any
 * case). ALL in DROP is taken first, so that it leaves exactly ADD. *RET_ADDED: those of ADD alone, for a process
 * that is not root's. What this process may not hand on is left out of the defaults and of ALL, and an error
 * (E_ENFORCEMENT) when it is asked for by name. */
int capabilities_choose (const struct oci_strings *add, const struct oci_strings *drop, bool all, uint64_t *ret,
                         uint64_t *ret_added, struct error **err);

/* The process object of a process that is root's (the whole set at once) or not (what was added, also ambient). */
struct oci_capabilities *capabilities_make (struct arena *a, uint64_t set, uint64_t added, bool root);

#endif
