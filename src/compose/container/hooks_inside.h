/* hooks_inside.h - commands that run inside a container because of its life: post_start and pre_stop. */
#ifndef COMPOSE_HOOKS_INSIDE_H
#define COMPOSE_HOOKS_INSIDE_H

#include "container.h"

/* Run the N hooks of V one after the other, each for at most TIMEOUT ms: then it is killed, E_TIMEOUT. One that fails
 * is an error with its exit status and its last line, E_START. */
int hooks_inside_run (const struct settings *s, const struct record_Container *c, const struct record_Hook *v, size_t n,
                      unsigned timeout, struct error **err);

#endif
