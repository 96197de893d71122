/* yaml_parts.h - what the files of the YAML reader share; nobody else needs it. */
#ifndef COMPOSE_YAML_PARTS_H
#define COMPOSE_YAML_PARTS_H

#include "node.h"

/* The type of a plain scalar by the core schema of YAML 1.2 (section 10.3.2). */
enum node_kind yaml_scalar_kind (const char *text);

/* MAP is complete: a key given twice is an error; what MERGE, the value of its key `<<` (NULL: it has none), has
 * comes in behind its own keys. */
int yaml_finish_map (struct node *map, struct node *merge, struct error **err);

#endif
