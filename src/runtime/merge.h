/* merge.h - one document laid over another, by the tables of their members. */
#ifndef RUNTIME_MERGE_H
#define RUNTIME_MERGE_H

#include "arena.h"
#include "schema.h"

/* A struct of SCHEMA in ARENA with the members of NEW where they are given, otherwise those of OLD (either may be
 * NULL). Objects are merged member by member, maps of strings key by key; lists are taken whole. Strings and lists stay
 * where they are: both documents have to outlive it. */
void *merge_objects (const struct oci_schema *schema, const void *old, const void *new, struct arena *arena);

#endif
