/* build.h - images made from a service's `build:` by buildah. */
#ifndef COMPOSE_BUILD_H
#define COMPOSE_BUILD_H

#include "load.h"
#include "settings.h"

struct build_options
{
  const struct strv *args;     /* NAME=value, over the service's */
  bool no_cache, pull, quiet, push;
};

/* Build and take it into the store, named by the service's `image`, or PROJECT-SERVICE. E_BACKEND if buildah is not
 * installed. OPTIONS may be NULL. */
int build_service (const struct settings *s, const struct project *p, const char *name,
                   const struct compose_Service *service, const struct build_options *options, struct error **err);

#endif
