/* one_off.h - a container that runs once: `run`, `container run`. */
#ifndef COMPOSE_ONE_OFF_H
#define COMPOSE_ONE_OFF_H

#include "bundle.h"
#include "commands.h"
#include "up.h"

struct one_off
{
  const char *service;                 /* its key in the project */
  struct bundle_overrides overrides;
  bool no_deps, detach;
  struct up_options up;                /* for what it depends on, and for its image */
};

/* Start what SERVICE depends on, then a container of it with the overrides, and stay with it to its end: its exit
 * status. Detached: its id is printed, 0. context_project() was called. */
int one_off_run (struct context *c, const struct one_off *o, struct error **err);

/* A container that was just made: started, with our streams unless DETACH, then its exit status. */
int one_off_start (struct context *c, const struct record_Container *record, bool detach, struct error **err);

#endif
