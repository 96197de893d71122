/* inspect_each.h - what the `inspect` commands of images, networks and volumes share. */
#ifndef COMPOSE_INSPECT_EACH_H
#define COMPOSE_INSPECT_EACH_H

#include "commands.h"

/* Print a JSON array of what ONE tells of each of the operands: an indented object in *RET, which is released here. The
 * first that fails is the result, and nothing is printed. */
int inspect_each (const struct global_args *g, int argc, char **argv,
                  int (*one) (const struct settings *s, const char *name, char **ret, struct error **err),
                  struct error **err);

#endif
