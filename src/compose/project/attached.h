/* attached.h - `up` without --detach: the services' output until all have ended, or until ^C, which stops them in
 * order. */
#ifndef COMPOSE_ATTACHED_H
#define COMPOSE_ATTACHED_H

#include "commands.h"

struct attached_options
{
  const struct strv *services, *except; /* whose output; EXCEPT may be NULL or empty */
  const struct strv *waited;            /* it ends when all containers of these have */
  const struct strv *stopped;           /* ^C and --abort-on-… stop those of these */
  bool no_color, no_prefix, timestamps, abort_on_exit, abort_on_failure;
  const char *exit_code_from;
  const char *since;                     /* output from this time on, as record_time() writes it */
  int timeout;                           /* for stopping, ms; -1: each container's own */
};

/* What containers write to their standard error goes to ours. Returns an exit status: 0, that of EXIT_CODE_FROM's
 * container or of the one that ended first and made all stop, 130 or 143 after ^C or SIGTERM
 * (PERRY_NO_DEFAULT_SIGINT_CLEANUP=1: the containers are left running), or a negative code. */
int attached_run (struct context *c, const struct attached_options *o, struct error **err);

#endif
