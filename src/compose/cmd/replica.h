/* replica.h - one of a service's containers. */
#ifndef COMPOSE_REPLICA_H
#define COMPOSE_REPLICA_H

#include "commands.h"

/* The container of SERVICE with number INDEX, or the first: ret->v[0]. E_NOT_FOUND. context_name() was called. */
int context_replica (struct context *c, const char *service, const struct cli_number *index, struct containers *ret,
                     struct error **err);
/* The same, or without INDEX, where the service has none, one that runs and that `run` has made for it. */
int context_replica_or_one_off (struct context *c, const char *service, const struct cli_number *index,
                                struct containers *ret, struct error **err);

#endif
