/* on_services.h - commands that do one thing to the containers of some services, in order. */
#ifndef COMPOSE_ON_SERVICES_H
#define COMPOSE_ON_SERVICES_H

#include "commands.h"
#include "down.h"

struct on_services
{
  struct order_options order;
  int oneoff;                  /* see context_containers() */
  bool load;                   /* the compose files, when there are any: starting needs configs and secrets */
  bool dependencies;           /* also the containers of what the services named depend on */
  /* Which containers take part; NULL: all. */
  bool (*wanted) (const struct container *c, const void *arg);
};

/* The lock, the containers of services ARGV (none: all), the jobs. E_NOT_FOUND when the project has no container at
 * all. */
int run_on_services (const struct global_args *g, const struct on_services *what, int argc, char **argv,
                     struct error **err);

/* SECONDS as ms; -1 when not given; EINVAL when it is no sensible number. */
int timeout_option (const struct cli_number *seconds, int *ret, struct error **err);

#endif
