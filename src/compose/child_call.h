/* child_call.h - a function in a forked child, for what must not be done to this process: other namespaces, other
 * roots. */
#ifndef COMPOSE_CHILD_CALL_H
#define COMPOSE_CHILD_CALL_H

#include "error.h"

/* FN's result and its error's text, as if it had been called here; it dies with us. WHAT is for the message when it
 * was killed. It may write to the streams and descriptors that it inherits; other changes of memory are lost. */
int child_call (int (*fn) (void *arg, struct error **err), void *arg, const char *what, struct error **err);

#endif
